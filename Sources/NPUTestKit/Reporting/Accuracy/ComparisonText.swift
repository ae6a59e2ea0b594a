internal import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

/// A comparison as text for people.
public struct ComparisonText: Sendable {
  private let document: ComparisonDocument
  private let style: TerminalStyle
  /// More cases would fill a terminal; the other reports have them all.
  private static let mostRows = 40

  /// Prepares the text of a comparison.
  ///
  /// - Parameters:
  ///   - document: The comparison.
  ///   - style: How a terminal is used; plain for files.
  public init(_ document: ComparisonDocument, style: TerminalStyle = .plain) {
    self.document = document
    self.style = style
  }

  /// The comparison for a terminal: both sides, the figures, the cases, and the verdict last.
  public var console: String {
    var lines = [
      style.paint(document.title, .heading), "  baseline   \(document.baseline.onOneLine)",
      "  candidate  \(document.candidate.onOneLine)", "",
    ]
    let width = document.figures.map(\.name.count).max() ?? 0
    lines += document.figures.map { "  \($0.name.padded(to: width, alignment: .left))  \($0.value.onOneLine)" }
    let shown = Array(Self.worstFirst(document.cases).prefix(Self.mostRows))
    lines += [""] + table(shown).lines
    if shown.count < document.cases.count {
      lines.append("… and \(document.cases.count - shown.count) more; --json and --markdown have all.")
    }
    for note in document.notes { lines += ["", style.paint("Note: \(note.onOneLine)", .doubtful)] }
    return (lines + ["", verdict]).joined(separator: "\n")
  }

  /// The comparison in the Markdown of GitHub.
  public var markdown: String {
    var lines = [
      "# \(MarkdownText.escaped(document.title))", "",
      "**\(document.verdict.rawValue)**: "
        + MarkdownText.escaped(document.reason), "",
      "Baseline: \(MarkdownText.escaped(document.baseline))", "",
      "Candidate: \(MarkdownText.escaped(document.candidate))", "",
    ]
    lines +=
      ConsoleTable(
        columns: [.init("Figure", .left), .init("Value", .left)], rows: document.figures.map { [$0.name, $0.value] }
      ).markdown
    for note in document.notes { lines += ["", "Note: \(MarkdownText.escaped(note))"] }
    lines += ["", "## Cases", ""] + table(document.cases).markdown
    return lines.joined(separator: "\n") + "\n"
  }

  /// The verdict in one line.
  public var verdict: String {
    let tone: TerminalStyle.Tone =
      switch document.verdict {
      case .same, .better: .good
      case .worse: .bad
      case .undecided: .doubtful
      }
    return style.paint(document.verdict.rawValue.uppercased(), tone) + ": " + document.reason.onOneLine
  }

  private func table(_ cases: [ComparisonDocument.Case]) -> ConsoleTable {
    ConsoleTable(
      columns: [.init("Case", .left), .init("", .left)] + document.columns.map { .init($0) } + [.init("Note", .left)],
      rows: cases.map { compared in
        let mark = compared.outcome == .good ? "" : compared.outcome == .bad ? "BAD" : "not judged"
        return [compared.id, mark] + compared.cells + [compared.reason]
      })
  }

  /// Bad cases, then those that were not judged, each in their order.
  private static func worstFirst(_ cases: [ComparisonDocument.Case]) -> [ComparisonDocument.Case] {
    [ComparisonDocument.CaseOutcome.bad, .unjudged, .good].flatMap { outcome in
      cases.filter { $0.outcome == outcome }
    }
  }
}
