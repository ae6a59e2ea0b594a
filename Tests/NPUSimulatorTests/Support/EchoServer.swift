import NIOCore
import NIOPosix

/// Sends back what it gets, and closes its half when the client has closed its own.
final class EchoServer: Sendable {
  let port: Int
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  private init(_ group: MultiThreadedEventLoopGroup, _ channel: any Channel) {
    self.group = group
    self.channel = channel
    port = channel.localAddress?.port ?? 0
  }

  static func with<Result>(_ body: (EchoServer) async throws -> Result) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try await ServerBootstrap(group: group)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = EchoServer(group, channel)
    do {
      let result = try await body(server)
      try await server.stop()
      return result
    } catch {
      try? await server.stop()
      throw error
    }
  }

  /// Closes everything, as the end of its process does; calling it again does nothing.
  func stop() async throws { try await group.shutdownGracefully() }

  private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var written: EventLoopFuture<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      written = context.writeAndFlush(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      guard event as? ChannelEvent == .inputClosed else { return }
      let channel = context.channel
      let written = written ?? context.eventLoop.makeSucceededVoidFuture()
      written.whenComplete { _ in channel.close(promise: nil) }
    }
  }
}
