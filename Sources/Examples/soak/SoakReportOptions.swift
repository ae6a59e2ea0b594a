import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What is kept and watched, what is judged, and how it is reported.
struct SoakReportOptions: ParsableArguments {
  @OptionGroup var report: ReportOptions
  @Option(
    help: ArgumentHelp(
      "Journal: a line of JSON for each request that has ended, and for each window.", valueName: "file"))
  var journal: String?
  @Flag(help: "Go on with the soak that the journal holds; one that holds none is begun.") var resume = false
  @Flag(help: "Overwrite journals and logs of NPUs that exist. Default: refuse to run.") var overwrite = false
  @Option(
    help: ArgumentHelp("Size from which the journal is gone on with in another file.", valueName: "MB"))
  var segmentSize = 256.0
  @Option(
    help: ArgumentHelp("Files of the journal that are kept; older ones are removed. Default: all.", valueName: "count"))
  var keepSegments: Int?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Limits that the soak must keep, in quotes: 'failure_rate<1%' 'e2e:p99<5s' 'image.e2e:p50<3s'.",
      valueName: "limit"))
  var slo: [String] = []
  @Option(
    help: ArgumentHelp("Growth of a median latency over the soak that fails it, as a share.", valueName: "share"))
  var latencyGrowth = SoakLimits().latencyGrowth
  @Option(
    help: ArgumentHelp(
      "Growth of the memory of this process, or of one of --process, that counts as a leak.", valueName: "MB/hour"))
  var leakLimit = SoakLimits().leakMegabytesPerHour
  @Option(
    name: .customLong("process"),
    help: ArgumentHelp(
      "Process of the server whose memory is watched: its number, or a part of its command line. Can be repeated.",
      valueName: "process"))
  var processes: [String] = []
  @Option(
    help: ArgumentHelp(
      "Command that runs ps on the host of --process, such as \"ssh host\". Default: this host.", valueName: "command"))
  var processHost: String?
  @Option(help: ArgumentHelp("Name of the run.", valueName: "text")) var label: String?

  func validate() throws {
    try ValidationError.unless("--segment-size", segmentSize, isIn: 0.004...1_000_000, unit: "MB")
    try ValidationError.unless("--keep-segments", keepSegments, isIn: 1...1_000_000)
    try ValidationError.unless("--latency-growth", latencyGrowth, isAbove: 0)
    try ValidationError.unless("--leak-limit", leakLimit, isAbove: 0)
    _ = try memory
  }
}

extension SoakReportOptions {
  /// What is judged.
  func limits(_ telemetry: TelemetryOptions) throws -> SoakLimits {
    SoakLimits(
      objectives: try ValidationError.naming("--slo") { try slo.map { try SoakObjective($0) } },
      latencyGrowth: latencyGrowth, leakMegabytesPerHour: leakLimit,
      chipLeakMegabytesPerHour: telemetry.npuLeakLimit)
  }

  /// Where the journal is kept.
  func journalOptions() throws -> SoakJournalOptions? {
    if !resume { try MeasurementFile.check(journal, overwrite: overwrite) }
    return journal.map {
      SoakJournalOptions(
        path: $0, resumes: resume, replaces: overwrite, segmentBytes: Int64(segmentSize * 0x1p20),
        keptSegments: keepSegments)
    }
  }

  /// The processes that are watched.
  var memory: [ProcessMemory] {
    get throws {
      guard !processes.isEmpty else { return [] }
      let host = try ValidationError.naming("--process-host") { try processHost.map { try CommandWords.split($0) } }
      return [ProcessMemory(processes.map { ProcessMemory.Selector($0) }, on: host ?? [])]
    }
  }

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--resume", "--segment-size", "--keep-segments"], oneOf: ["--journal"], "nothing is kept"),
    .excludes(["--resume"], ["--overwrite"], "the one goes on with what the other would remove"),
    .needs(["--overwrite"], oneOf: ["--journal", "--npu-log"], "nothing else is kept from being replaced"),
    .needs(["--process-host"], oneOf: ["--process"], "no process is watched"),
    .filesApart(
      outputs: ["--journal", "--markdown", "--npu-log"], inputs: ["--audio", "--cacert", "--cert", "--key"]),
  ]
}
