public import HTTPTypes
internal import HeapModule
public import NPUBase
internal import Synchronization

/// A transport that responds from a script, in a time of its own: the double for tests.
///
/// No byte leaves the process and nobody waits. The clock stands still until something is due and then jumps there, so
/// that an hour of load passes in the time it takes to compute, with the same stamps on every run. The timeouts of a
/// request hold in that time too, but for the one of connecting: connections are established at once.
///
/// ```swift
/// let transport = ScriptedTransport { request in
///   [.head(status: 200), .wait(.milliseconds(200)), .body("data: [DONE]\n\n")]
/// }
/// ```
public final class ScriptedTransport: Transport {
  /// One step of a response.
  public enum Step: Sendable, Hashable {
    /// Lets time pass.
    case wait(Duration)
    /// Delivers the response head.
    case head(HTTPResponse)
    /// Delivers a piece of the body.
    case body([UInt8])
    /// Breaks the exchange off.
    case fail(TransportError.Kind)
    /// Never goes on; only cancellation or a timeout of the request ends the exchange.
    case hang

    /// Delivers a response head with a status and a content type.
    public static func head(status: Int, contentType: String = "text/event-stream") -> Step {
      .head(HTTPResponse(status: .init(code: status), headerFields: [.contentType: contentType]))
    }

    /// Delivers a piece of the body, as UTF-8.
    public static func body(_ text: String) -> Step { .body(Array(text.utf8)) }
  }

  fileprivate struct Exchange {
    let request: TransferRequest
    let observer: any TransferObserver
    let started: MonotonicInstant
    var steps: ArraySlice<Step>
    /// From when the timeout of the present phase counts.
    var phaseBegan: MonotonicInstant
    var contentBegan: MonotonicInstant
    var hasContent = false
    var hasStarted = false
    var hasBody = false
    /// When the exchange is cut off because its observer has all that it wants.
    var cutOff: MonotonicInstant?
    var isPaused = false
    /// The observer is looking at a piece of the body, and whether it was resumed meanwhile.
    var isDeciding = false
    var wasResumed = false
    /// Which of the entries of the queue is valid: the last one that was made for this exchange.
    var turn = 0
  }

  fileprivate struct Due: Comparable {
    let instant: MonotonicInstant
    let order: Int
    let purpose: Purpose

    enum Purpose {
      case exchange(Int, turn: Int)
      case call(@Sendable () -> Void)
    }

    static func == (left: Due, right: Due) -> Bool { left.order == right.order }
    static func < (left: Due, right: Due) -> Bool { (left.instant, left.order) < (right.instant, right.order) }
  }

  fileprivate struct State {
    var now: MonotonicInstant
    var exchanges: [Int: Exchange] = [:]
    var queue = Heap<Due>()
    var counter = 0
    var isRunning = false
    var requests: [TransferRequest] = []
  }

  /// What is to be told to an observer, outside the lock.
  fileprivate enum Call {
    case started, head(HTTPResponse), body([UInt8]), ended(TransportError?)
  }

  private let script: @Sendable (TransferRequest) -> [Step]
  private let state: Mutex<State>

  /// Creates a transport from its script.
  ///
  /// - Parameters:
  ///   - start: Where its clock begins.
  ///   - script: The steps of the response to a request. After the last step the exchange ends well.
  public init(
    startingAt start: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000),
    script: @escaping @Sendable (TransferRequest) -> [Step]
  ) {
    self.script = script
    state = Mutex(State(now: start))
  }

  /// The present instant of the transport's own time.
  public var now: MonotonicInstant { state.withLock(\.now) }

  /// The requests that were started, in order.
  public var requests: [TransferRequest] { state.withLock(\.requests) }

  /// Queues an exchange and plays what is due, on the calling task's thread or on that of the one who plays already.
  @discardableResult
  public func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    guard let authenticator = request.authenticator else { return queue(request, observer) }
    return AuthenticatedExchange(request, authenticator, observer, over: self) { [weak self] in self?.queue($0, $1) }
      .begin()
  }

  private func queue(_ request: TransferRequest, _ observer: any TransferObserver) -> TransferHandle {
    let steps = script(request)
    let id = state.withLock { state -> Int in
      state.counter += 1
      let id = state.counter
      state.exchanges[id] = Exchange(
        request: request, observer: observer, started: state.now, steps: steps[...], phaseBegan: state.now,
        contentBegan: state.now)
      state.continueExchange(id, at: state.now)
      return id
    }
    play()
    return TransferHandle(cancel: { [weak self] in self?.cancel(id) }, resume: { [weak self] in self?.resume(id) })
  }

  /// Calls a function when the transport's own time has come so far.
  public func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.schedule(.call(action), at: instant) }
    play()
  }

  private func cancel(_ id: Int) {
    state.withLock { state in
      guard state.exchanges[id] != nil else { return }
      state.exchanges[id]?.steps = [.fail(.cancelled)]
      state.exchanges[id]?.isPaused = false
      state.exchanges[id]?.wasResumed = true
      state.continueExchange(id, at: state.now)
    }
    play()
  }

  private func resume(_ id: Int) {
    state.withLock { state in
      if state.exchanges[id]?.isDeciding == true { state.exchanges[id]?.wasResumed = true }
      guard state.exchanges[id]?.isPaused == true else { return }
      state.exchanges[id]?.isPaused = false
      state.exchanges[id]?.phaseBegan = state.now
      state.exchanges[id]?.contentBegan = state.now
      state.continueExchange(id, at: state.now)
    }
    play()
  }

  /// Plays until nothing is due.
  ///
  /// Calls that arrive meanwhile, from observers too, join the queue of the one who plays.
  private func play() {
    let isMine = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard isMine else { return }
    while let action = takeStep() { action() }
  }

  /// The next thing to do, outside the lock; `nil` when nothing is due any more.
  private func takeStep() -> (() -> Void)? {
    state.withLock { state in
      while let due = state.queue.popMin() {
        switch due.purpose {
        case .call(let action):
          state.now = max(state.now, due.instant)
          return action
        case .exchange(let id, let turn):
          // An exchange that was cancelled or resumed goes on elsewhere; what it waited for moves no clock.
          guard state.exchanges[id]?.turn == turn else { continue }
          state.now = max(state.now, due.instant)
          guard let (observer, call) = state.advance(id) else { continue }
          let now = state.now
          return { self.tell(observer, call, id, now) }
        }
      }
      state.isRunning = false
      return nil
    }
  }

  private func tell(_ observer: any TransferObserver, _ call: Call, _ id: Int, _ instant: MonotonicInstant) {
    switch call {
    case .started:
      observer.transferStarted(at: instant)
      observer.transferSent(at: instant)
    case .head(let head):
      observer.transferReceived(head: head, at: instant)
    case .body(let bytes):
      let demand = observer.transferReceived(body: bytes.span, at: instant)
      state.withLock { $0.take(demand, of: id) }
    case .ended(let error):
      observer.transferEnded(TransferEnd(error: error, instant: instant))
    }
  }
}

