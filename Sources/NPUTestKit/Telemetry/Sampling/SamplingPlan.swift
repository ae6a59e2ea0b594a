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
