internal import NIOCore

/// Tells the connection what happens on one of its two sides.
final class RelayHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let connection: ProxiedConnection
  private let side: ProxiedConnection.Side

  init(_ connection: ProxiedConnection, _ side: ProxiedConnection.Side) {
    self.connection = connection
    self.side = side
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.received(unwrapInboundIn(data), from: side)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event as? ChannelEvent == .inputClosed { connection.finished(side) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { connection.advance() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    connection.broke(side)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    connection.closed(side)
    context.fireChannelInactive()
  }
}
