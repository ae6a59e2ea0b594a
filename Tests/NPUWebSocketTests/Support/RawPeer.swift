import NIOCore
import NIOPosix
import NIOSSL
import NPUBase
import NPUDigest
import TestSupport

/// A server that carries the handshake out and then writes bytes of the test, whatever they are.
final class RawPeer: Sendable {
  /// What it does once the request of the handshake has come.
  enum Step: Sendable {
    /// Agrees to the WebSocket, as is right.
    case agree
    /// Writes bytes.
    case write([UInt8])
    /// Waits for more bytes of the client.
    case read
    /// Closes the connection.
    case close
  }

  let port: Int
  private let group: MultiThreadedEventLoopGroup
  private let received: Watched<[UInt8]>

  /// What the client has sent, the handshake included.
  var bytes: [UInt8] { received.value }

  private init(_ steps: [Step], _ tls: NIOSSLContext?) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let received = Watched([UInt8]())
    self.group = group
    self.received = received
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Handler(steps, received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  /// Runs a peer for as long as a closure runs.
  static func with<Result>(
    _ steps: [Step], tls: NIOSSLContext? = nil, _ body: (RawPeer) async throws -> Result
  ) async throws -> Result {
    let peer = try await RawPeer(steps, tls)
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(peer)) } catch { result = .failure(error) }
    try await peer.group.shutdownGracefully()
    return try result.get()
  }

  /// Suspends until the client has sent something.
  func wait(until condition: @escaping @Sendable ([UInt8]) -> Bool) async { await received.wait(until: condition) }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var steps: ArraySlice<Step>
    private let received: Watched<[UInt8]>
    private var head: [UInt8] = []

    init(_ steps: [Step], _ received: Watched<[UInt8]>) {
      self.steps = steps[...]
      self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = Array(unwrapInboundIn(data).readableBytesView)
      received.change { $0 += bytes }
      let isFirst = !String(decoding: head, as: UTF8.self).contains("\r\n\r\n")
      if isFirst { head += bytes }
      guard String(decoding: head, as: UTF8.self).contains("\r\n\r\n") else { return }
      if !isFirst, case .read = steps.first { steps = steps.dropFirst() }
      while let step = steps.first {
        switch step {
        case .read: return
        case .agree: write(accepted, context)
        case .write(let bytes): write(bytes, context)
        case .close: context.close(promise: nil)
        }
        steps = steps.dropFirst()
      }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private var accepted: [UInt8] {
      let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
      let key = lines.first { $0.hasPrefix("Sec-WebSocket-Key: ") }?.dropFirst("Sec-WebSocket-Key: ".count) ?? ""
      let proof = HandshakeDigest.bytes(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
      return Array(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
          + Base64.encode(proof) + "\r\n\r\n").utf8)
    }
  }
}
