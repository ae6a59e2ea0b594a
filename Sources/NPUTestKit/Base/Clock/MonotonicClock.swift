#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A point on the machine's monotonic clock, in nanoseconds since an epoch that only this machine and this boot share.
///
/// Every stamp of the kit is one of these, so that instants taken by different programs on one machine can be compared.
/// The clock is `CLOCK_MONOTONIC`: it never steps, and it does not count time spent suspended.
public struct MonotonicInstant: Sendable, Hashable, Comparable, InstantProtocol {
  /// Nanoseconds since the clock's epoch.
  public var nanoseconds: Int64

  /// Creates an instant from nanoseconds of `CLOCK_MONOTONIC`.
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The present instant.
  public static var now: MonotonicInstant {
    #if canImport(Darwin)
      return MonotonicInstant(nanoseconds: Int64(clock_gettime_nsec_np(CLOCK_MONOTONIC)))
    #else
      var time = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return MonotonicInstant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    #endif
  }

  /// This instant moved by a duration; a result outside the range of the clock is held at its limit.
  public func advanced(by duration: Duration) -> MonotonicInstant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    guard overflow else { return MonotonicInstant(nanoseconds: sum) }
    return MonotonicInstant(nanoseconds: duration < .zero ? .min : .max)
  }

  /// The time from this instant to another, negative if the other is earlier.
  public func duration(to other: MonotonicInstant) -> Duration {
    .nanoseconds(other.nanoseconds &- nanoseconds)
  }

  /// Whether the left instant is earlier.
  public static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension MonotonicInstant: Codable {
  /// Reads an instant from a plain integer of nanoseconds.
  public init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Writes the instant as a plain integer of nanoseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }
}

/// The clock on which every stamp of the kit is taken.
public struct MonotonicClock: Clock {
  /// Creates the clock; all values are equal.
  public init() {}

  /// The present instant.
  public var now: MonotonicInstant { .now }

  /// The smallest step of the clock, one nanosecond.
  public var minimumResolution: Duration { .nanoseconds(1) }

  /// Suspends the task until an instant.
  ///
  /// - Parameters:
  ///   - deadline: When to go on.
  ///   - tolerance: By how much the system may be late, to save power.
  /// - Throws: `CancellationError` if the task is cancelled first.
  public func sleep(until deadline: MonotonicInstant, tolerance: Duration? = nil) async throws {
    try await Task.sleep(for: now.duration(to: deadline), tolerance: tolerance, clock: .suspending)
  }
}
