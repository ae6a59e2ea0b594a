public import NPUBase

/// How a run of checks spends time.
public struct CheckLimits: Sendable {
  /// How many checks may run at the same time, at least one.
  public var concurrency: Int
  /// How long one check or one probe may take; `nil` for without limit.
  public var timeout: Duration?
  /// The clock of that limit.
  public var clock: any Clock<Duration>

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - concurrency: How many checks may run at the same time.
  ///   - timeout: How long one check may take, its responses from a slow model included.
  ///   - clock: The clock of that limit; tests give one that they move themselves.
  public init(
    concurrency: Int = 4, timeout: Duration? = .seconds(120), clock: any Clock<Duration> = MonotonicClock()
  ) {
    self.concurrency = concurrency
    self.timeout = timeout
    self.clock = clock
  }
}
