package import ArgumentParser
package import NPUTestKit
package import ToolSupport

/// What to report of a load, and where.
package struct BenchReportOptions: ParsableArguments {
  @OptionGroup package var report: ReportOptions
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Limits that the service must keep, in quotes: 'e2e:p99<5s' 'failure_rate<1%'.", valueName: "limit"))
  package var slo: [String] = []
  @Option(
    help: ArgumentHelp(
      "Percentiles, separated by commas. Default: 50,90,95,99 in the report, 99 in a result file.",
      valueName: "numbers"))
  package var metricPercentiles: String?
  @Option(help: ArgumentHelp("Name of the run.", valueName: "text"))
  package var label: String?
  @Option(help: ArgumentHelp("Write a journal: a line of JSON with every instant of each request.", valueName: "file"))
  package var journal: String?
  @Flag(help: "Overwrite journals, result files and logs of NPUs that exist. Default: refuse to run.")
  package var overwrite = false

  package init() {}

  /// What the report holds.
  package var contents: LoadReportBuilder.Options {
    get throws {
      var options = LoadReportBuilder.Options()
      options.objectives = try ValidationError.naming("--slo") {
        let objectives = try slo.map { try ServiceLevelObjective($0) }
        _ = try LoadReportBuilder(options: LoadReportBuilder.Options(objectives: objectives))
        return objectives
      }
      if let metricPercentiles {
        options.percentiles = try ValidationError.naming("--metric-percentiles") {
          try VLLMResultOptions.percentiles(metricPercentiles)
        }
      }
      return options
    }
  }

  /// Which of the flags need or exclude which, where a tool measures requests alone.
  package static let rules: [FlagRule] = [
    .needs(["--overwrite"], oneOf: ["--journal", "--npu-log"], "nothing else is kept from being replaced")
  ]

  /// Refuses what the report would refuse after the run, and to lose what was measured before.
  package func check() throws {
    try MeasurementFile.check(journal, overwrite: overwrite)
    _ = try LoadReportBuilder(options: try contents)
  }

  /// Opens the files of the report, before the run that it is about.
  package func files() throws -> ReportFiles { try ReportFiles(report) }

  /// The journal, if one is wanted.
  package func journalWriter(_ description: RunDescription, tokens: JournalHeader.TokenStamps) throws -> JournalWriter?
  {
    guard let journal else { return nil }
    let header = JournalHeader(beginning: description, tokenStamps: tokens)
    return try JournalWriter(path: journal, header: header, replacing: overwrite)
  }
}
