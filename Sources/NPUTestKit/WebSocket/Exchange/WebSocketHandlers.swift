internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import NIOWebSocket
internal import NPUBase

/// Reads the clock before anybody looks at the bytes.
final class ArrivalStamp: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// When bytes last left the socket.
  private(set) var instant = MonotonicInstant(nanoseconds: 0)

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    instant = .now
    context.fireChannelRead(data)
  }
}

/// Carries out the handshake, and makes room for frames once it has succeeded.
final class HandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let exchange: WebSocketExchange
  private let arrival: ArrivalStamp
  private let hasTLS: Bool
  private let frameLimit: Int
  private var isOpen = false

  init(_ exchange: WebSocketExchange, _ arrival: ArrivalStamp, hasTLS: Bool, frameLimit: Int) {
    self.exchange = exchange
    self.arrival = arrival
    self.hasTLS = hasTLS
    self.frameLimit = frameLimit
  }

  func channelActive(context: ChannelHandlerContext) {
    exchange.connected(context.channel)
    if !hasTLS, exchange.has(context.channel) { exchange.open(hasTLS: false) }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSUserEvent, case .handshakeCompleted = event, exchange.has(context.channel) {
      exchange.open(hasTLS: true)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOpen else { return context.fireChannelRead(data) }
    guard exchange.has(context.channel) else { return }
    guard let rest = exchange.takeResponse(unwrapInboundIn(data), at: arrival.instant) else { return }
    isOpen = true
    do {
      try context.pipeline.syncOperations.addHandlers(
        [
          WebSocketFrameEncoder(), ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: frameLimit)),
          FrameHandler(exchange, arrival),
        ], position: .after(self))
    } catch {
      return exchange.take(error)
    }
    exchange.sendMessage()
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isOpen { context.fireErrorCaught(error) } else if exchange.has(context.channel) { exchange.take(error) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isOpen { context.fireChannelInactive() } else if exchange.has(context.channel) { exchange.disconnected() }
  }
}

/// Hands frames over.
final class FrameHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private let exchange: WebSocketExchange
  private let arrival: ArrivalStamp

  init(_ exchange: WebSocketExchange, _ arrival: ArrivalStamp) {
    self.exchange = exchange
    self.arrival = arrival
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    exchange.take(unwrapInboundIn(data), at: arrival.instant)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The end of the connection follows, and says the same: half a frame, or TLS without its good bye.
    if error is ByteToMessageDecoderError { return }
    if let error = error as? NIOSSLError, case .uncleanShutdown = error { return }
    exchange.take(error)
  }

  func channelInactive(context: ChannelHandlerContext) { exchange.disconnected() }
}
