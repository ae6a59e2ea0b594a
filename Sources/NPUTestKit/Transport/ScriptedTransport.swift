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
    var started: MonotonicInstant?
    var isPaused = false
  }

  fileprivate struct Due: Comparable {
    let instant: MonotonicInstant
    let order: Int
    let id: Int

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
  private enum Call {
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
      state.schedule(state.counter, at: max(state.now, request.earliestStart ?? state.now))
      return state.counter
    }
    play()
    return TransferHandle(cancel: { [weak self] in self?.cancel(id) }, resume: { [weak self] in self?.resume(id) })
  }

  private func cancel(_ id: Int) {
    state.withLock { state in
      guard state.exchanges[id] != nil else { return }
      state.exchanges[id]?.steps = [.fail(.cancelled)]
      state.exchanges[id]?.isPaused = false
      state.schedule(id, at: state.now)
    }
    play()
  }

  private func resume(_ id: Int) {
    state.withLock { state in
      guard state.exchanges[id]?.isPaused == true else { return }
      state.exchanges[id]?.isPaused = false
      state.schedule(id, at: state.now)
    }
    play()
  }

  /// Plays until nothing is due. Calls that arrive meanwhile, from observers too, join the queue of the one who plays.
  private func play() {
    let isMine = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard isMine else { return }
    while let (observer, call, id, instant) = takeStep() { tell(observer, call, id, instant) }
  }

  private func takeStep() -> (any TransferObserver, Call, Int, MonotonicInstant)? {
    state.withLock { state in
      while let due = state.queue.popMin() {
        guard var exchange = state.exchanges[due.id], !exchange.isPaused else { continue }
        state.now = max(state.now, due.instant)
        if exchange.started == nil {
          exchange.started = state.now
          state.requests.append(exchange.request)
          state.exchanges[due.id] = exchange
          state.schedule(due.id, at: state.now)
          return (exchange.observer, .started, due.id, state.now)
        }
        let step = exchange.steps.popFirst()
        state.exchanges[due.id] = exchange
        switch step {
        case .wait(let duration):
          state.schedule(due.id, at: state.now.advanced(by: duration))
        case .head(let head):
          state.schedule(due.id, at: state.now)
          return (exchange.observer, .head(head), due.id, state.now)
        case .body(let bytes):
          state.schedule(due.id, at: state.now)
          return (exchange.observer, .body(bytes), due.id, state.now)
        case .hang:
          guard let limit = exchange.request.timeouts.shortest else { continue }
          state.exchanges[due.id]?.steps = [.fail(.idleTimeout)]
          state.schedule(due.id, at: state.now.advanced(by: limit))
        case .fail(let kind):
          state.exchanges[due.id] = nil
          return (exchange.observer, .ended(error(exchange, kind)), due.id, state.now)
        case nil:
          state.exchanges[due.id] = nil
          return (exchange.observer, .ended(nil), due.id, state.now)
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

  private func error(_ exchange: Exchange, _ kind: TransportError.Kind) -> TransportError {
    TransportError(kind: kind, message: "the script says so", request: exchange.request.identity)
  }
}

extension ScriptedTransport.State {
  fileprivate mutating func schedule(_ id: Int, at instant: MonotonicInstant) {
    counter += 1
    queue.insert(ScriptedTransport.Due(instant: instant, order: counter, id: id))
  }
}
