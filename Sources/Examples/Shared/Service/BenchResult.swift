import ArgumentParser
import Foundation
package import NPUTestKit
import ToolSupport

/// What a load gave, measured or read from a journal.
package struct BenchResult: Sendable {
  /// Which figures stand at the top of the JSON object.
  package enum Summary: Sendable { case languageModel, service }

  /// The report.
  package var report: LoadReport
  /// The result file in the format of vLLM, if one is wanted.
  package var file: ResultFile?
  /// Every record, if they are wanted.
  package var records: [RequestRecord] = []
  /// What went wrong beside the requests.
  package var errors: [any Error] = []

  package init(_ report: LoadReport, file: ResultFile?) { (self.report, self.file) = (report, file) }

  /// Prints the report, writes the files, and ends with the status that the result asks for.
  ///
  /// Printed first, so that a full disk cannot take the report away.
  ///
  /// - Parameters:
  ///   - tool: The name of the tool.
  ///   - options: What is reported, and where.
  ///   - summary: Which figures stand at the top of the JSON object.
  ///   - figures: Figures beside those of the report.
  ///   - isWhole: Whether everything else that was asked for was measured too.
  /// - Throws: `ExitCode` 2 if nothing could be measured, 1 if a limit was missed or the run is not whole.
  package func finish(
    _ tool: String, _ options: ReportOptions, _ summary: Summary, figures: [ServiceFigure] = [], isWhole: Bool = true
  ) throws {
    try options.print(
      json: summary == .service ? try report.summaryJSON(of: figures) : try report.summaryJSON(adding: figures),
      markdown: markdown(figures),
      console: joined(ReportText(report, style: .ofDescriptor(1)).console, figures, isMarkdown: false))
    try options.saveMarkdown(markdown(figures))
    if let file { Console.note("Result file: \(try file.save(report))") }
    for error in errors { Console.note("\(tool): \(error)") }
    if report.requests.completed == 0 { throw ExitCode(2) }
    if !report.passes || report.incompleteReason != nil || !errors.isEmpty || !isWhole { throw ExitCode(1) }
  }

  private func markdown(_ figures: [ServiceFigure]) -> String {
    joined(ReportText(report).markdown, figures, isMarkdown: true)
  }

  private func joined(_ text: String, _ figures: [ServiceFigure], isMarkdown: Bool) -> String {
    figures.isEmpty ? text : text + "\n" + ServiceFigure.text(figures, isMarkdown: isMarkdown)
  }
}
