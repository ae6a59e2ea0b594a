public import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

/// A comparison of language model services as text for people.
public struct LanguageModelComparisonText: Sendable {
  private let comparison: LanguageModelComparison
  private let notes: [String]
  private let style: TerminalStyle

  /// How many cases are shown one by one.
  private static let shownCases = 20

  /// Prepares the text of a comparison.
  ///
  /// - Parameters:
  ///   - comparison: The comparison.
  ///   - notes: What else is to be said.
  ///   - style: How a terminal is used; plain for files.
  public init(_ comparison: LanguageModelComparison, notes: [String] = [], style: TerminalStyle = .plain) {
    self.comparison = comparison
    self.notes = notes
    self.style = style
  }

  /// The comparison for a terminal: the verdict, the figures, and the cases that differ.
  public var console: String {
    var lines = [
      "Baseline   \(comparison.baseline.onOneLine)", "Candidate  \(comparison.candidate.onOneLine)", "",
      style.paint(heading, tone), comparison.reason.onOneLine, "",
    ]
    lines += figures.lines
    for table in tables { lines += ["", style.paint(table.title, .heading)] + table.table.lines }
    lines += notes.map { style.paint("Note: \($0.onOneLine)", .doubtful) }
    return lines.joined(separator: "\n")
  }

  /// The comparison in the Markdown of GitHub.
  public var markdown: String {
    var lines = [
      "# \(heading)", "",
      "Candidate \(MarkdownText.code(comparison.candidate)) against baseline "
        + "\(MarkdownText.code(comparison.baseline)).", "",
      MarkdownText.escaped(comparison.reason), "",
    ]
    lines += figures.markdown
    for table in tables { lines += ["", "## \(table.title)", ""] + table.table.markdown }
    for note in notes { lines += ["", "Note: \(MarkdownText.escaped(note))"] }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: String { "Verdict: \(comparison.verdict.rawValue)" }

  private var tone: TerminalStyle.Tone {
    switch comparison.verdict {
    case .same, .better: .good
    case .worse: .bad
    case .undecided: .doubtful
    }
  }

  private var figures: ConsoleTable {
    var table = ConsoleTable(columns: [.init("Figure", .left), .init("Value")])
    func add(_ name: String, _ value: String?) {
      if let value { table.rows.append([name, value]) }
    }
    add("Cases compared", "\(comparison.cases.count)")
    add("Cases of one side only", onlyOnOneSide)
    add("Requests without a response, baseline / candidate", failures)
    add("Exact match", NumberText.percent(comparison.exactMatch))
    add("Match but for case, width and white space", NumberText.percent(comparison.normalizedMatch))
    add("Similarity, mean", NumberText.fixed(comparison.similarity, decimals: 4))
    add("Length ratio, median", comparison.lengthRatio.map { NumberText.fixed($0, decimals: 3) })
    add("Right, baseline", comparison.baselineScore.map(NumberText.percent))
    add("Right, candidate", comparison.candidateScore.map(NumberText.percent))
    add("Standard deviation over repetitions, baseline / candidate", deviations)
    if let flips = comparison.flips {
      add("Flips, to the worse / to the better", "\(flips.flips.worse) / \(flips.flips.better)")
      add("p-value", NumberText.probability(flips.pValue))
    }
    add("Minimum detectable loss", comparison.minimumDetectableLoss.map(NumberText.percent) ?? "none")
    return table
  }

  private var onlyOnOneSide: String? {
    let (own, other) = (comparison.onlyInBaseline.count, comparison.onlyInCandidate.count)
    return own + other == 0 ? nil : "\(own) baseline, \(other) candidate"
  }

  private var deviations: String? {
    let values = [comparison.baselineScoreDeviation, comparison.candidateScoreDeviation]
    return values.contains { $0 != nil } ? values.map { NumberText.percent($0) }.joined(separator: " / ") : nil
  }

  private var failures: String? {
    let (own, other) = (comparison.baselineFailed, comparison.candidateFailed)
    return own + other == 0 ? nil : "\(own) / \(other)"
  }

  private var tables: [(title: String, table: ConsoleTable)] {
    [
      ("Own noise", determinism), ("Where responses part", divergences), ("Log-probabilities", logprobs),
      ("Cases that differ", cases),
    ].filter { !$0.1.rows.isEmpty }.map { (title: $0.0, table: $0.1) }
  }

  private var determinism: ConsoleTable {
    var table = ConsoleTable(
      columns: [.init("Service", .left), .init("Equal alone"), .init("Equal among others"), .init("p-value")])
    let sides = [("baseline", comparison.baselineDeterminism), ("candidate", comparison.candidateDeterminism)]
    for (name, noise) in sides {
      guard let noise else { continue }
      table.rows.append([
        name, noise.repeated == 0 ? NumberText.undefined : "\(noise.equalAlone) of \(noise.repeated)",
        noise.loaded == 0 ? NumberText.undefined : "\(noise.equalAmongOthers) of \(noise.loaded)",
        NumberText.probability(noise.flips?.pValue),
      ])
    }
    return table
  }

  private var divergences: ConsoleTable {
    var table = ConsoleTable(columns: [.init("Kind", .left), .init("Cases"), .init("What it says", .left)])
    let kinds: [(FirstDivergence.Kind, String)] = [
      (.nearTie, "the baseline was nearly undecided: rounding decides"),
      (.defect, "the baseline was sure: the candidate computed something else"),
      (.unknown, "no log-probabilities there (--logprobs asks for them), or tokens that are parts of characters"),
    ]
    for (kind, meaning) in kinds where comparison.divergences(kind) > 0 {
      table.rows.append([kind.rawValue, "\(comparison.divergences(kind))", meaning])
    }
    return table
  }

  private var logprobs: ConsoleTable {
    var table = ConsoleTable(
      columns: [
        .init("Places", .left), .init("Count"), .init("Drift, nats"), .init("Perplexity ratio"), .init("Top 1"),
        .init("Top k"), .init("KL, nats"),
      ])
    func add(_ name: String, _ figures: LogprobFigures?) {
      guard let figures else { return }
      table.rows.append([
        name, "\(figures.places)", NumberText.fixed(figures.drift, decimals: 5),
        NumberText.fixed(figures.perplexityRatio, decimals: 5),
        figures.divergence.map { NumberText.percent($0.top1Agreement) } ?? NumberText.undefined,
        NumberText.percent(figures.topAgreement),
        NumberText.fixed(figures.divergence?.meanKLGroups, decimals: 6),
      ])
    }
    guard let logprobs = comparison.logprobs else { return table }
    add(logprobs.source == .scored ? "all, scored by both" : "all, up to the first different token", logprobs.all)
    for band in logprobs.byPosition { add("behind \(band.label) tokens", band.figures) }
    for band in logprobs.byLength { add("of responses of \(band.label) tokens", band.figures) }
    add("baseline, among others against alone", logprobs.baselineUnderLoad)
    add("candidate, among others against alone", logprobs.candidateUnderLoad)
    return table
  }

  private var cases: ConsoleTable {
    var table = ConsoleTable(
      columns: [
        .init("Case", .left, isCode: true), .init("Flip", .left), .init("Parts at"), .init("Margin, nats"),
        .init("Baseline", .left), .init("Candidate", .left),
      ])
    for entry in comparison.listed(Self.shownCases) where entry.flip != nil || entry.exactMatch < 1 {
      let part = entry.divergence
      table.rows.append([
        Excerpt.of(entry.id, limit: 40), entry.flip?.rawValue ?? "",
        part.map { $0.tokenIndex.map { "token \($0)" } ?? "character \($0.scalarIndex)" } ?? "",
        part?.margin.map { (part?.marginIsAtLeast == true ? ">= " : "") + NumberText.fixed($0, decimals: 3) } ?? "",
        shown(part?.baseline, entry.baselineText), shown(part?.candidate, entry.candidateText),
      ])
    }
    return table
  }

  private func shown(_ part: String?, _ whole: String?) -> String {
    guard let whole else { return "no response" }
    return Excerpt.of(part ?? whole, limit: 40)
  }
}

extension LogprobComparison.Band {
  fileprivate var label: String { to.map { "\(from) to \($0 - 1)" } ?? "\(from) and more" }
}
