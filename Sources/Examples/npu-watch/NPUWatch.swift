import ArgumentParser
import Foundation
import NPUMetrics
import NPUTestKit

/// Shows and logs what npu-smi says.
@main
struct NPUWatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-watch", abstract: "Show and log what npu-smi says about Ascend NPUs.",
    discussion: """
      Without --parse, asks npu-smi again and again until it is interrupted, and shows each answer: on a terminal in
      place, otherwise one after the other. Exit status 0 when at least one answer was understood, 2 when none was.

      With --parse, reads an output of any npu-smi info command that was saved before. Exit status 0 when it was
      understood, 2 when nothing of it was, when the tool reports an error in it, or when the file cannot be read.

      Without an NPU, try --npu-command "npu-smi-simulator --load sine:60".
      """)

  @Option(help: ArgumentHelp("A file with an output of npu-smi; - for standard input.", valueName: "file"))
  var parse: String?
  @Flag(help: "With --parse: print one JSON object.")
  var json = false
  @OptionGroup var live: LiveOptions

  func validate() throws {
    if json, parse == nil { throw ValidationError("--json needs --parse; for a stream of objects use --json-lines.") }
    if parse != nil, live.isUsed {
      throw ValidationError("--parse reads one output; the other options are for watching.")
    }
  }

  func run() async throws {
    if let parse {
      try show(ReportDocument(parsing: try bytes(of: parse)))
    } else {
      try await LiveWatch(options: live).run()
    }
  }

  private func show(_ document: ReportDocument) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try Self.write(String(decoding: try encoder.encode(document), as: UTF8.self) + "\n")
    } else if let report = document.report {
      try Self.write(ReportTable(report: report).lines.joined(separator: "\n") + "\n")
    }
    if let error = document.error { throw Self.failure("\(error)") }
  }

  private func bytes(of path: String) throws -> [UInt8] {
    guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path),
      let data = try? contents(of: file)
    else { throw Self.failure("\(path) cannot be read; is it a file, and may you read it?") }
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

  /// Writes a part of the result; what cannot be written is an error and not lost.
  static func write(_ text: String) throws {
    do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
      throw failure("standard output cannot be written: \(error)")
    }
  }

  /// Says why it could not run.
  static func failure(_ message: String) -> ExitCode {
    FileHandle.standardError.write(Data("npu-watch: \(message)\n".utf8))
    return ExitCode(2)
  }
}
