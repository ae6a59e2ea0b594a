import ArgumentParser
import ExampleSupport
import Foundation
import NPUTestKit
import ToolSupport

/// A result file in the format of vLLM, and what of the tokens is reported and kept.
struct ResultFileOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Limits that each request must keep to count as good, in ms: ttft:500 tpot:50 e2el:1000. The report judges by its "
        + "own TTFT, from the intended instant in an open loop; the result file by that of vLLM.",
      valueName: "limit"))
  var goodput: [String] = []
  @Option(
    help: ArgumentHelp(
      "Report by the definitions of other tools as well: all, or some of vllm, sglang, aiperf, guidellm, inference-perf, "
        + "evalscope, aisbench, llmperf, separated by commas.", valueName: "names"))
  var dialects: String?
  @Flag(help: "Write a result file in the format of vllm bench serve.")
  var saveResult = false
  @Flag(help: "Keep every request's figures and text in the result file.")
  var saveDetailed = false
  @Option(help: ArgumentHelp("Metrics of the result file, separated by commas.", valueName: "names"))
  var percentileMetrics = "ttft,tpot,itl,e2el"
  @Option(help: ArgumentHelp("Folder of the result file.", valueName: "folder"))
  var resultDir = "."
  @Option(help: ArgumentHelp("Name of the result file. Default: as vllm bench serve names it.", valueName: "name"))
  var resultFilename: String?
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Extra entries of the result file.", valueName: "key=value"))
  var metadata: [String] = []
  @Option(help: "Which tokens' instants the journal keeps; none makes it small.")
  var journalTokens = TokenStamps.all
  @Option(help: ArgumentHelp("Make the report from a journal; nothing is sent.", valueName: "file"))
  var replay: String?

  enum TokenStamps: String, ExpressibleByArgument, CaseIterable { case all, none }
}

extension ResultFileOptions {
  /// What the report holds, with what is reported of tokens.
  func contents(_ output: BenchReportOptions) throws -> LoadReportBuilder.Options {
    var options = try output.contents
    options.goodput = try goodputObjectives
    options.dialects = try dialects.map { try MetricDialect.list($0) } ?? []
    return options
  }

  /// The result file, if one is wanted.
  func file(_ output: BenchReportOptions) throws -> ResultFile? {
    let options = try VLLMResultOptions(
      metrics: percentileMetrics, percentiles: output.metricPercentiles ?? "99", isDetailed: saveDetailed,
      goodput: try goodputObjectives)
    let file = try ResultFile(
      options, folder: resultDir, name: resultFilename, metadata: try metadataEntries, overwrite: output.overwrite)
    return saveResult ? file : nil
  }

  /// Refuses what the report would refuse after the run.
  func check(_ output: BenchReportOptions) throws {
    try output.check()
    _ = (try LoadReportBuilder(options: try contents(output)), try file(output))
    guard saveResult else { return }
    if resultFilename?.hasPrefix("/") != true { try VLLMResultFile.check(folder: resultDir) }
    // A folder that is not there yet is made when everything else is known to be right.
    if FileManager.default.fileExists(atPath: resultDir) { try checkFile(output) }
  }

  /// Makes the folder of the result file, and makes sure that the file can be written to it.
  func prepare(_ output: BenchReportOptions) throws {
    guard saveResult else { return }
    if resultFilename?.hasPrefix("/") != true { try VLLMResultFile.prepare(folder: resultDir) }
    try checkFile(output)
  }

  private func checkFile(_ output: BenchReportOptions) throws {
    guard saveResult, let resultFilename else { return }
    try MeasurementFile.check(
      VLLMResultFile.path(of: resultFilename, in: resultDir), overwrite: output.overwrite)
  }

  private var goodputObjectives: [GoodputObjective] {
    get throws {
      try ValidationError.naming("--goodput") {
        let objectives = try GoodputObjective.parse(goodput)
        _ = try LoadReportBuilder(options: LoadReportBuilder.Options(goodput: objectives))
        return objectives
      }
    }
  }

  private var metadataEntries: [String: String] {
    get throws {
      try metadata.reduce(into: [:]) { entries, entry in
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw ValidationError("--metadata takes key=value; found \(entry).") }
        guard !VLLMResultFile.ownKeys.contains(String(parts[0])) else {
          throw ValidationError(
            "--metadata cannot set \(parts[0]), which the result file has itself; name another key.")
        }
        guard entries[String(parts[0])] == nil else {
          throw ValidationError("--metadata gives \(parts[0]) twice; leave one out.")
        }
        entries[String(parts[0])] = String(parts[1])
      }
    }
  }
}
