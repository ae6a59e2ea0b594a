internal import NIOCore

/// One connection of a client and the one to the service that belongs to it.
///
/// What is to become of the bytes is decided by two lanes; this moves them between the sockets. All of its state belongs
/// to the event loop of the client's channel, on which the service's channel is, too.
final class ProxiedConnection {
  enum Side { case client, service }

  /// One of the two sockets, and the lane of the bytes that go to it.
  struct End {
    var channel: (any Channel)?
    /// What goes to this socket.
    var lane: FaultLane
    /// The wake-up for the next step of the lane.
    var timer: Scheduled<Void>?
    var lastWrite: EventLoopFuture<Void>?
    /// Whether nothing more will be written to it.
    var isOutputClosed = false
    /// Whether it is gone.
    var isClosed = false
    /// Whether its bytes are read.
    var isReading = true
  }

  /// How long a reset waits for the bytes before it to leave.
  private static let resetPatience = TimeAmount.seconds(1)

  private let number: Int
  private let state: ProxyState
  private let draw: Double
  private let loop: any EventLoop
  private var client: End
  private var service: End
  private var reader = RequestLineReader()
  /// What may be the beginning of a request, whose path decides what becomes of it.
  private var undecided = ByteBuffer()
  private var rules: [FaultProxy.Rule] = []
  private var version: Int?
  private var path: String?
  private var isConnecting = false
  private var isAdvancing = false
  private var isStale = false
  private var isReset = false
  private var isRemoved = false
  private var passed = (requests: 0, responses: 0)
  private var affected: Set<FaultProxy.Fault.Kind> = []

  init(_ number: Int, client channel: any Channel, state: ProxyState) {
    self.number = number
    self.state = state
    loop = channel.eventLoop
    draw = ConnectionDraw.value(of: number, seed: state.seed)
    let seed = SplitMix64.mix(state.seed, UInt64(truncatingIfNeeded: number))
    client = End(channel: channel, lane: FaultLane(seed: SplitMix64.mix(seed, 1)))
    service = End(channel: nil, lane: FaultLane(seed: SplitMix64.mix(seed, 2)))
  }

  /// Begins: reaches for the service, unless a fault lets nothing pass anyway.
  func start() {
    advance()
  }

  // MARK: What happens

  func received(_ bytes: ByteBuffer, from side: Side) {
    followRules()
    switch side {
    case .service:
      reader.serviceSpoke()
      client.lane.take(bytes, now: now)
    case .client:
      reader.take(bytes.readableBytesView)
      var bytes = bytes
      undecided.writeBuffer(&bytes)
      passUndecided()
    }
    advance()
  }

  func finished(_ side: Side) { ended(side, .finished) }

  func broke(_ side: Side) { ended(side, .broken) }

  func closed(_ side: Side) {
    self[side].isClosed = true
    self[side].timer?.cancel()
    // A side whose both halves have ended is closed in good order, any other is gone before its time.
    ended(side, self[side].isOutputClosed ? .finished : .broken)
    removeIfOver()
  }

  /// Looks at the rules anew.
  func rulesChanged() {
    passUndecided()
    advance()
  }

  func closeBoth() {
    // One that is still being made is closed when it stands.
    isReset = true
    for channel in [client.channel, service.channel] { channel?.close(promise: nil) }
  }

  private func ended(_ side: Side, _ ending: FaultLane.Ending) {
    followRules()
    if side == .client { passUndecided(isLast: true) }
    self[other(side)].lane.end(ending, now: now)
    advance()
  }

  // MARK: What is to be done

  /// Does all that is due now.
  func advance() {
    guard !isReset else { return }
    // A write may fail at once, and say so from within.
    guard !isAdvancing else {
      isStale = true
      return
    }
    isAdvancing = true
    repeat {
      isStale = false
      followRules()
      connectIfDue()
      for side in [Side.service, .client] where !isReset { pump(to: side) }
      for side in [Side.service, .client] where !isReset {
        leaveIfAlone(side)
        setReading(side)
      }
    } while isStale && !isReset
    isAdvancing = false
    publish()
  }

  /// Passes what the lane lets pass, until it or the socket says to wait.
  private func pump(to side: Side) {
    guard let channel = self[side].channel, !self[side].isClosed, !self[side].isOutputClosed else { return }
    self[side].timer?.cancel()
    self[side].timer = nil
    var needsFlush = false
    defer {
      if needsFlush {
        // First: whoever has the bytes finds them in the figures.
        publish()
        channel.flush()
      }
    }
    while channel.isWritable {
      switch self[side].lane.next(now: now) {
      case .send(let bytes):
        count(bytes.readableBytes, to: side)
        self[side].lastWrite = channel.write(bytes)
        needsFlush = true
      case .end: return closeOutput(side, channel)
      case .reset: return reset()
      case .wait(let instant): return wake(side, at: instant)
      case .idle: return
      }
    }
  }

