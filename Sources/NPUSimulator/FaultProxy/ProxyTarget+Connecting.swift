internal import NIOCore
internal import NIOPosix

extension ProxyTarget {
  /// Connects to the service.
  ///
  /// - Parameters:
  ///   - loop: Where the channel is to live.
  ///   - initializer: What adds its handlers.
  /// - Returns: The channel once it stands.
  func connect(
    on loop: any EventLoop, _ initializer: @escaping @Sendable (any Channel) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    let bootstrap = ClientBootstrap(group: loop)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try initializer(channel) } }
    switch self {
    case .tcp(let host, let port):
      return bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
    case .unixSocket(let path): return bootstrap.connect(unixDomainSocketPath: path)
    }
  }
}
