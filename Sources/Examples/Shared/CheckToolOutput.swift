package import ArgumentParser
import Foundation
package import NPUTestKit

/// What to report of a run of checks, and where.
package struct CheckToolOutput: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.")
  package var json = false
  @Option(help: ArgumentHelp("Write a JUnit XML report.", valueName: "file"))
  package var junit: String?
  @Option(help: ArgumentHelp("Write a Markdown report.", valueName: "file"))
  package var markdown: String?

  package init() {}

  /// Refuses before the run what could not be written after it.
  package func check() throws {
    for path in [junit, markdown].compactMap(\.self) {
      let folder = URL(filePath: path).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw ValidationError("\(path) cannot be written: \(folder) is no folder that this user may write to.")
      }
    }
  }

  package func text(of report: ConformanceReport) throws -> String {
    json ? try report.json() : ConformanceText(report, style: Console.style(of: 1)).console
  }

  package func save(_ report: ConformanceReport) throws {
    if let junit { try write(report.junit, to: junit) }
    if let markdown { try write(ConformanceText(report).markdown, to: markdown) }
  }

  private func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw ValidationError("\(path) cannot be written: \(error.localizedDescription)")
    }
    Console.note("Report: \(path)")
  }
}
