public import NPUServices
public import NPUTransport

/// What a check needs to ask a service: the way to it, and how it is spoken to.
///
/// Each kind of service has a context of its own with whatever its checks need besides: a model, files, limits.
public protocol CheckContext: Sendable {
  /// What carries the requests; a run replaces it by one that keeps evidence.
  var transport: any Transport { get set }
  /// Where the service listens; its credentials are kept out of every report.
  var service: ServiceConfiguration { get }
}

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
