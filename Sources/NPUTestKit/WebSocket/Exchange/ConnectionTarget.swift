internal import HTTPTypes
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NPUTransport

/// Where a connection leads to.
struct ConnectionTarget: Sendable {
  private let host: String
  private let port: Int
  private let isEncrypted: Bool
  private let socketPath: String?
  private let frameLimit: Int

  /// Reads a checked request; `nil` if its port is none.
  init?(_ request: TransferRequest) {
    let authority = request.head.authority ?? ""
    isEncrypted = request.head.scheme == "wss"
    socketPath = request.unixSocketPath
    // Frames of 4 GiB are more than the decoder takes.
    frameLimit = min(max(0, request.limits.lineBytes), Int(UInt32.max))
    var name = authority[...]
    var number: Substring?
    if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
      name = authority[..<colon]
      number = authority[authority.index(after: colon)...]
    }
    guard let port = number.map({ Int($0) }) ?? (isEncrypted ? 443 : 80), (1...65535).contains(port) else { return nil }
    self.port = port
    host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : String(name)
  }

  /// Begins to connect; what becomes of it is told to the exchange, a failure by the future.
  func connect(on loop: any EventLoop, _ exchange: WebSocketExchange, tls: NIOSSLContext) -> EventLoopFuture<Void> {
    // The exchange has a timeout of its own.
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(.hours(24 * 365))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try prepare(channel, exchange, tls) }
      }
    if let socketPath { return bootstrap.connect(unixDomainSocketPath: socketPath).map { _ in } }
    return bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port).map { _ in }
  }

  private func prepare(_ channel: any Channel, _ exchange: WebSocketExchange, _ tls: NIOSSLContext) throws {
    exchange.attempt(channel)
    let arrival = ArrivalStamp()
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(arrival)
    if isEncrypted { try pipeline.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: serverName)) }
    try pipeline.addHandler(HandshakeHandler(exchange, arrival, hasTLS: isEncrypted, frameLimit: frameLimit))
  }

  /// The name that the certificate must bear; `nil` for an address, which must stand in it as one.
  private var serverName: String? {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    return isAddress ? nil : host
  }
}
