internal import NPUBase

/// Whether a language model service is as good as its baseline, by their responses to the same cases.
///
/// ```swift
/// let comparison = try LanguageModelComparison(
///   baseline: ComparedService(name: "GPU", recorded: Recording(folder: "gpu").cases),
///   candidate: ComparedService(name: "NPU", recorded: Recording(folder: "npu").cases), tolerance: 0.01)
/// print(comparison.verdict, comparison.reason)
/// ```
public struct LanguageModelComparison: Sendable, Hashable {
  /// What was decided by, besides equality.
  public enum Basis: String, Sendable, Hashable, CaseIterable {
    /// Right and wrong cases.
    case correctness
    /// Cases with a response and cases without, where nothing is judged.
    case responses
    /// Cases in which the candidate parts from the baseline, against those in which the baseline parts from itself.
    case ownNoise = "own_noise"
  }

  /// What the baseline is called.
  public let baseline: String
  /// What the candidate is called.
  public let candidate: String
  /// What it comes to.
  public let verdict: AccuracyVerdict
  /// Why, in words with the numbers.
  public let reason: String
  /// The cases of the baseline, in its order.
  public let cases: [CaseComparison]
  /// The mean share of equal responses.
  public let exactMatch: Double
  /// The mean share of responses that are equal in folded form.
  public let normalizedMatch: Double
  /// The mean similarity, 0 to 1.
  public let similarity: Double
  /// The median of the ratios of lengths; nil without a pair of responses.
  public let lengthRatio: Double?
  /// The exact test on flips; nil where there is nothing to count them by.
  public let flips: FlipComparison?
  /// What the flips are of; nil without them.
  public let basis: Basis?
  /// What a rule "so many points below the baseline" would do; nil without a tolerance or without judged cases.
  public let toleranceRule: ToleranceRule?
  /// Cases with a judgement on both sides.
  public let judged: Int
  /// The share of judged responses that are right, over all repetitions.
  public let baselineScore: Double?
  /// The same of the candidate.
  public let candidateScore: Double?
  /// The share of judged responses of the baseline that are right, by repetition: how much the score varies by itself.
  public let baselineScores: [Double]
  /// The same of the candidate.
  public let candidateScores: [Double]
  /// Requests without a response.
  public let baselineFailed: Int
  /// The same of the candidate.
  public let candidateFailed: Int
  /// Cases that only the baseline has: the candidate lacks a response to them, which counts as one that failed.
  public let onlyInBaseline: [String]
  /// Cases that only the candidate has; they are not compared.
  public let onlyInCandidate: [String]
  /// The noise of the baseline; nil where it was asked once.
  public let baselineDeterminism: Determinism?
  /// The noise of the candidate; nil where it was asked once.
  public let candidateDeterminism: Determinism?
  /// How far the log-probabilities are apart; nil without them.
  public let logprobs: LogprobComparison?

  /// Compares.
  ///
  /// - Parameters:
  ///   - baseline: What is good.
  ///   - candidate: What is to be judged.
  ///   - tolerance: The least loss, or gain, that matters, as a share of the cases.
  ///   - nearTie: The margin up to which a divergence is a near tie, in nats.
  ///   - scored: The baseline's responses as both services score them, where they were asked to; otherwise the
  ///     log-probabilities of the responses up to the first different token are compared.
  /// - Throws: ``AccuracyError``: no case in common, a case that asks something else on each side, or the baseline
  ///   responded to none. ``NPUMetrics/StatisticsError`` for a tolerance out of range.
  public init(
    baseline: ComparedService, candidate: ComparedService, tolerance: Double? = nil,
    nearTie: Double = FirstDivergence.defaultNearTie, scored: [ScoredResponse] = []
  ) throws {
    let others = Dictionary(candidate.cases.map { ($0.id, $0) }) { first, _ in first }
    let own = Set(baseline.cases.map(\.id))
    onlyInBaseline = baseline.cases.map(\.id).filter { others[$0] == nil }
    let further = candidate.cases.filter { !own.contains($0.id) }
    onlyInCandidate = further.map(\.id)
    try Self.check(baseline, candidate, baseline.cases.compactMap { entry in others[entry.id].map { (entry, $0) } })
    // A service that was not asked, or whose failures were not kept, has not shown that it can respond.
    let pairs = baseline.cases.map { ($0, others[$0.id] ?? .lacking($0)) }
    let cases = pairs.map { CaseComparison(baseline: $0, candidate: $1, nearTie: nearTie) }
    let count = Double(cases.count)
    self.baseline = baseline.name
    self.candidate = candidate.name
    self.cases = cases
    exactMatch = cases.reduce(0) { $0 + $1.exactMatch } / count
    normalizedMatch = cases.reduce(0) { $0 + $1.normalizedMatch } / count
    similarity = cases.reduce(0) { $0 + $1.similarity } / count
    lengthRatio = cases.compactMap(\.lengthRatio).filter(\.isFinite).sorted().median
    let decision = try ComparisonDecision(
      cases, lackingInBaseline: further.count(where: \.hasResponded), tolerance: tolerance)
    verdict = decision.verdict
    reason = decision.reason
    flips = decision.flips
    basis = decision.basis
    toleranceRule = decision.rule
    judged = decision.judged
    let (first, second) = (pairs.map(\.0.compared), pairs.map(\.1.compared))
    baselineScores = Self.scores(first)
    candidateScores = Self.scores(second)
    baselineScore = Self.score(first.flatMap { $0 })
    candidateScore = Self.score(second.flatMap { $0 })
    baselineFailed = first.reduce(0) { $0 + $1.count { $0.text == nil } }
    candidateFailed = second.reduce(0) { $0 + $1.count { $0.text == nil } }
    baselineDeterminism = Determinism(baseline)
    candidateDeterminism = Determinism(candidate)
    logprobs = LogprobComparison(pairs, scored: scored)
  }

