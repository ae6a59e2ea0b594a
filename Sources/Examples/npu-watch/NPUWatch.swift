import ArgumentParser
import Foundation

/// Shows what npu-smi says.
@main
struct NPUWatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-watch", abstract: "Show and log what npu-smi says about Ascend NPUs.",
    discussion: """
      With --parse, reads an output of any npu-smi info command that was saved before. Exit status 0 when it was
      understood, 2 when nothing of it was, when the tool reports an error in it, or when the file cannot be read.
      """)

  @Option(help: ArgumentHelp("A file with an output of npu-smi; - for standard input.", valueName: "file"))
  var parse: String
  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let document = ReportDocument(parsing: try bytes())
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(document), as: UTF8.self))
    } else if let report = document.report {
      for line in ReportTable(report: report).lines { print(line) }
    }
    guard let error = document.error else { return }
    Self.complain("\(error)")
    throw ExitCode(2)
  }

  private func bytes() throws -> [UInt8] {
    let data =
      parse == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: parse)
    guard let data else {
      Self.complain("\(parse) cannot be read; is it a file, and may you read it?")
      throw ExitCode(2)
    }
    return [UInt8](data)
  }

  static func complain(_ message: String) {
    FileHandle.standardError.write(Data("npu-watch: \(message)\n".utf8))
  }
}
