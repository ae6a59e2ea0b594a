internal import NPUBase
internal import NPUMetrics

/// What a batch has come to, over all its parts.
public struct BatchReport: Sendable, Hashable {
  /// How the last part ended.
  public enum End: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every item has an outcome.
    case complete
    /// The process was asked to end.
    case cancelled
    /// Too many items in a row had failed.
    case failuresInARow = "failures_in_a_row"
    /// The input could not be read, the output not be written, or this machine has nothing left.
    case error
  }

  /// How the last part ended.
  public var end: End
  /// Why, where it ended by an error.
  public var error: BatchError?
  /// Items of the batch.
  public var items: Int
  /// Items for which the service gave what was asked for.
  public var completed: Int
  /// Items for which it did not.
  public var failed: Int
  /// Items that were under way when the process was killed and are not asked for again.
  public var interrupted: Int
  /// Items without an outcome.
  public var left: Int
  /// Parts of the batch.
  public var sessions: Int
  /// Items that were under way when an earlier part was killed, and came to the last part.
  public var restarted: Int
  /// Attempts after the first of an item.
  public var retries: Int
  /// Failures by kind.
  public var failures: [String: Int]
  /// Latencies of completed items in milliseconds, by the name of the figure: `p50`, `p90`, `p99`, `mean`, `max`.
  public var latency: [String: Double]
  /// How long the last part took, in seconds.
  public var seconds: Double
  /// Where the outcomes are.
  public var outcomes: String

  init(_ state: BatchState, items: Int, end: End, error: BatchError?, seconds: Double, outcomes: String) {
    self.end = end
    self.error = error
    self.items = items
    completed = state.counts[.completed] ?? 0
    failed = state.counts[.failed] ?? 0
    interrupted = state.counts[.interrupted] ?? 0
    left = items - state.done
    sessions = state.sessions
    restarted = state.restarted
    retries = state.retries
    failures = state.failures
    self.seconds = seconds
    self.outcomes = outcomes
    latency = [:]
    guard let summary = try? state.latencies.summary(percentiles: [50, 90, 99], unit: .milliseconds) else { return }
    for percentile in summary.percentiles { latency["p\(Int(percentile.percent))"] = percentile.value }
    latency["mean"] = summary.mean
    latency["max"] = summary.maximum
  }

  /// Whether every item was completed.
  public var isGood: Bool { end == .complete && completed == items }
}

extension BatchReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case end, error, items, completed, failed, interrupted, left, sessions, restarted, retries, failures, outcomes
    case latency = "latency_ms"
    case seconds = "duration_s"
  }

  /// Writes the report; an error as its kind and message.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(end, forKey: .end)
    if let error { try values.encode(["kind": error.kind.rawValue, "message": error.message], forKey: .error) }
    try values.encode(items, forKey: .items)
    try values.encode(completed, forKey: .completed)
    try values.encode(failed, forKey: .failed)
    try values.encode(interrupted, forKey: .interrupted)
    try values.encode(left, forKey: .left)
    try values.encode(sessions, forKey: .sessions)
    try values.encode(restarted, forKey: .restarted)
    try values.encode(retries, forKey: .retries)
    try values.encode(failures, forKey: .failures)
    try values.encode(latency, forKey: .latency)
    try values.encode(seconds, forKey: .seconds)
    try values.encode(outcomes, forKey: .outcomes)
  }
}
