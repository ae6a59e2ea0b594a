public import NPUMetrics

/// A judgement on a soak, with its reason and the figures behind it.
public struct SoakVerdict: Sendable, Hashable, Codable {
  /// What is judged.
  public enum Subject: String, Sendable, Hashable, Codable, CaseIterable {
    /// A limit that was asked for.
    case objective
    /// Whether the median latency of a service grows.
    case latency
    /// Whether the share of failed requests grows.
    case failures
    /// Whether the memory of this process grows without end.
    case ownMemory = "own_memory"
    /// Whether the memory of a process of the server grows without end.
    case processMemory = "process_memory"
    /// Whether the memory of a chip in use grows without end.
    case chipMemory = "chip_memory"
    /// Whether the KV cache in use grows while nothing runs.
    case idleCache = "idle_kv_cache"
  }

  /// What is judged.
  public var subject: Subject
  /// Which service, process or chip, where there are several.
  public var target: String?
  /// The judgement; undetermined where there is too little to judge by.
  public var outcome: ObjectiveVerdict.Outcome
  /// Why, with the figures.
  public var reason: String
  /// The figures by name, units in the names.
  public var figures: [String: Double]

  /// Creates a verdict.
  public init(
    subject: Subject, target: String? = nil, outcome: ObjectiveVerdict.Outcome, reason: String,
    figures: [String: Double] = [:]
  ) {
    self.subject = subject
    self.target = target
    self.outcome = outcome
    self.reason = reason
    self.figures = figures
  }
}
