package import ArgumentParser
import Foundation
import ToolSupport

/// In which forms a report is given: the same for every tool that measures or checks a service.
package struct ReportOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.")
  package var json = false
  @Option(help: ArgumentHelp("Write the report as Markdown; - is standard output.", valueName: "file"))
  package var markdown: String?

  package init() {}

  package func validate() throws {
    if json, printsMarkdown { throw ValidationError("--json and --markdown - both want the standard output.") }
  }

  /// Whether standard output gets Markdown in place of lines for people.
  package var printsMarkdown: Bool { markdown == "-" }

  /// Whether another program reads what is printed.
  package var isReadByProgram: Bool { json || printsMarkdown }
}

extension ReportOptions {
  /// Refuses before the run what could not be written after it.
  package func check(_ others: String?...) throws {
    for path in ([printsMarkdown ? nil : markdown] + others).compactMap(\.self) {
      let folder = URL(filePath: path).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw ValidationError("\(path) cannot be written: \(folder) is no folder that this user may write to.")
      }
    }
  }

  /// Prints the report in the form that is wanted.
  package func print(
    json object: @autoclosure () throws -> String, markdown: @autoclosure () -> String,
    console: @autoclosure () -> String
  ) rethrows {
    Swift.print(json ? try object() : printsMarkdown ? markdown() : console())
    fflush(nil)  // before what follows on the other stream
  }

  /// Saves the report as Markdown, if that is wanted.
  package func saveMarkdown(_ text: @autoclosure () -> String) throws {
    if let markdown, !printsMarkdown { try Self.save(text(), to: markdown) }
  }

  /// Saves a report and says where.
  package static func save(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure(kind: "unwritable_file", message: "\(path) cannot be written: \(FileReason.of(error)).")
    }
    Console.note("Report: \(path)")
  }
}
