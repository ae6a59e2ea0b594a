/// A judgement on what a chip did during a run, with its reason and the figures behind it.
public struct TelemetryVerdict: Sendable, Hashable, Codable {
  /// What is judged.
  public enum Subject: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whether the memory in use grows without end.
    case leak
    /// Whether the chip became too hot.
    case temperature
    /// Whether its health stayed good.
    case health
    /// Whether memory was left.
    case headroom
  }

  /// The judgement.
  public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing is wrong.
    case pass
    /// Something deserves attention and is no failure.
    case warning
    /// Something is wrong.
    case fail
    /// The samples do not suffice.
    case undetermined
  }

  /// Which chip.
  public var chip: ChipIdentity
  /// What is judged.
  public var subject: Subject
  /// The judgement.
  public var outcome: Outcome
  /// Why, with the figures.
  public var reason: String
  /// The figures by name, units in the names.
  public var figures: [String: Double]

  /// Creates a verdict.
  public init(
    chip: ChipIdentity, subject: Subject, outcome: Outcome, reason: String, figures: [String: Double] = [:]
  ) {
    self.chip = chip
    self.subject = subject
    self.outcome = outcome
    self.reason = reason
    self.figures = figures
  }
}

/// From where on a chip is judged to be in trouble.
public struct TelemetryLimits: Sendable, Hashable {
  /// Degrees Celsius from which a chip counts as too hot.
  ///
  /// Boards differ and npu-smi does not tell theirs: set what the board's manual says.
  public var temperatureCelsius: Double
  /// The share of the memory that should stay free at the peak, from 0 to 1.
  public var headroomShare: Double
  /// The growth from which a significant trend of memory in use is a leak, in MB (2^20 bytes) per hour.
  public var leakMegabytesPerHour: Double

  /// Creates limits.
  public init(temperatureCelsius: Double = 90, headroomShare: Double = 0.1, leakMegabytesPerHour: Double = 60) {
    self.temperatureCelsius = temperatureCelsius
    self.headroomShare = headroomShare
    self.leakMegabytesPerHour = leakMegabytesPerHour
  }
}
