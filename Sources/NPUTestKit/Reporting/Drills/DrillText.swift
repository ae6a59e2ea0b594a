internal import NPUBase
public import NPUReliability

/// A report of fault drills as text for people.
public struct DrillText: Sendable {
  private let report: DrillReport
  private let style: TerminalStyle

  /// Prepares the text of a report.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - style: How a terminal is used; plain for files.
  public init(_ report: DrillReport, style: TerminalStyle = .plain) {
    self.report = report
    self.style = style
  }

  /// The whole report: a line for each scenario, the findings of those that did not pass, and the counts.
  public var console: String {
    var lines = ["Fault drills, \(report.service)".onOneLine, ""]
    lines += table.lines + ["", resolution]
    for result in report.results where result.verdict == .fail || result.verdict == .undecided {
      lines += ["", style.paint("\(result.scenario.name): \(result.scenario.title)", .heading)] + details(of: result)
    }
    let skipped = report.results.filter { $0.verdict == .notApplicable }
    if !skipped.isEmpty {
      lines +=
        ["", "Not run:"]
        + skipped.map { result in
          "  \(result.scenario.name): \(result.findings.map(\.reason).joined(separator: "; "))".onOneLine
        }
    }
    return (lines + ["", verdict]).joined(separator: "\n")
  }

  /// The report in the Markdown of GitHub.
  public var markdown: String {
    var lines = ["# Fault drills of \(MarkdownText.escaped(report.service))", "", verdict, ""]
    lines += table.markdown + ["", resolution]
    for result in report.results {
      lines += ["", "## \(MarkdownText.code(result.scenario.name))", ""]
      lines += [MarkdownText.escaped(result.scenario.expectation), ""]
      lines += details(of: result).map { "    \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Counts and verdict in one line.
  public var verdict: String {
    let counts = DrillVerdict.allCases.map { "\(report.count($0)) \($0.phrase)" }.joined(separator: ", ")
    let word = report.passes ? "PASS" : report.exitStatus == 2 ? "NOT JUDGED" : "FAIL"
    return style.paint(word, report.passes ? .good : .bad)
      + ": \(report.results.count) scenarios: \(counts)\(report.isInterrupted ? "; interrupted" : "")."
  }

  /// How fine the times are.
  private var resolution: String {
    "A probe each \(NumberText.plain(report.resolution)): no time to recover is finer."
  }

  private var table: ConsoleTable {
    var table = ConsoleTable(columns: [
      .init("Scenario", .left, isCode: true), .init("Verdict", .left), .init("Detect s"), .init("Recover s"),
      .init("Lost"), .init("Harmed"), .init("Corrupted"), .init("Errors", .left),
    ])
    for result in report.results where result.verdict != .notApplicable {
      let figures = result.figures
      table.rows.append([
        result.scenario.name, result.verdict.word, NumberText.fixed(figures.timeToDetect?.seconds, decimals: 3),
        NumberText.fixed(figures.timeToRecover?.seconds, decimals: 3), "\(figures.requestsLost)",
        "\(figures.neighboursHarmed) of \(figures.neighbours)",
        "\(max(figures.corruptedResponses, figures.tokens.wrong))",
        figures.errors.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
      ])
    }
    return table
  }

  private func details(of result: DrillResult) -> [String] {
    var lines = ["Expected: \(result.scenario.expectation)"]
    lines += result.findings.map { "\($0.verdict.word): \($0.demand): \($0.reason)" }
    for seen in result.states {
      lines.append(
        "State \(NumberText.fixed(seen.milliseconds / 1000, decimals: 1)) s after the fault: "
          + "\(seen.reading.state.rawValue), \(seen.reading.reason)")
    }
    return (lines + result.notes.map { "Note: \($0)" }).map(\.onOneLine)
  }
}

extension DrillVerdict {
  /// The verdict in the word of tables: capitals for what counts against the service.
  var word: String {
    switch self {
    case .pass: "pass"
    case .fail: "FAIL"
    case .undecided: "UNDECIDED"
    case .notApplicable: "n/a"
    }
  }

  fileprivate var phrase: String { self == .notApplicable ? "not applicable" : rawValue }
}

extension DrillResult {
  /// The scenario and its verdict on one line, for progress; the reason where it did not pass.
  public var line: String {
    switch verdict {
    case .pass: "\(scenario.name): pass after \(NumberText.fixed(duration.seconds, decimals: 1)) s"
    case .notApplicable:
      "\(scenario.name): n/a: \(findings.map(\.reason).joined(separator: "; "))".onOneLine
    case .fail, .undecided: "\(scenario.name): \(verdict.word): \(reason)".onOneLine
    }
  }
}

extension ScenarioDescription {
  /// The description on a few lines, for lists.
  public var listing: String {
    var lines = ["\(name): \(title)", "  \(expectation)"]
    if let guide { lines.append("  Guide: \(guide.guide.rawValue), \(guide.row)") }
    if !needs.isEmpty { lines.append("  Needs: \(needs.map(\.rawValue).joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }
}
