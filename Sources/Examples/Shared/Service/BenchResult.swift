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
  /// What kept a file that was wanted from being written whole.
  package var outputErrors: [any Error] = []

  package init(_ report: LoadReport, file: ResultFile?) { (self.report, self.file) = (report, file) }

  /// Writes the files, prints the report, and ends with the status that the result asks for.
  ///
  /// - Parameters:
  ///   - tool: The name of the tool.
  ///   - files: What is reported, and where.
  ///   - summary: Which figures stand at the top of the JSON object.
  ///   - figures: Figures beside those of the report.
  ///   - isWhole: Whether everything else that was asked for was measured too.
  /// - Throws: `ExitCode` 2 if nothing could be measured or something could not be written, 1 if a limit was missed or
  ///   the run is not whole.
  package func finish(
    _ tool: String, _ files: ReportFiles, _ summary: Summary, figures: [ServiceFigure] = [], isWhole: Bool = true
  ) throws {
    var unsaved: [String] = []
    do { try file.map { Console.note("Result file: \(try $0.save(report))") } } catch {
      Console.note("\(tool): \(Failure.text(of: error)) Standard output has its content, behind the report.")
      unsaved.append((try? file?.text(report)) ?? "")
    }
    for error in errors + outputErrors { Console.note("\(tool): \(Failure.text(of: error))") }
    let forms = ReportForms(
      json: { summary == .service ? try report.summaryJSON(of: figures) : try report.summaryJSON(adding: figures) },
      markdown: { markdown(figures) },
      console: { joined(ReportText(report, style: .ofDescriptor(1)).console, figures, isMarkdown: false) })
    let isWritten = try files.write(forms, unsaved: unsaved)
    if report.requests.completed == 0 || !isWritten || !outputErrors.isEmpty { throw ExitCode(2) }
    if !report.passes || report.incompleteReason != nil || !errors.isEmpty || !isWhole { throw ExitCode(1) }
  }

  private func markdown(_ figures: [ServiceFigure]) -> String {
    joined(ReportText(report).markdown, figures, isMarkdown: true)
  }

  private func joined(_ text: String, _ figures: [ServiceFigure], isMarkdown: Bool) -> String {
    figures.isEmpty ? text : text + "\n" + ServiceFigure.text(figures, isMarkdown: isMarkdown)
  }
}
