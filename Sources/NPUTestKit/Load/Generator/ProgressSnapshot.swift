internal import NPUBase

/// Where a run stands at one moment.
public struct ProgressSnapshot: Sendable, Hashable {
  /// Since the start of the run.
  public var elapsed: Duration
  /// Requests that were planned; `nil` where time ends the run.
  public var planned: Int?
  /// How long the run is meant to last, where time ends it.
  public var plannedDuration: Duration?
  /// Requests that were started.
  public var sent: Int
  /// Requests that ended well.
  public var completed: Int
  /// Requests that failed.
  public var failed: Int
  /// Requests under way.
  public var inFlight: Int
  /// Output tokens that somebody counted.
  public var outputTokens: Int
  /// Whether this is the warm-up.
  public var isWarmup: Bool

  /// Creates a snapshot.
  public init(
    elapsed: Duration, planned: Int? = nil, plannedDuration: Duration? = nil, sent: Int = 0, completed: Int = 0,
    failed: Int = 0, inFlight: Int = 0, outputTokens: Int = 0, isWarmup: Bool = false
  ) {
    self.elapsed = elapsed
    self.planned = planned
    self.plannedDuration = plannedDuration
    self.sent = sent
    self.completed = completed
    self.failed = failed
    self.inFlight = inFlight
    self.outputTokens = outputTokens
    self.isWarmup = isWarmup
  }

  /// One line: time, counts, and rates since an earlier snapshot, or since the start without one.
  public func line(since earlier: ProgressSnapshot? = nil) -> String {
    let base = earlier ?? ProgressSnapshot(elapsed: .zero)
    let seconds = (elapsed - base.elapsed).seconds
    func rate(_ now: Int, _ before: Int, decimals: Int) -> String {
      // The counters of a warm-up start again: a rate across the two would be negative.
      seconds > 0 && now >= before
        ? NumberText.fixed(Double(now - before) / seconds, decimals: decimals) : NumberText.undefined
    }
    var time = Self.clock(elapsed)
    if let plannedDuration { time += "/" + Self.clock(plannedDuration) }
    var parts = [time]
    if isWarmup { parts.append("warm-up") }
    parts.append("\(completed)\(planned.map { "/\($0)" } ?? "") done")
    parts.append("\(failed) failed")
    parts.append("\(inFlight) in flight")
    parts.append("\(rate(completed, base.completed, decimals: 1)) req/s")
    // A service without tokens has no rate of them; whether this is one shows once something is done.
    if outputTokens > 0 || completed == 0 {
      parts.append("\(rate(outputTokens, base.outputTokens, decimals: 0)) tok/s")
    }
    return parts.joined(separator: "  ")
  }

  private static func clock(_ duration: Duration) -> String {
    let seconds = max(0, Int(duration.components.seconds))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let tail = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds >= 3600 ? "\(seconds / 3600):\(tail)" : tail
  }
}
