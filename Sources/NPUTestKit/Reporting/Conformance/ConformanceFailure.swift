public import NPUConformance

/// What a test throws when a service does not pass; its text is the report.
public struct ConformanceFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The report, of one check or of a suite.
  public var report: ConformanceReport

  /// Creates the error of a report.
  public init(report: ConformanceReport) { self.report = report }

  /// The report as text.
  public var description: String { ConformanceText(report).console }
}

extension ConformanceReport {
  /// Makes a test fail unless the service passes.
  ///
  /// - Throws: ``ConformanceFailure``, whose text is the report.
  public func require() throws {
    if !passes { throw ConformanceFailure(report: self) }
  }
}

extension CheckResult {
  /// Makes a test fail if the check is required and did not hold or could not be judged.
  ///
  /// - Throws: ``ConformanceFailure``, whose text is the finding with its evidence.
  public func require() throws {
    if isFailure { throw ConformanceFailure(report: ConformanceReport(self)) }
  }
}

extension ConformanceReport {
  /// The report of one check.
  fileprivate init(_ result: CheckResult) {
    let address = result.evidence.exchanges.first?.request ?? "no request was sent"
    self.init(suite: "one check", service: address, results: [result], duration: result.duration)
  }
}