  /// The least loss that so many cases show in four of five comparisons; nil where they show none.
  public var minimumDetectableLoss: Double? {
    if let flips { return flips.minimumDetectableLoss }
    let none = try? FlipComparison(PairedFlips(worse: 0, better: 0, cases: cases.count))
    return none?.minimumDetectableLoss
  }

  /// The standard deviation of the baseline's score over its repetitions, divisor n - 1; nil for fewer than two.
  public var baselineScoreDeviation: Double? { Self.deviation(of: baselineScores) }
  /// The same of the candidate.
  public var candidateScoreDeviation: Double? { Self.deviation(of: candidateScores) }

  private static func deviation(of scores: [Double]) -> Double? {
    guard scores.count > 1 else { return nil }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(scores.count - 1)).squareRoot()
  }

  /// Divergences of a kind.
  public func divergences(_ kind: FirstDivergence.Kind) -> Int { cases.count { $0.divergence?.kind == kind } }

  private static func check(
    _ baseline: ComparedService, _ candidate: ComparedService, _ pairs: [(CaseResponses, CaseResponses)]
  ) throws(AccuracyError) {
    guard !pairs.isEmpty else {
      let examples = [baseline, candidate].map { side in
        side.cases.first.map { "\"\(Excerpt.of($0.id, limit: 40))\"" } ?? "none"
      }
      throw AccuracyError(
        kind: .noCases,
        message: "no case is on both sides: the baseline has \(baseline.cases.count), such as \(examples[0]), and the "
          + "candidate \(candidate.cases.count), such as \(examples[1]); cases are paired by their id")
    }
    for (own, other) in pairs {
      guard let first = own.request, let second = other.request,
        CanonicalJSON.text(of: first) != CanonicalJSON.text(of: second)
      else { continue }
      throw AccuracyError(
        kind: .changedCase,
        message:
          "case \"\(Excerpt.of(own.id, limit: 100))\" asks something else on each side; give changed cases another "
          + "id, or ask both sides again")
    }
    guard pairs.contains(where: { pair in pair.0.compared.contains { $0.text != nil } }) else {
      let error = pairs.lazy.compactMap { $0.0.compared.lazy.compactMap(\.response.error).first }.first
      throw AccuracyError(
        kind: .noCases,
        message: "the baseline responded to none of \(pairs.count) cases"
          + (error.map { ": \(Excerpt.of($0, limit: 300))" } ?? "; there is nothing to compare with"))
    }
  }

  private static func score(_ responses: [JudgedResponse]) -> Double? {
    let judged = responses.filter { $0.isRight != nil }
    return judged.isEmpty ? nil : Double(judged.count { $0.isRight == true && $0.text != nil }) / Double(judged.count)
  }

  private static func scores(_ cases: [[JudgedResponse]]) -> [Double] {
    (0..<(cases.map(\.count).max() ?? 0)).compactMap { repetition in
      score(cases.compactMap { $0.indices.contains(repetition) ? $0[repetition] : nil })
    }
  }
}

extension [Double] {
  /// The middle of sorted numbers; nil without one.
  fileprivate var median: Double? {
    guard !isEmpty else { return nil }
    return count % 2 == 1 ? self[count / 2] : (self[count / 2 - 1] + self[count / 2]) / 2
  }
}
