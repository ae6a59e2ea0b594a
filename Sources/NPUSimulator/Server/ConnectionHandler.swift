internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// Responds to the requests of one connection, one after the other, by playing their scripts.
///
/// All of its state belongs to the connection's event loop.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  /// Reading stops while more requests than this wait for their turn on one connection.
  private static let pipelineLimit = 64

  private let state: ServerState
  private let router: Router
  private let connection: Int
  private var assembler: RequestAssembler
  private var waiting: [IncomingRequest] = []
  private var exchange: Exchange?
  private var isPumping = false
  private var isClosing = false
  private var needsFlush = false

  init(state: ServerState, router: Router, connection: Int) {
    self.state = state
    self.router = router
    self.connection = connection
    self.assembler = RequestAssembler(limit: state.bodyLimit, takesForm: router.takesForm)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch assembler.take(unwrapInboundIn(data)) {
    case .more: break
    case .sendContinue:
      // Only if nothing is under way: a late word between the parts of another response would corrupt it.
      guard exchange == nil, waiting.isEmpty else { return }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    case .complete(let request):
      waiting.append(request)
      if waiting.count == Self.pipelineLimit { setReading(false, context) }
      if exchange == nil { startNext(context) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError, exchange == nil, !isClosing else {
      context.close(promise: nil)
      return
    }
    isClosing = true
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n"
    let buffer = ByteBuffer(string: head + "Invalid HTTP request received.")
    close(context, after: context.writeAndFlush(wrapOutboundOut(buffer)))
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { pump(context) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if exchange != nil { end(context, clientLeft: true) }
    waiting.removeAll()
    context.fireChannelInactive()
  }

  private func setReading(_ reads: Bool, _ context: ChannelHandlerContext) {
    // It can only fail on a closed connection, where it no longer matters.
    try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
  }

  private func startNext(_ context: ChannelHandlerContext) {
    guard exchange == nil, !isClosing, !waiting.isEmpty else { return }
    let request = waiting.removeFirst()
    if waiting.count == Self.pipelineLimit - 1 { setReading(true, context) }
    let connection = connection
    let number = state.withValues { values in
      defer { values.counters.requests += 1 }
      values.counters.active += 1
      let number = values.counters.requests
      if values.log.capacity > 0 {
        values.log.append(request.logged(number: number, connection: connection, counters: values.counters))
      }
      return number
    }
    var dispatcher = RequestDispatcher(request, number: number, state: state, router: router)
    let response = dispatcher.respond()
    if let kind = response.fault?.kind { state.withValues { $0.log.update(number) { $0.fault = kind } } }
    exchange = Exchange(
      number: number, script: response.script, isGeneration: response.isGeneration, keepsAlive: dispatcher.keepsAlive,
      upgrade: response.isUpgrade ? request.head : nil, receivedAt: request.receivedAt, startedAt: request.receivedAt)
    if response.isGeneration {
      enterQueue(context, limit: response.concurrencyLimit)
    } else {
      admitted(context, number)
    }
  }

  private func enterQueue(_ context: ChannelHandlerContext, limit: Int?) {
    guard let number = exchange?.number else { return }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let loop = context.eventLoop
    let starts = state.withValues { values in
      let starts = values.admission.enter(number, limit: limit) {
        loop.execute {
          let (handler, context) = bound.value
          handler.admitted(context, number, from: .now())
        }
      }
      values.counters.waiting = values.admission.waiting
      return starts
    }
    if starts { admitted(context, number) }
  }

  /// Begins to play a script, unless its client has left while it waited.
  private func admitted(_ context: ChannelHandlerContext, _ number: Int, from start: NIODeadline? = nil) {
    guard exchange?.number == number else { return }
    exchange?.isRunning = true
    if let start {
      exchange?.startedAt = start
      let queued = exchange?.secondsSinceRequest ?? 0
      exchange?.timing.queued = queued
      state.withValues { $0.counters.waiting = $0.admission.waiting }
    }
    pump(context)
  }

  /// Plays steps until one has to wait for time, for the client or for ever.
  private func pump(_ context: ChannelHandlerContext) {
    guard !isPumping else { return }
    isPumping = true
    defer {
      isPumping = false
      flush(context)
    }
    // The exchange is never copied here: a script that is held twice would be copied at every step.
    while exchange?.canAdvance == true, context.channel.isWritable {
      let now = exchange?.now ?? 0
      switch exchange?.script.next(now: now) ?? .finish {
      case .bytes(let buffer): write(buffer, context)
      case .pause(let offset): wait(until: offset, context)
      case .pauseForever: exchange?.timer = context.eventLoop.scheduleTask(in: .hours(24 * 365)) {}
      case .finish: finish(context)
      case .close:
        isClosing = true
        let written = exchange?.lastWrite
        end(context, clientLeft: false)
        close(context, after: written)
      case .reset:
        isClosing = true
        let written = exchange?.lastWrite
        end(context, clientLeft: false)
        reset(context, after: written)
      }
    }
  }

  /// Sends what was written.
  ///
  /// It is called once the step behind a write is known: a complete response is booked before its last bytes leave, so
  /// that a client which has them finds it in the log.
  private func flush(_ context: ChannelHandlerContext) {
    guard needsFlush else { return }
    needsFlush = false
    context.flush()
  }

  private func write(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    flush(context)
    let written = context.write(wrapOutboundOut(buffer))
    needsFlush = true
    exchange?.lastWrite = written
    guard exchange?.isGeneration == true else { return }
    let tokens = exchange?.script.progress.tokens ?? 0
    let seconds = exchange?.secondsSinceRequest ?? 0
    let fresh = exchange?.timing.sent(tokens, at: seconds) ?? 0
    state.metrics.count(fresh)
  }

  private func wait(until offset: Int64, _ context: ChannelHandlerContext) {
    guard let start = exchange?.startedAt else { return }
    let deadline = start + .nanoseconds(min(offset, 3_000_000_000_000_000_000))
    guard deadline > .now() else { return }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    exchange?.timer = context.eventLoop.scheduleTask(deadline: deadline) {
      let (handler, context) = bound.value
      handler.exchange?.timer = nil
      handler.pump(context)
    }
  }

  private func finish(_ context: ChannelHandlerContext) {
    guard let current = exchange else { return }
    end(context, clientLeft: false)
    if let head = current.upgrade { upgrade(context, head) }
    if current.keepsAlive {
      // A fresh turn of the loop: a client that pipelines many requests must not deepen the stack.
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      if !waiting.isEmpty {
        context.eventLoop.execute {
          let (handler, context) = bound.value
          handler.startNext(context)
        }
      }
    } else {
      isClosing = true
      close(context, after: current.lastWrite)
    }
  }

  /// Reads frames in place of requests from now on.
  private func upgrade(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
    let pipeline = context.pipeline.syncOperations
    do {
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandlers(
        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: min(state.bodyLimit, Int(UInt32.max)))),
        MessageReader(head, limit: state.bodyLimit), position: .before(self))
      pipeline.removeHandler(decoder).whenFailure { _ in }
    } catch {
      context.close(promise: nil)
    }
  }

  /// Books a response that is complete, broken off or left by its client.
  private func end(_ context: ChannelHandlerContext, clientLeft: Bool) {
    guard var current = exchange else { return }
    exchange = nil
    current.timer?.cancel()
    current.timing.end = clientLeft ? nil : current.secondsSinceRequest
    let progress = current.script.progress
    let (number, timing, isGeneration) = (current.number, current.timing, current.isGeneration)
    let reasons = clientLeft ? ["abort"] : progress.finishReasons
    let endedAt = Int64(NIODeadline.now().uptimeNanoseconds)
    let firstTokenAt = timing.firstToken.map { Int64(current.receivedAt.uptimeNanoseconds) + Int64($0 * 1e9) }
    // First of all: whoever waits for the counters finds the metrics complete.
    if isGeneration { state.metrics.add(timing, progress, reasons: reasons) }
    state.withValues { values in
      values.counters.active -= 1
      if clientLeft { values.counters.disconnectedClients += 1 } else { values.counters.completed += 1 }
      values.log.update(number) {
        $0.firstTokenAt = firstTokenAt
        $0.endedAt = endedAt
        $0.tokens = progress.tokens
        $0.clientLeft = clientLeft
      }
    }
    guard isGeneration, !(clientLeft && state.clientLeft()) else { return }
    state.leave(number)
  }

  private func close(_ context: ChannelHandlerContext, after written: EventLoopFuture<Void>?) {
    let channel = context.channel
    guard let written else {
      channel.close(promise: nil)
      return
    }
    written.whenComplete { _ in channel.close(promise: nil) }
  }

  private func reset(_ context: ChannelHandlerContext, after written: EventLoopFuture<Void>?) {
    let channel = context.channel
    let written = written ?? context.eventLoop.makeSucceededVoidFuture()
    written.whenComplete { _ in channel.reset() }
  }
}
