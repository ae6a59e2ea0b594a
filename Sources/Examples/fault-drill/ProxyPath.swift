import NPUSimulator
import NPUTestKit

/// A proxy before the service, as the way that the drill breaks.
struct ProxyPath: NetworkPath {
  let proxy: FaultProxy
  /// What stands behind host and port in the address of the service.
  let prefix: String

  var baseURL: String { proxy.baseURL + prefix }

  func cut() async throws { proxy.set([FaultProxy.Rule(.cut)]) }

  func trickle(bytesPerSecond: Int) async throws {
    proxy.set([FaultProxy.Rule(.bandwidth(bytesPerSecond: bytesPerSecond), direction: .requests)])
  }

  func restore() async throws { proxy.clear() }

  /// Puts a proxy before a service; `nil` where none can stand: before one that encrypts, or listens on a socket in the
  /// file system, whose clients would know that they do not speak to it.
  static func start(before service: ServiceConfiguration) async throws -> ProxyPath? {
    let endpoint = service.endpoint
    guard endpoint.scheme == .http, endpoint.unixSocketPath == nil else { return nil }
    let proxy = try await FaultProxy.start(to: "\(endpoint.host):\(endpoint.port ?? 80)")
    return ProxyPath(proxy: proxy, prefix: endpoint.pathPrefix)
  }
}
