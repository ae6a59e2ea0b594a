internal import NPUBase
public import NPULoad
internal import NPUMetrics
public import NPUTelemetry

/// What a soak gave, over all its parts.
public struct SoakReport: Sendable, Hashable, Codable {
  /// How the last part ended.
  public enum End: String, Sendable, Hashable, Codable, CaseIterable {
    /// All that was planned is done.
    case complete
    /// Somebody stopped it.
    case stopped
    /// A rule ended it before its time.
    case rule
    /// It could not go on.
    case failed
  }

  /// What was run.
  public var run: RunDescription
  /// How the last part ended.
  public var end: End
  /// Why, where that needs words.
  public var endReason: String?
  /// How long was soaked, in seconds, all parts together.
  ///
  /// The time in which the last requests end, after the planned time or after a rule has ended the soak, is not in it.
  public var seconds: Double
  /// How many parts there were: each resumption begins another.
  public var sessions: Int
  /// The requests of all services.
  public var requests: SoakCounts
  /// The requests by service.
  public var services: [String: SoakServiceFigures]
  /// The windows; of very many every second, fourth and so on.
  public var windows: [SoakWindow]
  /// How many windows there were.
  public var windowCount: Int
  /// The judgements: limits first, then what drifts.
  public var verdicts: [SoakVerdict]
  /// What the chips did in the last part, where somebody watched.
  public var npu: TelemetrySummary?
  /// Why the journal is not whole; the soak went on without it.
  public var journalError: String?
  /// What a reader must know.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case run, end
    case endReason = "end_reason"
    case seconds = "soaked_s"
    case sessions, requests, services, windows
    case windowCount = "window_count"
    case verdicts, npu
    case journalError = "journal_error"
    case notes
  }

  init(
    _ state: SoakState, run: RunDescription, _ plan: SoakPlan, _ watched: SoakWatchList, end: End,
    reason: String? = nil, npu: TelemetrySummary? = nil, notes: [String] = [], journalError: String? = nil
  ) {
    self.run = run
    self.end = end
    endReason = reason
    seconds = state.loaded
    sessions = state.sessions
    services = state.totals.mapValues(\.figures)
    requests = services.values.reduce(into: SoakCounts()) { $0.add($1.counts) }
    windows = state.series.windows
    windowCount = state.series.count
    verdicts =
      plan.limits.objectives.flatMap { $0.verdicts(on: state.totals, seconds: state.loaded) }
      + SoakDrift(state.series, plan.limits, watched).verdicts
      + Self.hanging(state.totals, plan.drainLimit)
    self.npu = npu
    self.journalError = journalError
    self.notes = notes
    if let journalError {
      self.notes.append("The journal is not whole, and the soak cannot be gone on with from here: \(journalError)")
    }
  }

  /// Requests that were still without an end when the soak no longer waited, although that was longer than any response
  /// of their service took: it hangs.
  private static func hanging(_ totals: [String: SoakTally], _ patience: Duration) -> [SoakVerdict] {
    totals.sorted { $0.key < $1.key }.compactMap { name, tally in
      guard let count = tally.counts.failures[Outcome.Kind.drainTimeout.rawValue],
        tally.endToEnd.maximum ?? 0 <= patience.wholeNanoseconds
      else { return nil }
      return SoakVerdict(
        subject: .failures, target: name, outcome: .fail,
        reason: "\(count == 1 ? "a request" : "\(count) requests") did not end within "
          + "\(NumberText.plain(patience)) after the last request was started, which is longer than any response took",
        figures: ["unended": Double(count), "waited_s": patience.seconds])
    }
  }

  /// Whether the soak passes: all that was planned is done, at least one request was completed, every limit was kept, and
  /// nothing was shown to drift.
  ///
  /// A trend for which there is too little to judge by is no reason to fail; a limit without a value is.
  public var passes: Bool { failureReasons.isEmpty }

  /// Why it does not pass, a sentence each.
  public var failureReasons: [String] {
    var reasons: [String] = []
    if requests.completed == 0 { reasons.append("No request was completed.") }
    if end != .complete {
      let words =
        switch end {
        case .stopped, .complete: "it was stopped"
        case .rule: "a rule ended it"
        case .failed: "it could not go on"
        }
      reasons.append("The soak is not whole: \(words)\(endReason.map { ": \($0)" } ?? "").")
    }
    reasons += verdicts.filter { verdict in
      verdict.outcome == .fail || (verdict.subject == .objective && verdict.outcome != .pass)
    }.map { "\($0.subject.rawValue)\($0.target.map { " of \($0)" } ?? ""): \($0.reason)." }
    return reasons
  }

  /// Makes a test fail unless the soak passes.
  ///
  /// - Throws: ``SoakFailure`` with the reasons and the report.
  public func require() throws {
    let reasons = failureReasons
    if !reasons.isEmpty { throw SoakFailure(reasons: reasons, report: self) }
  }
}

/// What a test throws when a soak does not pass.
public struct SoakFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, one sentence each.
  public var reasons: [String]
  /// The report.
  public var report: SoakReport

  /// The reasons, a line each.
  public var description: String { reasons.joined(separator: "\n") }
}
