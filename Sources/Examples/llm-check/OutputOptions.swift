import ArgumentParser
import Foundation
import NPUTestKit

/// What to report, and where.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.")
  var json = false
  @Option(help: ArgumentHelp("Write a JUnit XML report.", valueName: "file"))
  var junit: String?
  @Option(help: ArgumentHelp("Write a Markdown report.", valueName: "file"))
  var markdown: String?

  func text(of report: ConformanceReport) throws -> String {
    json ? try report.json() : ConformanceText(report, style: Console.style(of: 1)).console
  }

  func save(_ report: ConformanceReport) throws {
    if let junit { try write(report.junit, to: junit) }
    if let markdown { try write(ConformanceText(report).markdown, to: markdown) }
  }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    Console.note("Report: \(path)")
  }
}