extension ScriptedTransport.State {
  fileprivate mutating func schedule(_ purpose: ScriptedTransport.Due.Purpose, at instant: MonotonicInstant) {
    counter += 1
    queue.insert(ScriptedTransport.Due(instant: instant, order: counter, purpose: purpose))
  }

  /// Lets an exchange go on at an instant, and at no other that was set before.
  fileprivate mutating func continueExchange(_ id: Int, at instant: MonotonicInstant) {
    exchanges[id]?.turn += 1
    guard let turn = exchanges[id]?.turn else { return }
    schedule(.exchange(id, turn: turn), at: instant)
  }

  /// Does what an observer wants after a piece of the body.
  fileprivate mutating func take(_ demand: TransferDemand, of id: Int) {
    let wasResumed = exchanges[id]?.wasResumed == true
    exchanges[id]?.isDeciding = false
    exchanges[id]?.wasResumed = false
    if demand != .moreOfSilence {
      exchanges[id]?.contentBegan = now
      exchanges[id]?.hasContent = true
    }
    switch demand {
    case .more, .moreOfSilence: break
    case .pause: exchanges[id]?.isPaused = !wasResumed
    case .stop: exchanges[id]?.steps = []
    case .finish:
      if exchanges[id]?.cutOff == nil { exchanges[id]?.cutOff = now.advanced(by: .seconds(1)) }
    }
    continueExchange(id, at: now)
  }

  /// Takes the next step of an exchange; `nil` if there is nothing to tell of it.
  fileprivate mutating func advance(_ id: Int) -> (any TransferObserver, ScriptedTransport.Call)? {
    guard var exchange = exchanges[id], !exchange.isPaused else { return nil }
    guard exchange.hasStarted else {
      exchange.hasStarted = true
      requests.append(exchange.request)
      exchanges[id] = exchange
      continueExchange(id, at: now)
      return (exchange.observer, .started)
    }
    let step = exchange.steps.popFirst()
    if case .body = step {
      if !exchange.hasBody, exchange.request.timeouts.content != nil { exchange.contentBegan = now }
      exchange.hasBody = true
      exchange.phaseBegan = now
      exchange.isDeciding = true
    }
    exchanges[id] = exchange
    switch step {
    case .wait(let duration):
      wait(id, until: now.advanced(by: duration))
      return nil
    case .hang:
      wait(id, until: nil)
      return nil
    case .head(let head):
      continueExchange(id, at: now)
      return (exchange.observer, .head(head))
    case .body(let bytes):
      return (exchange.observer, .body(bytes))
    case .fail(let kind):
      exchanges[id] = nil
      let error = TransportError(kind: kind, message: "the script says so", request: exchange.request.identity)
      return (exchange.observer, .ended(error))
    case nil:
      exchanges[id] = nil
      return (exchange.observer, .ended(nil))
    }
  }

  /// Lets an exchange go on at an instant, or never, unless one of its timeouts comes before.
  private mutating func wait(_ id: Int, until instant: MonotonicInstant?) {
    let limit = exchanges[id]?.nextTimeout
    if let cutOff = exchanges[id]?.cutOff, cutOff < instant ?? .init(nanoseconds: .max),
      cutOff <= limit?.instant ?? cutOff
    {
      exchanges[id]?.steps = []
      continueExchange(id, at: max(now, cutOff))
    } else if let instant, instant <= limit?.instant ?? instant {
      continueExchange(id, at: instant)
    } else if let limit {
      exchanges[id]?.steps = [.fail(limit.kind)]
      continueExchange(id, at: max(now, limit.instant))
    }
  }
}

extension ScriptedTransport.Exchange {
  /// Which timeout of the request comes first if nothing happens, and when.
  fileprivate var nextTimeout: (instant: MonotonicInstant, kind: TransportError.Kind)? {
    let timeouts = request.timeouts
    let phase = hasBody ? timeouts.idle : timeouts.firstByte
    let limits = [
      phase.map { (instant: phaseBegan.advanced(by: $0), kind: hasBody ? .idleTimeout : .firstByteTimeout) },
      (hasBody ? timeouts.silence(begun: hasContent) : nil).map {
        (instant: contentBegan.advanced(by: $0), kind: TransportError.Kind.contentTimeout)
      },
      timeouts.total.map { (instant: started.advanced(by: $0), kind: TransportError.Kind.totalTimeout) },
    ]
    return limits.compactMap(\.self).min { $0.instant < $1.instant }
  }
}
