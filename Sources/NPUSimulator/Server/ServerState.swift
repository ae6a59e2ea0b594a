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
    var channels: [Int: any Channel] = [:]
    var isStopping = false
    /// Whether a request was refused, which some services do not survive.
    var hasRefused = false
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
    /// Whether the server has shut down: no counter changes any more.
    var hasEnded = false
  }

  /// Someone who waits for the counters to reach some state.
  struct Waiter {
    var condition: @Sendable (SimulatorCounters) -> Bool
    var continuation: CheckedContinuation<SimulatorCounters, any Error>
  }

  private let values: Mutex<Values>

  /// What was counted of everything that was generated.
  let metrics: EngineMetrics

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
      guard !values.waiters.isEmpty else { return (result, [Waiter](), values.counters) }
      let counters = values.counters
      let ready = values.waiters.filter { $0.value.condition(counters) }
      for key in ready.keys { values.waiters[key] = nil }
      return (result, Array(ready.values), counters)
    }
    for waiter in woken { waiter.continuation.resume(returning: counters) }
    return result
  }

  /// Suspends until the counters meet a condition.
  func wait(
    until condition: @escaping @Sendable (SimulatorCounters) -> Bool
  ) async throws -> SimulatorCounters {
    let key = withValues { values in
      values.nextWaiter += 1
      return values.nextWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let hasEnded = withValues { values in
          values.waiters[key] = Waiter(condition: condition, continuation: continuation)
          return values.hasEnded
        }
        if Task.isCancelled || hasEnded { cancelWaiter(key) }
      }
    } onCancel: {
      cancelWaiter(key)
    }
  }

  private func cancelWaiter(_ key: Int) {
    let waiter = withValues { $0.waiters.removeValue(forKey: key) }
    waiter?.continuation.resume(throwing: CancellationError())
  }

  /// Wakes everyone who waits, once nothing can change any more.
  func cancelWaiters() {
    let waiters = withValues { values in
      defer { values.waiters.removeAll() }
      values.hasEnded = true
      return Array(values.waiters.values)
    }
    for waiter in waiters { waiter.continuation.resume(throwing: CancellationError()) }
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
