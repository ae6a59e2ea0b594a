internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// Hands each message of a WebSocket on as a request of the method `MESSAGE` with the head of the handshake, so that it
/// is logged, queued and answered as every other request.
///
/// All of its state belongs to the connection's event loop.
final class MessageReader: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  private let head: HTTPRequestHead
  private let limit: Int
  private var message = ByteBuffer()
  private var isClosing = false

  /// - Parameters:
  ///   - handshake: The head of the request that asked for the WebSocket.
  ///   - limit: The most bytes of a message.
  init(_ handshake: HTTPRequestHead, limit: Int) {
    var head = handshake
    head.method = IncomingRequest.messageMethod
    self.head = head
    self.limit = limit
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    var payload = frame.unmaskedData
    guard !isClosing else { return }
    guard frame.maskKey != nil else { return close(context, 1002, "frames of a client are masked") }
    switch frame.opcode {
    case .text, .binary, .continuation:
      guard message.readableBytes + payload.readableBytes <= limit else { return close(context, 1009, "too big") }
      message.writeBuffer(&payload)
      guard frame.fin else { return }
      context.fireChannelRead(wrapInboundOut(.head(head)))
      context.fireChannelRead(wrapInboundOut(.body(message)))
      context.fireChannelRead(wrapInboundOut(.end(nil)))
      message = ByteBuffer()
    case .ping:
      let pong = ServerFrame(.pong, Array(payload.readableBytesView)).bytes
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    case .connectionClose:
      let code = payload.readInteger(as: UInt16.self) ?? 0
      close(context, Int(code), "")
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isClosing else { return }
    close(context, 1002, "\(error)")
  }

  private func close(_ context: ChannelHandlerContext, _ code: Int, _ reason: String) {
    isClosing = true
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(ServerFrame.close(code, reason))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }
}
