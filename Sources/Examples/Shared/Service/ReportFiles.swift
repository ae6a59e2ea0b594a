import NPUBase
import ToolSupport

/// The files of a report, opened before the run that it is about.
///
/// They are written before standard output is: whoever reads that may leave before its end.
package struct ReportFiles: Sendable {
  private let options: ReportOptions
  private let markdown: OutputFile?
  private let junit: OutputFile?

  /// Opens the files that are wanted.
  ///
  /// - Throws: ``Failure`` that names a file that cannot be written.
  package init(_ options: ReportOptions, junit: String? = nil) throws {
    self.options = options
    markdown = try Self.open(options.printsMarkdown ? nil : options.markdown)
    self.junit = try Self.open(junit)
  }

  private static func open(_ path: String?) throws -> OutputFile? {
    do throws(FileError) { return try path.map { (path) throws(FileError) in try OutputFile(path) } } catch {
      throw Failure(kind: "unwritable_file", message: "\(error.path) cannot be written: \(error.message).")
    }
  }

  /// Writes a report in the forms that are wanted, the files first.
  ///
  /// What cannot be written to its file goes to standard output.
  ///
  /// - Parameters:
  ///   - forms: The report.
  ///   - unsaved: What could not be saved elsewhere and belongs on standard output too.
  /// - Returns: Whether every file was written.
  /// - Throws: ``Failure`` if standard output cannot be written.
  package func write(_ forms: ReportForms, unsaved: [String] = []) throws -> Bool {
    var unsaved = unsaved
    for (file, text) in [(junit, forms.junit), (markdown, forms.markdown)] {
      guard let file, let text = text?() else { continue }
      do throws(FileError) {
        try file.save(Array(text.utf8))
        Console.note("Report: \(file.path)")
      } catch {
        let place = options.isReadByProgram ? "has the same report" : "has it instead"
        Console.note("Error: the report \(error.path) is not written: \(error.message). Standard output \(place).")
        unsaved.append(options.isReadByProgram ? "" : text)
      }
    }
    let report = options.json ? try forms.json() : options.printsMarkdown ? forms.markdown() : forms.console()
    try Console.write(([report] + unsaved).filter { !$0.isEmpty }.joined(separator: "\n") + "\n")
    return unsaved.isEmpty
  }
}

/// A report in each of its forms.
package struct ReportForms {
  package var json: () throws -> String
  package var markdown: () -> String
  package var console: () -> String
  /// Of checks only.
  package var junit: (() -> String)?

  package init(
    json: @escaping () throws -> String, markdown: @escaping () -> String, console: @escaping () -> String,
    junit: (() -> String)? = nil
  ) {
    (self.json, self.markdown, self.console, self.junit) = (json, markdown, console, junit)
  }
}
