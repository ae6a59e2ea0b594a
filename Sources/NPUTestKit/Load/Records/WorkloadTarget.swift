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
