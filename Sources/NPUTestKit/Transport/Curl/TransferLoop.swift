internal import CNPUCurl
internal import NPUBase
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The loop of one network thread: starts exchanges, lets libcurl work, keeps the timeouts, ends exchanges.
///
/// Everything in it belongs to that one thread; other threads reach it through the ``TransferInbox`` only.
final class TransferLoop {
  private let inbox: TransferInbox
  let configuration: TransportConfiguration
  var poller: SocketPoller
  let share: CurlShare
  private var multis: [CurlMulti] = []
  var transfers: [UInt64: Carrier] = [:]
  var connections = DirectConnections()
  let room = ReadingRoom()
  private var alarms = LoopAlarms()
  var spareHandles: [CurlEasy] = []
  /// Multi handles that ought to have an idle connection, the latest last.
  var idleConnections: [Int] = []
  private var commands: [TransferCommand] = []
  /// Exchanges whose observers have all that they want; almost all of them end with the same piece of the body.
  private var finishing: [(id: UInt64, cutOff: MonotonicInstant)] = []
  private var isStopping = false

  init(inbox: TransferInbox, configuration: TransportConfiguration) throws(Errno) {
    self.inbox = inbox
    self.configuration = configuration
    poller = try SocketPoller(waker: inbox.waker)
    guard let share = CurlShare() else { throw .noMemory }
    self.share = share
  }

  /// Runs until the inbox says to shut down, then ends what is left.
  func run() {
    cnpu_prefer_short_slices()
    while !isStopping {
      takeCommands()
      ringAlarms()
      fireTimers()
      reap()
      guard !isStopping else { continue }
      // New commands are no reason not to look at the sockets: ends that start the next exchange may never leave it
      // empty.
      let ready = poller.wait(until: inbox.prepareToSleep() ? nextDue : .now)
      inbox.awake()
      for position in 0..<ready {
        guard let readiness = poller.readiness(at: position) else { continue }
        if let slot = readiness.directSlot {
          socketReady(readiness, slot: slot)
        } else {
          multis[Int(readiness.owner)].socketReady(readiness)
        }
      }
      reap()
    }
    endEverything()
  }

  private var nextDue: MonotonicInstant? {
    var due = alarms.next
    for multi in multis {
      guard let wish = multi.due else { continue }
      due = due.map { min($0, wish) } ?? wish
    }
    return due
  }

  private func takeCommands() {
    inbox.drain(into: &commands)
    for command in commands {
      switch command {
      case .start(let id, let request, let observer):
        begin(id, request, observer)
      case .cancel(let id): cancel(id)
      case .resume(let id): resume(id)
      case .call(let instant, let action): alarms.set(at: instant, .call(action))
      case .shutDown: isStopping = true
      }
    }
    commands.removeAll(keepingCapacity: true)
  }

  private func fireTimers() {
    let now = MonotonicInstant.now
    for multi in multis {
      if let due = multi.due, due <= now { multi.timerFired() }
    }
  }

  // MARK: - Beginning

  private func begin(_ id: UInt64, _ request: TransferRequest, _ observer: any TransferObserver) {
    let state = TransferState(
      id: id, request: request, observer: observer, started: .now, newsOfClosing: configuration.newsOfClosing,
      onFinishing: { [unowned self] in finishing.append((id: $0, cutOff: $1)) })
    state.begin()
    if let head = directHead(of: request) {
      if let connection = idleConnection(for: request) {
        send(state, head, on: connection, isKept: true)
      } else {
        connect(state, thenSend: head)
      }
    } else {
      connect(state)
    }
    if transfers[id] != nil, let interval = request.timeouts.shortest {
      alarms.set(at: state.started.advanced(by: interval), .checkTimeouts(id: id))
    }
  }

