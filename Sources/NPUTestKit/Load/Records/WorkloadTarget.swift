internal import NPUBase
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

  /// Names a target.
  public init(model: String? = nil, baseURL: String? = nil, endpointType: String? = nil) {
    self.model = model
    self.baseURL = baseURL
    self.endpointType = endpointType
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
  package init(
    model: String? = nil, of service: ServiceConfiguration, over transport: any Transport, endpointType: String
  ) {
    let redactor = Redactor(service, over: transport)
    self.init(
      model: model.map { Excerpt.of(redactor.clean($0)) }, baseURL: service.endpoint.description,
      endpointType: endpointType)
  }
}
