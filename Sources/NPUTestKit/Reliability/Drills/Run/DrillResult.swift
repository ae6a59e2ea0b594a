internal import NPUBase

/// What one scenario found.
public struct DrillResult: Sendable, Hashable, Codable {
  /// A state of the service, and when it was seen.
  public struct StateSeen: Sendable, Hashable, Codable {
    /// After the fault began, in milliseconds; negative before it.
    public var milliseconds: Double
    /// The reading.
    public var reading: StateReading

    private enum CodingKeys: String, CodingKey {
      case milliseconds = "after_fault_ms"
      case reading
    }
  }

  /// Attempts that stand in a result; of more, the first ones that ended otherwise than the first did.
  private static let mostAttempts = 32

  /// The scenario.
  public var scenario: ScenarioDescription
  /// The verdict against its expectation.
  public var verdict: DrillVerdict
  /// What was found about each demand.
  public var findings: [DrillFinding]
  /// What was measured.
  public var figures: DrillFigures
  /// The states that were seen.
  public var states: [StateSeen]
  /// What was tried, or a part of it.
  public var attempts: [DrillAttempt]
  /// What is to be known besides.
  public var notes: [String]
  /// How long the scenario took, by the clock of the transport.
  public var duration: Duration { .clamped(seconds: seconds) }
  private var seconds: Double

  /// Judges evidence.
  ///
  /// - Parameters:
  ///   - scenario: The scenario.
  ///   - evidence: What was seen.
  ///   - duration: How long it took.
  public init(_ scenario: FaultScenario, _ evidence: DrillEvidence, duration: Duration = .zero) {
    self.scenario = scenario.about
    findings = DrillJudge(evidence).findings(scenario.demands)
    verdict = findings.verdict
    figures = DrillFigures(evidence)
    states = evidence.states.map { seen in
      StateSeen(
        milliseconds: (evidence.faultBegan ?? seen.instant).duration(to: seen.instant).milliseconds,
        reading: seen.reading)
    }
    let isShort = evidence.attempts.count <= Self.mostAttempts
    let usual = evidence.attempts.first
    let others = evidence.attempts.dropFirst().filter { isShort || $0.end != usual?.end }
    attempts = Array(([usual].compactMap(\.self) + others).prefix(Self.mostAttempts))
    notes = evidence.notes
    seconds = duration.seconds
  }

  /// Creates the result of a scenario that did not run.
  ///
  /// - Parameters:
  ///   - scenario: The scenario.
  ///   - verdict: That it is undecided, or not applicable.
  ///   - reason: Why, and what to do.
  public init(_ scenario: FaultScenario, _ verdict: DrillVerdict, _ reason: String) {
    self.scenario = scenario.about
    self.verdict = verdict
    findings = [DrillFinding("what it needs is there", verdict, reason)]
    figures = DrillFigures(DrillEvidence())
    states = []
    attempts = []
    notes = []
    seconds = 0
  }

  /// Why the verdict is what it is: the findings that decide it.
  public var reason: String {
    let deciding = findings.filter { $0.verdict == verdict }
    return (deciding.isEmpty ? findings : deciding).map { "\($0.demand): \($0.reason)" }.joined(separator: "; ")
  }

  private enum CodingKeys: String, CodingKey {
    case scenario, verdict, findings, figures, states, attempts, notes, seconds
  }
}

/// The results of the scenarios that were run against one service.
public struct DrillReport: Sendable, Hashable, Codable {
  /// The service, as its address without secrets.
  public var service: String
  /// The results in the order in which the scenarios ran.
  public var results: [DrillResult]
  /// Whether the run was cancelled before its end.
  public var isInterrupted: Bool
  /// The pause between two probes: no time that they tell is finer.
  public var resolution: Duration { .recorded(milliseconds: interval) }
  private var interval: Double

  /// Creates a report.
  public init(service: String, results: [DrillResult], resolution: Duration = .zero, isInterrupted: Bool = false) {
    self.service = service
    self.results = results
    self.isInterrupted = isInterrupted
    interval = resolution.milliseconds
  }

  private enum CodingKeys: String, CodingKey {
    case service, results
    case isInterrupted = "interrupted"
    case interval = "probe_interval_ms"
  }

  /// The number of results of a verdict.
  public func count(_ verdict: DrillVerdict) -> Int { results.count { $0.verdict == verdict } }

  /// Whether the service passes: at least one scenario passed, and none failed or stayed open.
  public var passes: Bool { count(.pass) > 0 && count(.fail) + count(.undecided) == 0 && !isInterrupted }

  /// The status for a process: 0 when every scenario that applies passed, 1 when one failed or stayed open, 2 when none
  /// could be judged.
  public var exitStatus: Int32 {
    if passes { return 0 }
    return count(.pass) + count(.fail) == 0 ? 2 : 1
  }
}