  /// Hands an exchange, or the making of its connection, to libcurl.
  ///
  /// - Parameters:
  ///   - state: The exchange.
  ///   - head: What is sent on the connection once libcurl has made it; `nil` if libcurl carries all of the exchange.
  func connect(_ state: TransferState, thenSend head: RequestHead? = nil) {
    let request = state.request
    func refuse(_ error: TransportError) {
      forget(state.id)
      state.end(TransferEnd(error: error, instant: .now))
    }
    guard let multi = multi(mayBeIdle: head == nil && request.connection == .keepAlive),
      let easy = spareHandles.popLast() ?? CurlEasy()
    else { return refuse(noRoom(request, "libcurl could not make another handle")) }
    easy.reset()
    do throws(TransportError) {
      if head == nil {
        try easy.apply(request, configuration)
      } else {
        try easy.applyConnectOnly(request, configuration)
      }
    } catch {
      spareHandles.append(easy)
      return refuse(error)
    }
    easy.share(share)
    let transfer = CurlTransfer(
      state: state, easy: easy, multi: multi, usesProxy: configuration.proxy != nil, directHead: head)
    transfer.install()
    transfers[state.id] = .curl(transfer)
    let code = multi.add(easy)
    guard code == CURLM_OK else { return drop(transfer, notTaken(request, code)) }
    multi.timerFired()  // connects or sends now, and not after the next wait
  }

  /// Ends a transfer that no multi handle has.
  private func drop(_ transfer: CurlTransfer, _ error: TransportError) {
    let now = MonotonicInstant.now
    let metrics = transfer.metrics(until: now)
    forget(transfer.state.id)
    transfer.easy.releaseBody()
    spareHandles.append(transfer.easy)
    transfer.end(TransferEnd(error: error, metrics: metrics, instant: now))
  }

  /// The error of a request for which this side has nothing left.
  private func noRoom(_ request: TransferRequest, _ what: String) -> TransportError {
    let kind = ClientLimit.kind(of: 0) ?? .clientMemory
    return TransportError(
      kind: kind, message: "\(what): \(ClientLimit.message(kind) ?? "")", request: request.identity)
  }

  private func notTaken(_ request: TransferRequest, _ code: CURLMcode) -> TransportError {
    if code == CURLM_OUT_OF_MEMORY { return noRoom(request, "libcurl does not take the transfer") }
    return TransportError(
      kind: .other, message: "libcurl does not take the transfer: code \(code.rawValue)", request: request.identity)
  }

  /// The multi handle that has an idle connection, or has room, or is new.
  private func multi(mayBeIdle: Bool) -> CurlMulti? {
    if mayBeIdle, let index = idleConnections.popLast() { return multis[index] }
    let room = max(1, configuration.connectionsPerHandle)
    if let multi = multis.last(where: { $0.active < room }) { return multi }
    let index = multis.count
    let multi = CurlMulti(
      index: Int32(index),
      onInterest: { [unowned self] interest in
        poller.watch(
          interest.socket, owner: Int32(index), reading: interest.reading, writing: interest.writing,
          known: interest.known)
      },
      onForget: { [unowned self] in poller.forget($0) })
    if let multi { multis.append(multi) }
    return multi ?? multis.min { $0.active < $1.active }
  }

  // MARK: - Keeping time

  private func ringAlarms() {
    guard alarms.next != nil else { return }
    let now = MonotonicInstant.now
    while let purpose = alarms.take(at: now) {
      switch purpose {
      case .call(let action): action()
      case .checkTimeouts(let id):
        if let carrier = transfers[id] { checkTimeouts(carrier, now) }
      }
    }
  }

  /// Ends a transfer whose time is up, or looks again later.
  ///
  /// No timeout can pass unseen: a phase that begins after this look ends at the earliest one shortest timeout later,
  /// and that is when the next look is.
  private func checkTimeouts(_ carrier: Carrier, _ now: MonotonicInstant) {
    let state = carrier.state
    if let cutOff = state.cutOff, cutOff <= now {
      finish(carrier, error: nil, reusable: false)
    } else if let (kind, message) = state.timeout(at: now) {
      finish(
        carrier, error: TransportError(kind: kind, message: message, request: state.request.identity),
        reusable: false)
    } else if let interval = state.request.timeouts.shortest {
      let next = state.nextDeadline.map { min($0, now.advanced(by: interval)) } ?? now.advanced(by: interval)
      alarms.set(at: max(next, now.advanced(by: .milliseconds(1))), .checkTimeouts(id: state.id))
    }
  }

