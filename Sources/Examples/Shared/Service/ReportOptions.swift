package import ArgumentParser

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
