public import HTTPTypes
internal import HeapModule
internal import Synchronization

/// A transport that answers from a script, in a time of its own: the double for tests.
///
/// No byte leaves the process and nobody waits. The clock stands still until something is due and then jumps there, so that an
/// hour of load passes in the time it takes to compute, with the same stamps on every run.
///
/// ```swift
/// let transport = ScriptedTransport { request in
///   [.head(status: 200), .wait(.milliseconds(200)), .body("data: [DONE]\n\n")]
/// }
/// ```
public final class ScriptedTransport: Transport {
  /// One step of an answer.
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
    var steps: ArraySlice<Step>
    var hasStarted = false
    var isPaused = false
  }

  fileprivate struct Due: Comparable {
    let instant: MonotonicInstant
    let order: Int
    let purpose: Purpose

    enum Purpose {
      case exchange(Int)
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
  ///   - script: The steps of the answer to a request. After the last step the exchange ends well.
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
    let steps = script(request)
    let id = state.withLock { state -> Int in
      state.counter += 1
      state.exchanges[state.counter] = Exchange(request: request, observer: observer, steps: steps[...])
      let id = state.counter
      state.schedule(.exchange(id), at: state.now)
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
      state.schedule(.exchange(id), at: state.now)
    }
    play()
  }

  private func resume(_ id: Int) {
    state.withLock { state in
      guard state.exchanges[id]?.isPaused == true else { return }
      state.exchanges[id]?.isPaused = false
      state.schedule(.exchange(id), at: state.now)
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
        state.now = max(state.now, due.instant)
        switch due.purpose {
        case .call(let action):
          return action
        case .exchange(let id):
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
      switch observer.transferReceived(body: bytes.span, at: instant) {
      case .more: break
      case .pause: state.withLock { $0.exchanges[id]?.isPaused = true }
      case .stop: state.withLock { $0.exchanges[id]?.steps = [] }
      }
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

  /// Takes the next step of an exchange; `nil` if there is nothing to tell of it.
  fileprivate mutating func advance(_ id: Int) -> (any TransferObserver, ScriptedTransport.Call)? {
    guard var exchange = exchanges[id], !exchange.isPaused else { return nil }
    guard exchange.hasStarted else {
      exchange.hasStarted = true
      requests.append(exchange.request)
      exchanges[id] = exchange
      schedule(.exchange(id), at: now)
      return (exchange.observer, .started)
    }
    let step = exchange.steps.popFirst()
    exchanges[id] = exchange
    switch step {
    case .wait(let duration):
      schedule(.exchange(id), at: now.advanced(by: duration))
      return nil
    case .head(let head):
      schedule(.exchange(id), at: now)
      return (exchange.observer, .head(head))
    case .body(let bytes):
      schedule(.exchange(id), at: now)
      return (exchange.observer, .body(bytes))
    case .hang:
      guard let limit = exchange.request.timeouts.shortest else { return nil }
      exchanges[id]?.steps = [.fail(.idleTimeout)]
      schedule(.exchange(id), at: now.advanced(by: limit))
      return nil
    case .fail(let kind):
      exchanges[id] = nil
      let error = TransportError(kind: kind, message: "the script says so", request: exchange.request.identity)
      return (exchange.observer, .ended(error))
    case nil:
      exchanges[id] = nil
      return (exchange.observer, .ended(nil))
    }
  }
}
