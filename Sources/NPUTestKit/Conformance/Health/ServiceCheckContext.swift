public import NPUServices
public import NPUTransport

/// What the checks of any HTTP service need: the way to it.
public struct ServiceCheckContext: CheckContext {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens.
  public var service: ServiceConfiguration

  /// Creates a context.
  public init(transport: any Transport, service: ServiceConfiguration) {
    self.transport = transport
    self.service = service
  }
}
