package import ArgumentParser
import Foundation
import NPUMetrics
package import NPUTestKit

/// What to report of a service that generates no tokens, and where.
package struct ReportOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.")
  package var json = false
  @Flag(help: "Print the tables as Markdown.")
  package var markdown = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Limits that the service must keep, in quotes: 'e2e:p99<5s' 'failure_rate<1%'.", valueName: "limit"))
  package var slo: [String] = []
  @Option(help: ArgumentHelp("Percentiles, separated by commas. Default: 50,90,95,99.", valueName: "numbers"))
  package var metricPercentiles: String?
  @Option(help: ArgumentHelp("Name of the run.", valueName: "text"))
  package var label: String?
  @Option(help: ArgumentHelp("Write a journal: a line of JSON with every instant of each request.", valueName: "file"))
  package var record: String?

  package init() {}

  /// Whether another program reads what is printed.
  package var isReadByProgram: Bool { json || markdown }

  /// What the report holds.
  package var report: LoadReportBuilder.Options {
    get throws {
      var options = LoadReportBuilder.Options()
      if let metricPercentiles { options.percentiles = try VLLMResultOptions.percentiles(metricPercentiles) }
      options.objectives = try slo.map { try ServiceLevelObjective($0) }
      return options
    }
  }

  /// The journal, if one is wanted.
  package func journal(_ description: RunDescription) throws -> JournalWriter? {
    guard let record else { return nil }
    let header = JournalHeader(
      run: description, unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9), monotonic: .now, tokenStamps: .none)
    return try JournalWriter(path: record, header: header, replacing: true)
  }

  /// Refuses what the report would refuse after the run.
  package func check() throws { _ = try LoadReportBuilder(options: try report) }
}
