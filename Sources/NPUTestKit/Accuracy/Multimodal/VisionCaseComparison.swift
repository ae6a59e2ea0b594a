internal import NPUMetrics

/// The responses of both sides to one question about an image.
public struct VisionCaseComparison: Sendable, Hashable {
  /// The case.
  public let asked: VisionCase
  /// The baseline's first response.
  public let baselineText: String?
  /// The candidate's first response.
  public let candidateText: String?
  /// Why the baseline has none; the case is then not judged.
  public let baselineFault: CaseFault?
  /// Why the candidate has none, which counts as wrong.
  public let candidateFault: CaseFault?
  /// Whether the case has keywords; one of white space alone is none.
  public let hasKeywords: Bool
  /// Whether the baseline names the keywords in more than half of as many responses as both sides have, without those
  /// that the baseline failed; nil where the baseline failed first, and without keywords.
  ///
  /// Without keywords it is right to respond where the candidate failed.
  public let isBaselineRight: Bool?
  /// The same of the candidate; a response that failed is wrong.
  public let isCandidateRight: Bool?
  /// Whether both sides' responses are the same texts, one by one, in folded form.
  ///
  /// The form is that of ``NPUMetrics/FoldingNormalizer``. Empty ones agree with nothing.
  public let agrees: Bool
  /// Whether the first responses of both sides are the same text, letter by letter.
  public let isExact: Bool
  /// How much the texts of both share, 0 to 1, as the mean over their responses; nil where there are no two.
  public let similarity: Double?
  /// Whether the baseline's responses agree with the first of them, without those that it failed; nil for fewer than
  /// two.
  public let baselineRepeatsItself: Bool?

  /// Compares the responses to a case.
  ///
  /// - Parameters:
  ///   - asked: The case.
  ///   - baseline: The responses of the baseline, one at least.
  ///   - candidate: The responses of the candidate, one at least.
  public init(_ asked: VisionCase, baseline: [CaseResponse], candidate: [CaseResponse]) {
    self.asked = asked
    baselineFault = baseline.first?.fault
    candidateFault = candidate.first?.fault
    let (first, second) = (baseline.first?.response.text, candidate.first?.response.text)
    baselineText = first
    candidateText = second
    isExact = first != nil && first == second
    // What the baseline failed says nothing of the candidate.
    let pairs = zip(baseline, candidate).filter { $0.0.fault == nil }.map { own, other in
      (own.response.text, other.fault == nil ? other.response.text : nil)
    }
    let isJudged = baselineFault == nil && !pairs.isEmpty
    // An empty keyword is in every text.
    let keywords = asked.keywords.filter { !$0.allSatisfy(\.isWhitespace) }
    hasKeywords = !keywords.isEmpty
    func isRight(_ texts: [String?]) -> Bool {
      2 * texts.count { $0.map { CaseExpectation.holds(keywords, $0) } ?? false } > texts.count
    }
    let candidateFailed = 2 * pairs.count { $0.1 != nil } <= pairs.count
    if isJudged, !keywords.isEmpty || candidateFailed {
      isBaselineRight = isRight(pairs.map { $0.0 })
      isCandidateRight = isRight(pairs.map { $0.1 })
    } else {
      (isBaselineRight, isCandidateRight) = (nil, nil)
    }
    agrees = isJudged && pairs.allSatisfy { Self.agree($0.0, $0.1) }
    let ratios = pairs.compactMap { own, other in
      own.flatMap { own in other.map { TextSimilarity(own, $0).ratio } }
    }
    similarity = ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count)
    let own = baseline.filter { $0.fault == nil }.map(\.response.text)
    baselineRepeatsItself = own.count > 1 ? own.dropFirst().allSatisfy { Self.agree(own[0], $0) } : nil
  }

  private static func agree(_ first: String?, _ second: String?) -> Bool {
    guard let first, let second, !first.isEmpty, !second.isEmpty else { return false }
    return CaseExpectation.matches(first, second)
  }
}