  // MARK: - Ending

  private func reap() {
    for multi in multis where multi.takeTouched() {
      while let done = multi.nextDone() {
        guard case .curl(let transfer)? = transfers[done.id] else { continue }
        if done.code == CURLE_OK, let head = transfer.directHead {
          takeOver(transfer, thenSend: head)
          continue
        }
        let error = transfer.error(for: done.code)
        if transfer.diedOnStaleConnection(done.code, error, at: .now) {
          resend(transfer)
          continue
        }
        finish(.curl(transfer), error: error, reusable: error == nil && !transfer.state.stoppedByObserver)
      }
    }
    for entry in finishing where transfers[entry.id] != nil {
      alarms.set(at: entry.cutOff, .checkTimeouts(id: entry.id))
    }
    finishing.removeAll(keepingCapacity: true)
  }

  /// Sends a request again, once, on a connection of its own making.
  private func resend(_ transfer: CurlTransfer) {
    let easy = transfer.easy
    transfer.multi.remove(easy)
    easy.reset()
    do throws(TransportError) {
      try easy.apply(transfer.request, configuration)
    } catch {  // a file of the body that is gone meanwhile
      return drop(transfer, error)
    }
    easy.set(CURLOPT_FRESH_CONNECT, true)
    easy.share(share)
    transfer.resend(at: .now)
    let code = transfer.multi.add(easy)
    guard code == CURLM_OK else { return drop(transfer, notTaken(transfer.request, code)) }
    transfer.multi.timerFired()
  }

  private func cancel(_ id: UInt64) {
    guard let carrier = transfers[id] else { return }
    finish(
      carrier,
      error: TransportError(
        kind: .cancelled, message: "the request was cancelled", request: carrier.state.request.identity),
      reusable: false)
  }

  private func resume(_ id: UInt64) {
    switch transfers[id] {
    case .curl(let transfer):
      let code = transfer.resume(at: .now)
      if code != CURLE_OK { finish(.curl(transfer), error: transfer.error(for: code), reusable: false) }
    case .direct(let transfer): resume(transfer)
    case nil: break
    }
  }

  /// Forgets an exchange, before its observer, who may start the next one, learns of its end.
  private func forget(_ id: UInt64) {
    transfers[id] = nil
    inbox.exchangeEnded()
  }

  func finish(_ carrier: Carrier, error: TransportError?, reusable: Bool) {
    let now = MonotonicInstant.now
    let request = carrier.state.request
    let isKept = reusable && request.connection == .keepAlive
    forget(carrier.state.id)
    switch carrier {
    case .curl(let transfer):
      let metrics = transfer.metrics(until: now)
      transfer.multi.remove(transfer.easy)  // closes the connection of an unfinished transfer
      transfer.easy.releaseBody()
      spareHandles.append(transfer.easy)
      if isKept { idleConnections.append(Int(transfer.multi.index)) }
      transfer.end(TransferEnd(error: error, metrics: metrics, instant: now))
    case .direct(let transfer):
      let metrics = transfer.metrics(until: now)
      if isKept { park(transfer.connection, at: now) } else { close(transfer.connection) }
      transfer.state.end(TransferEnd(error: error, metrics: metrics, instant: now))
    }
  }

  private func endEverything() {
    for carrier in Array(transfers.values) {
      finish(
        carrier,
        error: TransportError(
          kind: .shutDown, message: "the transport was shut down", request: carrier.state.request.identity),
        reusable: false)
    }
    connections.removeIdle()
    spareHandles = []
    multis = []
  }
}
