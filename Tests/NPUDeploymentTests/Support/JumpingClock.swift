import NPUBase
import Synchronization

/// A clock that stands still but for sleeps, which pass at once.
final class JumpingClock: Clock {
  private let instant = Mutex(MonotonicInstant(nanoseconds: 0))

  var now: MonotonicInstant { instant.withLock(\.self) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    instant.withLock { $0 = max($0, deadline) }
  }
}
