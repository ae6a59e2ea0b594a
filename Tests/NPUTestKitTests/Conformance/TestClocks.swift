import Synchronization

/// A clock on which every wait is over at once: whatever has a limit of time meets it.
struct ExpiredClock: Clock {
  typealias Instant = ContinuousClock.Instant

  var now: Instant { ContinuousClock.now }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}

/// A clock on which no wait ever ends but by cancellation.
struct StandingClock: Clock {
  typealias Instant = ContinuousClock.Instant

  var now: Instant { ContinuousClock.now }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let stream = AsyncStream<Void> { _ in }
    for await _ in stream {}
    throw CancellationError()
  }
}

/// How many tasks are inside something at the same time.
final class Occupancy: Sendable {
  private let state = Mutex((inside: 0, peak: 0, order: [String]()))

  var peak: Int { state.withLock(\.peak) }
  /// Who came in, in order, with the number of those who were inside already.
  var order: [String] { state.withLock(\.order) }

  func enter(_ name: String) {
    state.withLock { state in
      state.inside += 1
      state.peak = max(state.peak, state.inside)
      state.order.append("\(name) beside \(state.inside - 1)")
    }
  }

  func leave() { state.withLock { $0.inside -= 1 } }
}
