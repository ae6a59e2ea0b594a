internal import NIOCore
internal import Synchronization

/// Everything that the connections of one server share.
final class ServerState: Sendable {
  /// The values behind the lock.
  struct Values {
    var behaviour: Behaviour
    var counters = SimulatorCounters()
    var log: RequestLog
    var admission = AdmissionQueue()
    /// The connections of a server that serves one at a time.
    var turns = AdmissionQueue()
    var channels: [Int: any Channel] = [:]
    var isStopping = false
    /// Whether a request was refused, which some services do not survive.
    var hasRefused = false
    /// What has broken, until the server is started again.
    var broken: Breakdown.Effect?
    /// Requests whose client has left and whose cache stays in use.
    var leakedCaches = 0
    var waiters = Waiters<SimulatorCounters>()
    /// Whether the server has shut down: no counter changes any more.
    var hasEnded = false
  }

  private let values: Mutex<Values>

  /// What was counted of everything that was generated.
  let metrics: EngineMetrics

  /// What the object store keeps.
  let objects = SimulatedObjectStore()

  /// What requests were to have repeated.
  let recentQuotes = RecentQuotes()

  /// The longest body that is read; longer ones are refused.
  let bodyLimit: Int

  init(behaviour: Behaviour, logCapacity: Int, bodyLimit: Int, metrics: EngineMetrics) {
    self.values = Mutex(Values(behaviour: behaviour, log: RequestLog(capacity: logCapacity)))
    self.bodyLimit = bodyLimit
    self.metrics = metrics
  }

  /// Reads or changes the shared values, and wakes those who waited for the new counters.
  func withValues<Result: Sendable>(_ body: (inout Values) -> Result) -> Result {
    let (result, woken, counters) = values.withLock { values in
      let result = body(&values)
      let counters = values.counters
      return (result, values.waiters.isEmpty ? [] : values.waiters.met(by: counters), counters)
    }
    for waiter in woken { waiter.resume(returning: counters) }
    return result
  }

  /// Suspends until the counters meet a condition.
  func wait(
    until condition: @escaping @Sendable (SimulatorCounters) -> Bool
  ) async throws -> SimulatorCounters {
    let number = withValues { $0.waiters.number() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let hasEnded = withValues { values in
          values.waiters.add(number, condition: condition, continuation: continuation)
          return values.hasEnded
        }
        if Task.isCancelled || hasEnded { cancelWaiter(number) }
      }
    } onCancel: {
      cancelWaiter(number)
    }
  }

  private func cancelWaiter(_ number: Int) {
    withValues { $0.waiters.remove(number) }?.resume(throwing: CancellationError())
  }

  /// Wakes everyone who waits, once nothing can change any more.
  func cancelWaiters() {
    let waiters = withValues { values in
      values.hasEnded = true
      return values.waiters.removeAll()
    }
    for waiter in waiters { waiter.resume(throwing: CancellationError()) }
  }

  /// Lets happen what a breakdown waits for.
  func happens(_ trigger: Breakdown.Trigger, under behaviour: Behaviour) {
    guard let breakdown = behaviour.breakdown, breakdown.trigger == trigger else { return }
    withValues { $0.broken = breakdown.effect }
  }

  /// Books that a client has left a response that was being made.
  ///
  /// - Returns: Whether the request goes on all the same.
  func clientLeft() -> Bool {
    happens(.disconnect, under: withValues(\.behaviour))
    return withValues { values in
      if values.broken == .leaksCache { values.leakedCaches += 1 }
      return values.broken == .leaksRequests
    }
  }

  /// Ends a request's stay in the queue or among those that run, and starts the next.
  func leave(_ ticket: Int) {
    let starts = withValues { values in
      let starts = values.admission.leave(ticket)
      values.counters.waiting = values.admission.waiting
      return starts
    }
    for start in starts { start() }
  }
}
