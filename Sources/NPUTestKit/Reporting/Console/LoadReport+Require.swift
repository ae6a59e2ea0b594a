public import NPULoad
public import NPUMetrics

/// What a test throws when a load does not keep its limits; its text is the report.
public struct LoadFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was not kept, one sentence each.
  public var reasons: [String]
  /// The report.
  public var report: LoadReport

  /// Creates the error of a report.
  public init(reasons: [String], report: LoadReport) {
    self.reasons = reasons
    self.report = report
  }

  /// The reasons, and below them the report as a table.
  public var description: String {
    reasons.map { "  \($0)\n" }.joined(separator: "") + "\n" + ReportText(report).console
  }
}

extension LoadReport {
  /// Makes a test fail unless the service kept these limits and those that the report was made with.
  ///
  /// A report in which nothing was completed fails, whatever the limits, and so does one of a run that is not whole.
  ///
  /// ```swift
  /// try report.require("ttft:p99<500ms", "failure_rate<1%")
  /// ```
  ///
  /// - Parameter objectives: The limits, as expressions.
  /// - Throws: ``LoadFailure``, whose text is the report; `ObjectiveError` for an expression that cannot be read or
  ///   judged.
  public func require(_ objectives: String...) throws {
    try require(try objectives.map { expression throws in try ServiceLevelObjective(expression) })
  }

  /// Makes a test fail unless the service kept these limits and those that the report was made with.
  ///
  /// - Throws: ``LoadFailure``, whose text is the report; `ObjectiveError` for a limit that cannot be judged.
  public func require(_ objectives: [ServiceLevelObjective]) throws {
    let all = try verdicts + objectives.map { try verdict(on: $0) }
    var reasons = all.filter { $0.outcome != .pass }.map(\.text)
    if requests.completed == 0 { reasons.insert("No request was completed, so no limit counts as kept.", at: 0) }
    if let incompleteReason { reasons.insert("The run is not whole: \(incompleteReason).", at: 0) }
    if !reasons.isEmpty { throw LoadFailure(reasons: reasons, report: self) }
  }
}
