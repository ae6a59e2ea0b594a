internal import NPUBase

/// How the candidate responded to one case, against the baseline.
///
/// Repetitions are paired by their number; shares and means are over those pairs. A pair of which one request failed
/// has nothing in common.
public struct CaseComparison: Sendable, Hashable {
  /// Which way a case flipped.
  public enum Flip: String, Sendable, Hashable {
    /// Right with the baseline, wrong with the candidate.
    case worse
    /// Wrong with the baseline, right with the candidate.
    case better
  }

  /// The identity of the case.
  public let id: String
  /// The share of pairs that are equal scalar by scalar.
  public let exactMatch: Double
  /// The share of pairs that are equal in folded form: see ``NPUMetrics/FoldingNormalizer``.
  public let normalizedMatch: Double
  /// The mean of ``NPUMetrics/TextSimilarity/ratio`` over the first 65,536 characters, 0 to 1.
  public let similarity: Double
  /// The mean length of the candidate over that of the baseline, in Unicode scalars; nil where the baseline has none.
  public let lengthRatio: Double?
  /// Where the first pair that differs parts.
  public let divergence: FirstDivergence?
  /// Whether the baseline is right: in more than half of its repetitions; nil where nobody judged.
  public let baselineIsRight: Bool?
  /// The same of the candidate.
  public let candidateIsRight: Bool?
  /// Whether the baseline responded in more than half of its repetitions.
  public let baselineHasResponded: Bool
  /// The same of the candidate.
  public let candidateHasResponded: Bool
  /// How the baseline's second response parts from its first; nil where it was asked once.
  let baselineParting: Parting?
  /// How the candidate's first response parts from the baseline's.
  let candidateParting: Parting
  /// The first error of either side.
  public let error: String?
  /// The first response of the baseline, at most 200 characters of it.
  public let baselineText: String?
  /// The first response of the candidate, at most 200 characters of it.
  public let candidateText: String?

  /// Which way it flipped, if it did.
  public var flip: Flip? {
    guard let baselineIsRight, let candidateIsRight, baselineIsRight != candidateIsRight else { return nil }
    return baselineIsRight ? .worse : .better
  }

  /// Compares.
  ///
  /// - Parameters:
  ///   - baseline: What the baseline said.
  ///   - candidate: What the candidate said.
  ///   - nearTie: The margin up to which a divergence is a near tie, in nats.
  init(baseline: CaseResponses, candidate: CaseResponses, nearTie: Double) {
    id = baseline.id
    let (own, others) = (baseline.compared, candidate.compared)
    let pairs = Array(zip(own, others))
    // Judged over as many repetitions of both: one in two is another rule than one in one.
    let repetitions = pairs.count
    let texts = pairs.map { ($0.text, $1.text) }
    let whole = texts.compactMap { first, second in first.flatMap { first in second.map { (first, $0) } } }
    let count = Double(max(pairs.count, 1))
    exactMatch = Double(whole.count { TextDivergence.isExactMatch($0, $1) }) / count
    normalizedMatch = Double(whole.count { CaseExpectation.matches($0, $1) }) / count
    similarity = whole.reduce(0) { $0 + Self.similarity($1.0, $1.1) } / count
    let lengths = whole.map { (Double($0.unicodeScalars.count), Double($1.unicodeScalars.count)) }
    lengthRatio = lengths.isEmpty ? nil : lengths.reduce(0) { $0 + $1.1 } / lengths.reduce(0) { $0 + $1.0 }
    divergence =
      pairs.lazy.filter { $0.text != nil && $1.text != nil }
      .compactMap { FirstDivergence(baseline: $0.response, candidate: $1.response, nearTie: nearTie) }.first
    baselineIsRight = baseline.isRight(in: repetitions)
    candidateIsRight = candidate.isRight(in: repetitions)
    baselineHasResponded = baseline.hasResponded
    candidateHasResponded = candidate.hasResponded
    baselineParting =
      baseline.alone.count > 1 ? Parting(baseline.alone[0], baseline.alone[1], nearTie: nearTie) : nil
    candidateParting = pairs.first.map { Parting($0, $1, nearTie: nearTie) } ?? .missing
    error = (own + others).lazy.compactMap(\.response.error).first.map { Excerpt.of($0, limit: 200) }
    baselineText = own.first?.text.map { Excerpt.of($0, limit: 200) }
    candidateText = others.first?.text.map { Excerpt.of($0, limit: 200) }
  }

  /// Time grows with the product of the lengths, so that only a part of very long texts is compared.
  private static func similarity(_ first: String, _ second: String) -> Double {
    func beginning(_ text: String) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.prefix(65_536)))
    }
    return TextSimilarity(beginning(first), beginning(second)).ratio
  }

  /// How a response parts from another one.
  enum Parting {
    /// It does not.
    case none
    /// Where rounding decides.
    case nearTie
    /// Where the first was sure.
    case defect
    /// At a place whose log-probabilities are not known.
    case unknown
    /// One of both is missing.
    case missing

    init(_ first: JudgedResponse, _ second: JudgedResponse, nearTie: Double) {
      guard first.text != nil, second.text != nil else {
        self = first.text == nil && second.text == nil ? .none : .missing
        return
      }
      switch FirstDivergence(baseline: first.response, candidate: second.response, nearTie: nearTie)?.kind {
      case nil: self = .none
      case .nearTie: self = .nearTie
      case .defect: self = .defect
      case .unknown: self = .unknown
      }
    }
  }
}

extension JudgedResponse {
  /// Whether two responses are equal scalar by scalar; requests that failed are not.
  func isSame(as other: JudgedResponse) -> Bool {
    guard let text, let second = other.text else { return false }
    return TextDivergence.isExactMatch(text, second)
  }
}
