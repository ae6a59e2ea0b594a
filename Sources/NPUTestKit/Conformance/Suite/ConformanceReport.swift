internal import NPUBase

/// The results of the checks of one suite against one service.
public struct ConformanceReport: Sendable, Hashable, Codable {
  /// The name of the suite.
  public var suite: String
  /// The service, as its address without secrets.
  public var service: String
  /// The results, in the order of the suite.
  public var results: [CheckResult]
  /// Why nothing was asked: the service was not there; `nil` if it was.
  public var unreachable: String?
  /// Whether the run was cancelled before its end.
  public var isInterrupted: Bool
  /// What is to be known about the run as a whole, such as that the service did not answer requests side by side.
  public var notes: [String] {
    get { remarks ?? [] }
    set { remarks = newValue.isEmpty ? nil : newValue }
  }
  private var remarks: [String]?
  /// How long the run took, by its clock.
  public var duration: Duration { .clamped(seconds: seconds) }
  private var seconds: Double

  /// Creates a report.
  public init(
    suite: String, service: String, results: [CheckResult], unreachable: String? = nil, isInterrupted: Bool = false,
    notes: [String] = [], duration: Duration = .zero
  ) {
    self.suite = suite
    self.service = service
    self.results = results
    self.unreachable = unreachable
    self.isInterrupted = isInterrupted
    remarks = notes.isEmpty ? nil : notes
    seconds = duration.seconds
  }

  private enum CodingKeys: String, CodingKey {
    case isInterrupted = "interrupted"
    case remarks = "notes"
    case suite, service, results, unreachable, seconds
  }

  /// The number of results of a verdict.
  public func count(_ verdict: Finding.Verdict) -> Int { results.count { $0.finding.verdict == verdict } }

  /// The results that let the run fail.
  public var failures: [CheckResult] { results.filter(\.isFailure) }

  /// The results of recommended checks that did not hold.
  public var warnings: [CheckResult] { results.filter(\.isWarning) }

  /// Whether the service passes: at least one check passed, none failed that is required, and all were judged.
  public var passes: Bool { failures.isEmpty && count(.pass) > 0 && !isInterrupted && unreachable == nil }

  /// The status for a process: 0 when every required check that applies passed, 1 when one failed or could not be
  /// judged, 2 when no check could be judged.
  public var exitStatus: Int32 {
    if passes { return 0 }
    return count(.pass) + count(.fail) == 0 ? 2 : 1
  }
}

/// A check, what it found, and the evidence.
public struct CheckResult: Sendable, Hashable, Codable {
  /// The check.
  public var check: CheckDescription
  /// What it found.
  public var finding: Finding
  /// What was sent and received.
  public var evidence: Evidence
  /// How long it took, by the clock of the run.
  public var duration: Duration { .clamped(seconds: seconds) }
  private var seconds: Double

  /// Creates a result.
  public init(check: CheckDescription, finding: Finding, evidence: Evidence = Evidence(), duration: Duration = .zero) {
    self.check = check
    self.finding = finding
    self.evidence = evidence
    seconds = duration.seconds
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
