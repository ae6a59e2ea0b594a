import ArgumentParser
import NPUTestKit
import ToolSupport

/// Checks a model package against the specification.
struct PackageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "package", abstract: "Check a model package before it is uploaded.",
    discussion: """
      Exit status 0 when there is no error, 1 when there is one, 2 when the package could not be read; with --json \
      standard output then holds an object with the key error.
      """)

  @Argument(help: "The folder that holds the folder model, or the folder model itself.")
  var directory: String
  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    var report = ModelPackage.Report(findings: [])
    try Failure.told(by: "modelarts-check", json: json) {
      do { report = try ModelPackage.validate(directory) } catch { throw Failure.of(error) }
      try show(report)
    }
    if !report.isValid { throw ExitCode(1) }
  }

  private func show(_ report: ModelPackage.Report) throws {
    let (errors, warnings) = (report.findings(.error).count, report.findings(.warning).count)
    if json {
      return try Console.line(
        try Console.json(Result(errors: errors, findings: report.findings, valid: report.isValid, warnings: warnings)))
    }
    for finding in report.findings { try Console.line(finding.description.withoutSteering) }
    let counts = "\(count(errors, "error")), \(count(warnings, "warning"))."
    try Console.line(report.findings.isEmpty ? "The package keeps every rule." : counts)
  }

  private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  private struct Result: Encodable {
    var errors: Int
    var findings: [PackageFinding]
    var valid: Bool
    var warnings: Int
  }
}
