import ArgumentParser
import ExampleSupport
import Foundation
import NPUMetrics
import NPUTestKit
import ToolSupport

/// Shows and logs what npu-smi says.
@main
struct NPUWatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-watch", abstract: "Show and log what npu-smi says about Ascend NPUs.",
    discussion: """
      Without --parse, asks npu-smi again and again until it is interrupted, and shows each response: on a terminal \
      in place, otherwise one after the other. Exit status 0 when at least one response was understood, 2 when none \
      was, or an output could not be written.

      With --parse, reads an output of any npu-smi info command that was saved before. Exit status 0 when it \
      was understood, 2 when nothing of it was, when the tool reports an error in it, or when the file cannot be read.

      Without an NPU, try --npu-command "npu-smi-simulator --load sine:60".
      """)

  @Option(help: ArgumentHelp("A file with an output of npu-smi; - for standard input.", valueName: "file"))
  var parse: String?
  @Flag(help: "With --parse: print one JSON object.")
  var json = false
  @OptionGroup var live: LiveOptions

  static func main() async {
    await runAsTool(
      earlier: ["--interval": "--npu-interval", "--timeout": "--npu-timeout"],
      rules: [
        .needs(["--json"], oneOf: ["--parse"], "for a stream of objects there is --json-lines"),
        .excludes(LiveOptions.flags, ["--parse"], "it reads one output, and asks no tool"),
        .needs(["--overwrite"], oneOf: ["--csv", "--log"], "no file is written"),
        .filesApart(outputs: ["--csv", "--log"]),
      ])
  }

  func run() async throws {
    guard let parse else { return try await LiveWatch(options: live).run() }
    let document = ChipReportDocument(parsing: try bytes(of: parse))
    if json {
      try Console.write(try document.json() + "\n")
    } else if let report = document.report {
      try Console.write(ChipReportText(report).lines.joined(separator: "\n") + "\n")
    }
    if let error = document.error { throw Failure(kind: error.kind.rawValue, message: "\(error)") }
  }

  private func bytes(of path: String) throws -> [UInt8] {
    guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path),
      let data = try? contents(of: file)
    else { throw Failure.unreadable(path) }
    return [UInt8](data)
  }

  /// What a file holds, or one byte more than is read of an output.
  private func contents(of file: FileHandle) throws -> Data {
    var data = Data()
    while data.count <= ChipReport.sizeLimit,
      let piece = try file.read(upToCount: min(1 << 16, ChipReport.sizeLimit + 1 - data.count)), !piece.isEmpty
    { data += piece }
    return data
  }
}
