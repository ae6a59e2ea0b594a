internal import NIOCore

/// Keeps the bytes of a connection back until it is its turn, where a server serves one connection at a time.
///
/// The turn lasts from the first byte that comes to the end of the connection, so that whoever sends or reads slowly
/// holds up everybody else. All of its state belongs to the connection's event loop.
final class TurnHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private enum Turn { case none, waiting, taken }

  private let state: ServerState
  private let connection: Int
  private var turn = Turn.none
  private var held: [NIOAny] = []

  init(state: ServerState, connection: Int) {
    self.state = state
    self.connection = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if turn == .none, state.withValues({ $0.behaviour.isSerial }) { enter(context) }
    guard turn == .waiting else { return context.fireChannelRead(data) }
    held.append(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if turn != .waiting { context.fireChannelReadComplete() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if turn != .none {
      let starts = state.withValues { $0.turns.leave(connection) }
      turn = .none
      for start in starts { start() }
    }
    held.removeAll()
    context.fireChannelInactive()
  }

  private func enter(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let loop = context.eventLoop
    let connection = connection
    let begins = state.withValues { values in
      values.turns.enter(connection, limit: 1) {
        loop.execute {
          let (handler, context) = bound.value
          handler.begin(context)
        }
      }
    }
    turn = begins ? .taken : .waiting
    if !begins { setReading(false, context) }
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard turn == .waiting else { return }
    turn = .taken
    let data = held
    held = []
    for data in data { context.fireChannelRead(data) }
    context.fireChannelReadComplete()
    setReading(true, context)
  }

  private func setReading(_ reads: Bool, _ context: ChannelHandlerContext) {
    // It can only fail on a closed connection, where it no longer matters.
    try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
  }
}
