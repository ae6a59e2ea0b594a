internal import NPUBase

/// Failures by kind, in bounded memory.
struct FailureCounts {
  /// Kinds kept apart; the rest is counted together, since a journal from elsewhere can hold any number of them.
  private static let mostKinds = 64
  /// Characters of a kind, which a journal from elsewhere may have invented.
  private static let longestName = 100
  /// Characters of an example.
  private static let longestExample = 300

  private var figures: [String: LoadReport.FailureFigures] = [:]

  mutating func add(_ outcome: Outcome) {
    let name = Excerpt.of(outcome.kind.rawValue, limit: Self.longestName)
    let key = figures[name] != nil || figures.count < Self.mostKinds ? name : "more_kinds"
    let example = outcome.message.map { Excerpt.of($0, limit: Self.longestExample) }
    figures[key, default: LoadReport.FailureFigures(name: key, count: 0, example: nil)].count += 1
    if figures[key]?.example == nil { figures[key]?.example = example }
  }

  /// The most frequent kind first; equally frequent ones by name.
  var sorted: [LoadReport.FailureFigures] {
    figures.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }
}
