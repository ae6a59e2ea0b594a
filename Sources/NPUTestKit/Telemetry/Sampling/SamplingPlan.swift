internal import NPUBase

/// How often a source is read, and how long a reading may take.
public struct SamplingPlan: Sendable, Hashable {
  /// From one reading to the next; at least a millisecond.
  public let interval: Duration
  /// After how long a reading is given up; at least a millisecond.
  public let timeout: Duration

  /// Creates a plan; values below a millisecond are raised to it.
  ///
  /// - Parameters:
  ///   - interval: From one reading to the next.
  ///   - timeout: After how long a reading is given up.
  public init(interval: Duration = .seconds(1), timeout: Duration = .seconds(10)) {
    self.interval = max(.milliseconds(1), interval)
    self.timeout = max(.milliseconds(1), timeout)
  }
}

/// Decides when the next reading is due, and which were missed: a grid of instants from the first reading on.
///
/// A reading that ends after the next ones were due makes them missed; the next reading waits for the grid, so that a
/// tool that takes longer than the interval is not called without a break. A pure value: the clock is the caller's.
struct SamplingSchedule: Sendable, Hashable {
  let interval: Duration
  let start: MonotonicInstant
  private(set) var nextTick = 0

  init(interval: Duration, start: MonotonicInstant) {
    self.interval = max(.milliseconds(1), interval)
    self.start = start
  }

  /// When the next reading is due.
  var due: MonotonicInstant { instant(of: nextTick) }

  /// Begins a reading.
  ///
  /// - Parameter now: The present instant, at or after ``due``.
  /// - Returns: The number of the tick and how many were missed since the last reading began, because the one before
  ///   took too long or this process was not let run.
  mutating func begin(at now: MonotonicInstant) -> (tick: Int, missed: Int) {
    let tick = max(nextTick, tick(at: now))
    defer { nextTick = tick + 1 }
    return (tick, tick - nextTick)
  }

  /// Ends a reading.
  ///
  /// - Parameter now: The present instant.
  /// - Returns: How many ticks passed while it ran; they are missed.
  mutating func end(at now: MonotonicInstant) -> Int {
    let past = tick(at: now)
    // A reading that ends on a tick leaves it for the next one.
    let next = instant(of: past) == now ? past : past + 1
    guard next > nextTick else { return 0 }
    defer { nextTick = next }
    return next - nextTick
  }

  /// The last tick at or before an instant.
  private func tick(at instant: MonotonicInstant) -> Int {
    guard instant > start else { return 0 }
    let (passed, overflow) = instant.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
    return Int((overflow ? .max : passed) / interval.wholeNanoseconds)
  }

  private func instant(of tick: Int) -> MonotonicInstant {
    let (offset, overflow) = Int64(tick).multipliedReportingOverflow(by: interval.wholeNanoseconds)
    return overflow ? MonotonicInstant(nanoseconds: .max) : start.advanced(by: .nanoseconds(offset))
  }
}