  private func wake(_ side: Side, at instant: Int64) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    self[side].timer = loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, instant)))) {
      bound.value.advance()
    }
  }

  /// Tells a side that no more bytes will come, once it has all of them: to close a half drops what waits to be written.
  private func closeOutput(_ side: Side, _ channel: any Channel) {
    self[side].isOutputClosed = true
    publish()
    channel.flush()
    let written = self[side].lastWrite ?? loop.makeSucceededVoidFuture()
    written.whenComplete { _ in channel.close(mode: .output, promise: nil) }
  }

  private func reset() {
    isReset = true
    publish()
    for side in [Side.client, .service] {
      guard let channel = self[side].channel, !self[side].isClosed else { continue }
      channel.flush()
      // What has passed is to arrive first, as far as the peer takes it.
      let patience = loop.scheduleTask(in: Self.resetPatience) { channel.reset() }
      let written = self[side].lastWrite ?? loop.makeSucceededVoidFuture()
      written.whenComplete { _ in
        patience.cancel()
        channel.reset()
      }
    }
  }

  /// Lets a side go that has ended, where the other is gone, or has ended and this is not to be told.
  private func leaveIfAlone(_ side: Side) {
    let lane = self[side].lane
    let isAlone = self[other(side)].isClosed || lane.ending != nil && lane.faults.withholdsEnd
    guard isAlone, self[other(side)].lane.ending != nil, !self[side].isClosed, !self[side].isOutputClosed, lane.isEmpty
    else { return }
    self[side].isOutputClosed = true
    let written = self[side].lastWrite ?? loop.makeSucceededVoidFuture()
    let channel = self[side].channel
    written.whenComplete { _ in channel?.close(promise: nil) }
  }

  /// Reads no more from a side than the lane of its bytes takes.
  private func setReading(_ side: Side) {
    let lane = self[other(side)].lane
    let reads = self[side].isReading ? !lane.isFull : lane.hasRoom
    guard reads != self[side].isReading, !self[side].isClosed else { return }
    self[side].isReading = reads
    let channel = self[side].channel
    // It can only fail on a closed connection, where it no longer matters.
    try? channel?.syncOptions?.setOption(.autoRead, value: reads)
  }

  // MARK: The service

  private func connectIfDue() {
    guard service.channel == nil, !service.isClosed, !isConnecting, !service.lane.faults.isStopped else { return }
    isConnecting = true
    let bound = NIOLoopBound(self, eventLoop: loop)
    state.target.connect(on: loop) { channel in
      try channel.pipeline.syncOperations.addHandler(RelayHandler(bound.value, .service))
    }.whenComplete { bound.value.connected($0) }
  }

  private func connected(_ result: Result<any Channel, any Error>) {
    isConnecting = false
    switch result {
    case .success(let channel):
      guard !isReset else { return channel.close(promise: nil) }
      // It may have gone in the meantime, and said so.
      guard !service.isClosed else { return }
      service.channel = channel
      advance()
    case .failure:
      service.isClosed = true
      state.count { $0.unreachable += 1 }
      ended(.service, .broken)
      removeIfOver()
    }
  }

  // MARK: Rules and figures

  private var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

  private var holdsForPath: Bool { reader.isUndecided && rules.contains { $0.path != nil } }

  /// Gives the lane what the client has sent, unless it may be the beginning of a request that a rule waits for.
  private func passUndecided(isLast: Bool = false) {
    followRules()
    guard undecided.readableBytes > 0, isLast || !holdsForPath else { return }
    service.lane.take(undecided, now: now)
    undecided = ByteBuffer()
  }

  private func followRules() {
    let news = state.rules(unless: version)
    guard news != nil || path != reader.path else { return }
    if let news {
      version = news.version
      rules = news.rules
    }
    path = reader.path
    service.lane.faults = LaneFaults(rules, .requests, draw: draw, path: path)
    client.lane.faults = LaneFaults(rules, .responses, draw: draw, path: path)
  }

  private func count(_ bytes: Int, to side: Side) {
    switch side {
    case .service: passed.requests += bytes
    case .client: passed.responses += bytes
    }
  }

  /// Adds what has happened to the figures.
  private func publish() {
    var effects = service.lane.effects
    effects.add(client.lane.effects)
    guard !effects.isEmpty || passed != (0, 0) else { return }
    service.lane.effects = FaultEffects()
    client.lane.effects = FaultEffects()
    let new = effects.kinds.subtracting(affected)
    affected.formUnion(new)
    let passed = passed
    self.passed = (0, 0)
    state.count { figures in
      figures.requestBytes += passed.requests
      figures.responseBytes += passed.responses
      figures.lostBytes += effects.lostBytes
      figures.corruptedBytes += effects.corruptedBytes
      for kind in new { figures.affectedConnections[kind, default: 0] += 1 }
    }
  }

  private func removeIfOver() {
    guard client.isClosed, service.isClosed || service.channel == nil, !isRemoved else { return }
    isRemoved = true
    isReset = true
    state.remove(number)
  }

  private func other(_ side: Side) -> Side { side == .client ? .service : .client }

  private subscript(side: Side) -> End {
    _read { yield side == .client ? client : service }
    _modify {
      if side == .client { yield &client } else { yield &service }
    }
  }
}
