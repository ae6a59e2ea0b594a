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
    check could be judged.
    """

  /// Refuses before the run what could not be written after it.
  package func check() throws { try report.check(junit) }

  /// Saves the files before it prints: whoever reads the standard output may leave before its end.
  package func show(_ result: ConformanceReport) throws {
    if let junit { try ReportOptions.save(result.junit, to: junit) }
    try report.saveMarkdown(ConformanceText(result).markdown)
    try report.print(
      json: try result.json(), markdown: ConformanceText(result).markdown,
      console: ConformanceText(result, style: .ofDescriptor(1)).console)
  }
}
