/// A check, what it found, and the evidence.
public struct CheckResult: Sendable, Hashable, Codable {
  /// The check.
  public var check: CheckDescription
  /// What it found.
  public var finding: Finding
  /// What was sent and received.
  public var evidence: Evidence
  /// How long it took, in seconds by the clock of the run.
  public var seconds: Double

  /// Creates a result.
  public init(check: CheckDescription, finding: Finding, evidence: Evidence = Evidence(), seconds: Double = 0) {
    self.check = check
    self.finding = finding
    self.evidence = evidence
    self.seconds = seconds
  }

  /// Whether the result lets a run fail: a required check that failed or could not be judged.
  ///
  /// What could not be judged has not been shown to hold, which is no pass.
  public var isFailure: Bool {
    check.severity == .required && (finding.verdict == .fail || finding.verdict == .inconclusive)
  }

  /// Whether the result is worth a warning: a recommended check that failed or could not be judged.
  public var isWarning: Bool {
    check.severity == .recommended && (finding.verdict == .fail || finding.verdict == .inconclusive)
  }
}
