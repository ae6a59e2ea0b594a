package import ArgumentParser
package import NPUTestKit

/// What to report of a run of checks, and where.
package struct CheckReportOptions: ParsableArguments {
  @OptionGroup package var report: ReportOptions
  @Option(help: ArgumentHelp("Write a JUnit XML report.", valueName: "file"))
  package var junit: String?

  package init() {}

  /// What the help of every check tool says of its end: see ``ConformanceReport/exitStatus``.
  package static let exitStatus = """
    Exit status: 0 when every required check that applies passed, 1 when one failed or could not be judged, 2 when no \
    check could be judged, or the report could not be written.
    """

  /// Opens the files, before the run whose report they will hold.
  package func files() throws -> ReportFiles { try ReportFiles(report, junit: junit) }
}

extension ReportForms {
  /// The report of a run of checks.
  package init(_ result: ConformanceReport) {
    self.init(
      json: { try result.json() }, markdown: { ConformanceText(result).markdown },
      console: { ConformanceText(result, style: .ofDescriptor(1)).console }, junit: { result.junit })
  }
}
