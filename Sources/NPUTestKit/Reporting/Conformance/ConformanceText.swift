internal import NPUBase
public import NPUConformance

/// A conformance report as text for people.
public struct ConformanceText: Sendable {
  private let report: ConformanceReport
  private let style: TerminalStyle

  /// Prepares the text of a report.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - style: How a terminal is used; plain for files.
  public init(_ report: ConformanceReport, style: TerminalStyle = .plain) {
    self.report = report
    self.style = style
  }

  /// One result on one line, for progress.
  public func line(_ result: CheckResult) -> String {
    let mark = mark(of: result)
    return style.paint(mark.text.padded(to: 13, alignment: .left), mark.tone)
      + "\(result.check.identifier.padded(to: 28, alignment: .left)) \(result.finding.reason.onOneLine)"
  }

  /// The whole report: a line for each check, the evidence of those that did not hold, and the counts.
  public var console: String {
    var lines = ["Suite \(report.suite), \(report.service)".onOneLine, ""]
    if let reason = report.unreachable {
      lines.append(style.paint("Nothing was checked: \(reason.onOneLine)", .bad))
    } else {
      lines += report.results.map(line)
      if !report.notes.isEmpty { lines += [""] + report.notes.map { style.paint("Note: \($0.onOneLine)", .doubtful) } }
      for result in report.failures + report.warnings {
        // Whole excerpts fill a terminal; the other reports have them.
        lines += ["", heading(of: result)] + details(of: result).map { Excerpt.of($0, limit: 240) }
      }
    }
    return (lines + ["", verdict]).joined(separator: "\n")
  }

  /// The report in the Markdown of GitHub.
  public var markdown: String {
    var table = ConsoleTable(
      columns: [
        .init("Check", .left, isCode: true), .init("Title", .left), .init("Verdict", .left), .init("Finding", .left),
        .init("s"),
      ])
    for result in report.results {
      table.rows.append([
        result.check.identifier, result.check.title, mark(of: result).text, result.finding.reason,
        NumberText.fixed(result.duration.seconds),
      ])
    }
    var lines = [
      "# Conformance of \(MarkdownText.escaped(report.service))", "",
      "Suite \(MarkdownText.code(report.suite)). \(verdict)", "",
    ]
    if let reason = report.unreachable { lines += ["Nothing was checked: \(MarkdownText.escaped(reason))", ""] }
    for note in report.notes { lines += ["Note: \(MarkdownText.escaped(note))", ""] }
    lines += table.markdown
    for result in report.failures + report.warnings where report.unreachable == nil {
      lines += ["", "## \(MarkdownText.code(result.check.identifier))", ""]
      lines += [MarkdownText.escaped(result.finding.reason), ""]
      // Indented, since the evidence may itself hold the mark that would end a fenced block.
      lines += details(of: result).map { "    \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Counts and verdict in one line.
  public var verdict: String {
    let counts = Finding.Verdict.allCases.map { "\(report.count($0)) \($0.phrase)" }.joined(separator: ", ")
    let word = report.passes ? "PASS" : report.exitStatus == 2 ? "NOT CHECKED" : "FAIL"
    let only = report.warnings.count
    let warnings =
      only == 0
      ? ""
      : "; \(only) failed or inconclusive check\(only == 1 ? " is only recommended and does" : "s are only recommended and do") not count"
    let cut = report.isInterrupted ? "; interrupted" : ""
    return style.paint(word, report.passes ? .good : .bad)
      + ": \(report.results.count) checks in \(NumberText.fixed(report.duration.seconds, decimals: 1)) s: \(counts)\(warnings)\(cut)."
  }

  private func heading(of result: CheckResult) -> String {
    style.paint("\(result.check.identifier): \(result.check.title)", .heading)
  }

  private func details(of result: CheckResult) -> [String] {
    var lines = ["Required: \(result.check.requirement)", "Found: \(result.finding.reason)"]
    if let known = result.check.knownDeviations { lines.append("Known deviations: \(known)") }
    return (lines + result.evidence.text.split(separator: "\n").map(String.init)).map(\.onOneLine)
  }

  private func mark(of result: CheckResult) -> (text: String, tone: TerminalStyle.Tone?) {
    switch result.finding.verdict {
    case .pass: (result.word, .good)
    case .notApplicable: (result.word, nil)
    case .fail, .inconclusive: (result.word, result.isFailure ? .bad : .doubtful)
    }
  }
}

extension CheckResult {
  /// How the check ended, in the word of tables and progress: capitals for what counts against the service.
  package var word: String {
    switch finding.verdict {
    case .pass: "pass"
    case .notApplicable: "n/a"
    case .fail: isFailure ? "FAIL" : "warn"
    case .inconclusive: isFailure ? "INCONCLUSIVE" : "inconclusive"
    }
  }
}

extension CheckDescription {
  /// The description on a few lines, for lists.
  public var listing: String {
    var lines = ["\(identifier): \(title)", "  \(severity.rawValue); \(tags.map(\.rawValue).joined(separator: ", "))"]
    lines.append("  \(requirement)")
    if !needs.isEmpty { lines.append("  Needs \(needs.joined(separator: ", ")).") }
    if let knownDeviations { lines.append("  Known deviations: \(knownDeviations)") }
    return lines.joined(separator: "\n")
  }
}
