public import NPUBase
package import NPUServices
package import NPUTransport

/// What the requests of a workload go to, as reports and journals name it.
public struct WorkloadTarget: Sendable, Hashable {
  /// The model, as the requests name it.
  public var model: String?
  /// The service, as a base address.
  public var baseURL: String?
  /// The kind of endpoint, such as `openai-chat`.
  public var endpointType: String?
  /// What all requests have in common, as they have it in JSON or in a form: sampling, limits, system prompt and the
  /// like, without the model, what is asked, and secrets.
  public var request: [String: JSONValue]?

  /// Names a target.
  public init(
    model: String? = nil, baseURL: String? = nil, endpointType: String? = nil, request: [String: JSONValue]? = nil
  ) {
    self.model = model
    self.baseURL = baseURL
    self.endpointType = endpointType
    self.request = request
  }
}

extension WorkloadTarget {
  /// Names a target whose model the service may have named itself: without secrets, and of bounded length.
  ///
  /// - Parameters:
  ///   - model: The model, as the requests name it.
  ///   - service: Where the requests go.
  ///   - transport: What carries them.
  ///   - endpointType: The kind of endpoint.
  ///   - request: What all requests have in common.
  package init(
    model: String? = nil, of service: ServiceConfiguration, over transport: any Transport, endpointType: String,
    request: [String: JSONValue]? = nil
  ) {
    let redactor = Redactor(service, over: transport)
    self.init(
      model: model.map { Excerpt.of(redactor.clean($0)) }, baseURL: service.endpoint.description,
      endpointType: endpointType, request: request)
  }
}
