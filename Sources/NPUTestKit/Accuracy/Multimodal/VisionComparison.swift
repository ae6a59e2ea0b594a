internal import NPUBase
public import NPUMetrics

/// Whether a candidate sees what its baseline sees: keywords of both sides over the same images, and how far their
/// responses agree.
public struct VisionComparison: Sendable, Hashable {
  /// What the baseline is.
  public let baseline: String
  /// What the candidate is.
  public let candidate: String
  /// The cases, in their order.
  public let cases: [VisionCaseComparison]
  /// The cases that one side alone has.
  public let missing: [String]
  /// The flips of the cases with keywords, and of those without that the candidate alone failed; nil if there is none.
  public let flips: FlipComparison?
  /// What it comes to.
  public let verdict: AccuracyVerdict

  /// Judges compared cases.
  ///
  /// - Parameters:
  ///   - baseline: What the baseline is.
  ///   - candidate: What the candidate is.
  ///   - cases: The compared cases.
  ///   - missing: The cases that one side alone has.
  ///   - tolerance: The share of right responses that may be lost, above 0 and below 1.
  /// - Throws: `StatisticsError` if the tolerance is outside its range.
  public init(
    baseline: String, candidate: String, cases: [VisionCaseComparison], missing: [String] = [],
    tolerance: Double = 0.05
  ) throws(StatisticsError) {
    self.baseline = baseline
    self.candidate = candidate
    self.cases = cases
    self.missing = missing
    let judged = cases.filter { $0.isBaselineRight != nil && $0.isCandidateRight != nil }
    flips =
      judged.isEmpty
      ? nil
      : try FlipComparison(
        PairedFlips(
          baseline: judged.map { $0.isBaselineRight ?? false }, candidate: judged.map { $0.isCandidateRight ?? false }),
        tolerance: tolerance)
    let compared = cases.filter { $0.baselineFault == nil }
    // Of a part of the cases equality is no fact of the whole.
    let areEqual = missing.isEmpty && !compared.isEmpty && compared.allSatisfy(\.agrees)
    verdict = areEqual && flips?.flips.flips ?? 0 == 0 ? .same : flips?.verdict ?? .undecided
  }

  /// How many cases without keywords the candidate failed and the baseline did not.
  public var failedWithoutKeywords: Int { cases.count { !$0.hasKeywords && $0.isCandidateRight == false } }

  /// The share of cases in which both responses are the same text, 0 to 1; nil without a case that the baseline
  /// responded to.
  public var agreement: Double? { share(\.agrees) }

  /// The share of these cases in which the first responses are the same letter by letter, 0 to 1.
  public var exactMatch: Double? { share(\.isExact) }

  private func share(_ holds: KeyPath<VisionCaseComparison, Bool>) -> Double? {
    let compared = cases.filter { $0.baselineFault == nil }
    return compared.isEmpty ? nil : Double(compared.count { $0[keyPath: holds] }) / Double(compared.count)
  }

  /// The mean similarity of the responses, 0 to 1; nil without a case that has both.
  public var similarity: Double? {
    let values = cases.compactMap(\.similarity)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// Why, with the numbers, and what to do where it is open.
  public var reason: String {
    if verdict == .same, agreement == 1 {
      let count = cases.count { $0.baselineFault == nil }
      let shown = flips?.minimumDetectableLoss.map {
        " So many cases show a loss of \(NumberText.percent($0)) and more four times in five."
      }
      return "Both sides respond with the same text in all \(count) cases." + (shown ?? "")
    }
    if !cases.isEmpty, agreement == nil { return "No case could be compared; see the reasons of the cases." }
    guard let flips else {
      return "No case has keywords, and \(NumberText.percent(agreement)) of the responses agree; say what right "
        + "responses name to know which side is right."
    }
    let counts = flips.flips
    let others = failedWithoutKeywords
    let judged = others > 0 ? "with keywords, or without that the candidate failed (\(others))," : "with keywords"
    var text =
      "Of \(counts.cases) cases \(judged) the candidate lost \(counts.worse) and won \(counts.better) "
      + "(p = \(NumberText.fixed(flips.pValue, decimals: 4))): a loss of \(NumberText.percent(counts.loss)), "
      + "\(NumberText.percent(flips.loss.low)) to \(NumberText.percent(flips.loss.high)) with 95 % confidence."
    guard verdict == .undecided else { return text }
    if let loss = flips.minimumDetectableLoss {
      text += " So many cases show a loss of \(NumberText.percent(loss)) and more four times in five."
    }
    if let tolerance = flips.tolerance, let needed = flips.casesNeeded() {
      text += " \(needed) would show one of \(NumberText.percent(tolerance))."
    }
    return text
  }
}

extension VisionComparison {
  /// Asks two sides about images and compares their responses.
  ///
  /// - Parameters:
  ///   - cases: The questions.
  ///   - baseline: The side that is the measure.
  ///   - candidate: The side that is judged.
  ///   - repeats: How often the baseline is asked each question.
  ///   - concurrency: How many cases are asked at a time.
  ///   - tolerance: The share of right responses that may be lost, above 0 and below 1.
  ///   - progress: Is told after each case how many are done.
  /// - Returns: The comparison.
  /// - Throws: ``AccuracyError``, `StatisticsError`; `CancellationError`.
  public static func run(
    _ cases: [VisionCase], baseline: ComparedSide<VisionCase>, candidate: ComparedSide<VisionCase>, repeats: Int = 1,
    concurrency: Int = 1, tolerance: Double = 0.05, progress: @escaping (Int) -> Void = { _ in }
  ) async throws -> VisionComparison {
    let comparison = SideComparison(
      baseline: baseline, candidate: candidate, repeats: repeats, concurrency: concurrency)
    let result = try await comparison.run(cases, progress: progress) { asked, own, other in
      VisionCaseComparison(asked, baseline: own, candidate: other)
    }
    return try VisionComparison(
      baseline: baseline.name, candidate: candidate.name, cases: result.compared, missing: result.missing,
      tolerance: tolerance)
  }
}
