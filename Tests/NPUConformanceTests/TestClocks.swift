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
struct Occupancy {
  private var inside = 0
  private(set) var peak = 0
  /// Who came in, in order, with the number of those who were inside already.
  private(set) var order: [String] = []

  mutating func enter(_ name: String) {
    order.append("\(name) beside \(inside)")
    inside += 1
    peak = max(peak, inside)
  }

  mutating func leave() { inside -= 1 }
}
