/// A response of the baseline as both services score it, token by token.
public struct ScoredResponse: Sendable, Hashable {
  /// The identity of the case.
  public var id: String
  /// The tokens with the baseline's log-probabilities.
  public var baseline: [RecordedToken]
  /// The tokens with the candidate's log-probabilities.
  public var candidate: [RecordedToken]

  /// Creates a scored response.
  public init(id: String, baseline: [RecordedToken], candidate: [RecordedToken]) {
    self.id = id
    self.baseline = baseline
    self.candidate = candidate
  }

  /// The places behind the same tokens and of the same token: up to the first different one.
  var places: [LogprobPlace] {
    zip(baseline, candidate).prefix { $0.token == $1.token }.enumerated().map { index, pair in
      LogprobPlace(baseline: pair.0, candidate: pair.1, position: index, length: baseline.count)
    }
  }
}

/// How far the log-probabilities of two services are apart, as a whole and by position, length and load.
public struct LogprobComparison: Sendable, Hashable {
  /// What was compared.
  public enum Source: String, Sendable, Hashable, CaseIterable {
    /// The baseline's responses, scored by both services.
    case scored
    /// Each side's own response, up to the first different token.
    case commonPrefix = "common_prefix"
  }

  /// The figures of a part of the places.
  public struct Band: Sendable, Hashable {
    /// The least number of tokens of this band.
    public let from: Int
    /// The least number of tokens of the next band; nil for the last one.
    public let to: Int?
    /// The figures.
    public let figures: LogprobFigures
  }

  /// What was compared.
  public let source: Source
  /// How many responses had a place to compare.
  public let responses: Int
  /// The share of the baseline's tokens that were compared: of those responses the rest has other tokens before it.
  public let coverage: Double
  /// All places.
  public let all: LogprobFigures
  /// By the tokens before a place in its response: an error that grows with the context shows here.
  public let byPosition: [Band]
  /// By the tokens of the whole response.
  public let byLength: [Band]
  /// The baseline among other requests against itself alone; nil where it was not asked so.
  public let baselineUnderLoad: LogprobFigures?
  /// The candidate among other requests against itself alone; nil where it was not asked so.
  public let candidateUnderLoad: LogprobFigures?

  /// Where bands begin.
  private static let edges = [0, 16, 64, 256]

  /// Compares; nil where no log-probability is known on both sides.
  ///
  /// - Parameters:
  ///   - pairs: What both sides said to each case.
  ///   - scored: The baseline's responses as both score them, where they were asked to.
  init?(_ pairs: [(CaseResponses, CaseResponses)], scored: [ScoredResponse]) {
    let own = pairs.compactMap { Self.tokens($0.compared.first, $1.compared.first, id: $0.id) }
    let responses = scored.isEmpty ? own : scored
    let places = responses.map(\.places)
    let flat = places.flatMap { $0 }
    guard let all = LogprobFigures(flat) else { return nil }
    source = scored.isEmpty ? .commonPrefix : .scored
    self.responses = places.count { !$0.isEmpty }
    coverage = Double(flat.count) / Double(max(1, responses.reduce(0) { $0 + $1.baseline.count }))
    self.all = all
    byPosition = Self.bands(flat, by: \.position)
    byLength = Self.bands(flat, by: \.length)
    baselineUnderLoad = Self.underLoad(pairs.map(\.0))
    candidateUnderLoad = Self.underLoad(pairs.map(\.1))
  }

  private static func tokens(_ first: JudgedResponse?, _ second: JudgedResponse?, id: String) -> ScoredResponse? {
    guard let own = first?.response.tokens, let other = second?.response.tokens, !own.isEmpty, !other.isEmpty else {
      return nil
    }
    return ScoredResponse(id: id, baseline: own, candidate: other)
  }

  private static func underLoad(_ cases: [CaseResponses]) -> LogprobFigures? {
    LogprobFigures(cases.compactMap { tokens($0.alone.first, $0.amongOthers.first, id: $0.id) }.flatMap(\.places))
  }

  private static func bands(_ places: [LogprobPlace], by key: (LogprobPlace) -> Int) -> [Band] {
    edges.enumerated().compactMap { index, from in
      let to = index + 1 < edges.count ? edges[index + 1] : nil
      let part = places.filter { key($0) >= from && key($0) < to ?? .max }
      return LogprobFigures(part).map { Band(from: from, to: to, figures: $0) }
    }
  }
}
