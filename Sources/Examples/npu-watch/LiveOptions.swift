import ArgumentParser
import ExampleSupport
import ToolSupport

/// How long npu-smi is watched, and where its responses go.
struct LiveOptions: ParsableArguments {
  @OptionGroup var sampling: ChipSamplingOptions
  @Option(help: ArgumentHelp("Stop after this many calls. Default: when interrupted.", valueName: "count"))
  var count: Int?
  @Option(help: ArgumentHelp("A CSV file with a line for each chip and call.", valueName: "file")) var csv: String?
  @Option(help: ArgumentHelp("A JSON Lines file with a line for each call.", valueName: "file")) var log: String?
  @Flag(help: "Print a JSON object for each call instead of tables.") var jsonLines = false

  @Flag(help: "Replace files of earlier measurements. Default: refuse to.") var overwrite = false

  /// Every flag of the group.
  static let flags = [
    "--npu-command", "--npu-interval", "--npu-timeout", "--count", "--csv", "--log", "--json-lines", "--overwrite",
  ]

  func validate() throws {
    try ValidationError.unless("--count", count, isIn: 1...Int.max)
  }
}
