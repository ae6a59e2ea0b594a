import ArgumentParser
import Foundation
import NPUMetrics
import NPUTestKit

/// What to report, and where.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.")
  var json = false
  @Flag(help: "Print the tables as Markdown.")
  var markdown = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Limits that each request must keep to count as good, in ms: ttft:500 tpot:50 e2el:1000.", valueName: "limit"))
  var goodput: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Limits that the service must keep, in quotes: 'ttft:p99<500ms' 'failure_rate<1%'.", valueName: "limit"))
  var slo: [String] = []
  @Option(help: ArgumentHelp("Metrics of the result file, separated by commas.", valueName: "names"))
  var percentileMetrics = "ttft,tpot,itl,e2el"
  @Option(
    help: ArgumentHelp(
      "Percentiles, separated by commas. Default: 50,90,95,99 in the report, 99 in the result file.",
      valueName: "numbers"))
  var metricPercentiles: String?
  @Option(
    help: ArgumentHelp(
      "Report in the definitions of other tools too: all, or some of vllm, sglang, aiperf, guidellm, inference-perf, "
        + "evalscope, aisbench, llmperf, separated by commas.", valueName: "names"))
  var dialects: String?
  @Flag(help: "Write a result file in the format of vllm bench serve.")
  var saveResult = false
  @Flag(help: "Keep every request's figures and text in the result file.")
  var saveDetailed = false
  @Option(help: ArgumentHelp("Folder of the result file.", valueName: "folder"))
  var resultDir = "."
  @Option(help: ArgumentHelp("Name of the result file. Default: as vllm bench serve names it.", valueName: "name"))
  var resultFilename: String?
  @Option(help: ArgumentHelp("Name of the run in the result file.", valueName: "text"))
  var label: String?
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Entries of the result file.", valueName: "key=value"))
  var metadata: [String] = []
  @Option(help: ArgumentHelp("Write a journal: a line of JSON with every instant of each request.", valueName: "file"))
  var record: String?
  @Option(help: "Which tokens' instants the journal keeps; none makes it small.")
  var recordTokens = TokenStamps.all
  @Option(help: ArgumentHelp("Report on a journal again; nothing is sent.", valueName: "file"))
  var replay: String?

  enum TokenStamps: String, ExpressibleByArgument, CaseIterable { case all, none }
}

extension OutputOptions {
  var report: LoadReportBuilder.Options {
    get throws {
      var options = LoadReportBuilder.Options()
      if let metricPercentiles { options.percentiles = try VLLMResultOptions.percentiles(metricPercentiles) }
      options.objectives = try slo.map { try ServiceLevelObjective($0) }
      options.goodput = try GoodputObjective.parse(goodput)
      options.dialects = try dialects.map { try MetricDialect.list($0) } ?? []
      return options
    }
  }

  var resultFile: VLLMResultOptions {
    get throws {
      try VLLMResultOptions(
        metrics: percentileMetrics, percentiles: metricPercentiles ?? "99", isDetailed: saveDetailed,
        goodput: try GoodputObjective.parse(goodput))
    }
  }

  var metadataEntries: [String: String] {
    get throws {
      try metadata.reduce(into: [:]) { entries, entry in
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw ValidationError("--metadata takes key=value; found \(entry).") }
        entries[String(parts[0])] = String(parts[1])
      }
    }
  }

  /// Refuses what the report would refuse after the run, and makes the folder of the result file.
  func check() throws {
    _ = try LoadReportBuilder(options: try report)
    _ = (try VLLMResultBuilder(options: try resultFile), try metadataEntries)
    if saveDetailed && !saveResult { throw ValidationError("--save-detailed needs --save-result.") }
    if saveResult && replay == nil { try VLLMResultFile.prepare(folder: resultDir) }
  }

  func journal(_ description: RunDescription) throws -> JournalWriter? {
    guard let record else { return nil }
    let header = JournalHeader(
      run: description, unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9), monotonic: .now,
      tokenStamps: recordTokens == .all ? .all : .none)
    return try JournalWriter(path: record, header: header, replacing: true)
  }
}
