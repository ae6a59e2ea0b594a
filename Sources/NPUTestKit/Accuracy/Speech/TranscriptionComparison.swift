internal import NPUBase
public import NPUMetrics
public import NPUServices

/// Whether a candidate writes speech down as well as its baseline: error rates of both against what was said.
///
/// The verdict is that of the characters, as in the rule of the guides; the words are judged beside it. A
/// candidate that failed wrote nothing down, and all that was said counts as its errors; what the baseline failed is not
/// judged. Where neither side wrote a single word down, nothing is.
public struct TranscriptionComparison: Sendable, Hashable {
  /// What the baseline is.
  public let baseline: String
  /// What the candidate is.
  public let candidate: String
  /// How texts are made comparable.
  public let normalization: TranscriptErrors.Normalization
  /// The cases, in their order.
  public let cases: [TranscriptionCaseComparison]
  /// The cases that one side alone has.
  public let missing: [String]
  /// The judgement on characters.
  public let characters: RateJudgement
  /// The judgement on words.
  public let words: RateJudgement
  /// The judgement on characters over all cases, where the truth of some is known and that of others is not; nil
  /// otherwise.
  ///
  /// The baseline stands in for a truth that is not known, so that the true difference of error rates is no higher.
  public let overall: RateJudgement?

  /// Judges compared cases.
  ///
  /// Where the truth of some cases is known, these decide, and the others may still keep the verdict open; else all do.
  /// Those that the baseline failed never do.
  ///
  /// - Parameters:
  ///   - baseline: What the baseline is.
  ///   - candidate: What the candidate is.
  ///   - cases: The compared cases.
  ///   - missing: The cases that one side alone has.
  ///   - errors: How texts were made comparable.
  ///   - tolerance: The least difference of error rates that matters, above 0 and below 1.
  ///   - bootstrap: How intervals are found; nil for the default.
  /// - Throws: `StatisticsError` if the tolerance is outside its range.
  public init(
    baseline: String, candidate: String, cases: [TranscriptionCaseComparison], missing: [String] = [],
    errors: TranscriptErrors = TranscriptErrors(), tolerance: Double = 0.01, bootstrap: Bootstrap? = nil
  ) throws(StatisticsError) {
    self.baseline = baseline
    self.candidate = candidate
    self.cases = cases
    self.missing = missing
    normalization = errors.normalization
    let bootstrap = if let bootstrap { bootstrap } else { try Bootstrap() }
    var judged = cases.filter { $0.characters != nil }
    if judged.allSatisfy(\.hearsNothing) { judged = [] }
    let known = judged.filter(\.hasTruth)
    let hasTruth = !known.isEmpty
    // Of a part of the cases equality is no fact of the whole.
    let areEqual = missing.isEmpty && judged.allSatisfy(\.isEqual)
    let deciding = hasTruth ? known : judged
    characters = try RateJudgement(
      deciding.compactMap(\.characters), name: "CER", hasTruth: hasTruth, areEqual: areEqual, tolerance: tolerance,
      bootstrap: bootstrap)
    words = try RateJudgement(
      deciding.compactMap(\.words), name: "WER", hasTruth: hasTruth, areEqual: areEqual, tolerance: tolerance,
      bootstrap: bootstrap)
    overall =
      deciding.count == judged.count
      ? nil
      : try RateJudgement(
        judged.compactMap(\.characters), name: "CER", hasTruth: false, areEqual: areEqual, tolerance: tolerance,
        bootstrap: bootstrap)
  }

  /// What it comes to: that of the characters; as good or better only if the cases without a truth allow it.
  public var verdict: AccuracyVerdict { isHeldOpen ? .undecided : characters.verdict }

  /// Whether the cases without a truth keep the candidate from being as good or better.
  private var isHeldOpen: Bool {
    guard let overall, overall.verdict != .same else { return false }
    return characters.verdict == .same || characters.verdict == .better
  }

  /// Why, with the numbers.
  public var reason: String {
    guard isHeldOpen, let overall else { return characters.reason }
    let difference = overall.difference.map { " by a CER of up to \(NumberText.percent($0.difference.high))" } ?? ""
    return characters.reason
      + " But over all \(overall.cases) cases, where the baseline stands in for a truth that is not known, the "
      + "candidate may differ\(difference). Say what is said in every recording."
  }

  /// The cases in which the candidate has most errors more than the baseline, by characters.
  ///
  /// - Parameter count: How many at most.
  /// - Returns: The cases, the worst first.
  public func worst(_ count: Int) -> [TranscriptionCaseComparison] {
    func loss(_ compared: TranscriptionCaseComparison) -> Int {
      compared.characters.map { $0.candidateErrors - $0.baselineErrors } ?? 0
    }
    return Array(cases.filter { loss($0) > 0 }.sorted { loss($0) > loss($1) }.prefix(count))
  }

  /// How many cases with repeats of the baseline there are, and in how many of them it contradicts itself.
  public var repeated: (cases: Int, unequal: Int) {
    let repeated = cases.compactMap(\.baselineRepeatsItself)
    return (repeated.count, repeated.count { !$0 })
  }
}

extension TranscriptionComparison {
  /// Asks two sides for transcriptions and compares them.
  ///
  /// - Parameters:
  ///   - cases: The sounds.
  ///   - baseline: The side that is the measure.
  ///   - candidate: The side that is judged.
  ///   - repeats: How often the baseline is asked for each transcription, and the candidate once less.
  ///   - concurrency: How many cases are asked for at a time.
  ///   - errors: How texts are made comparable.
  ///   - tolerance: The least difference of error rates that matters, above 0 and below 1.
  ///   - progress: Is told after each case how many are done.
  /// - Returns: The comparison.
  /// - Throws: ``AccuracyError``, `StatisticsError`, `ServiceError`; `CancellationError`.
  public static func run(
    _ cases: [TranscriptionCase], baseline: ComparedSide<TranscriptionCase>,
    candidate: ComparedSide<TranscriptionCase>, repeats: Int = 1, concurrency: Int = 1,
    errors: TranscriptErrors = TranscriptErrors(), tolerance: Double = 0.01,
    progress: @escaping (Int) -> Void = { _ in }
  ) async throws -> TranscriptionComparison {
    let comparison = SideComparison(
      baseline: baseline, candidate: candidate, repeats: repeats, concurrency: concurrency)
    let result = try await comparison.run(cases, progress: progress) { asked, own, other in
      try TranscriptionCaseComparison(asked, baseline: own, candidate: other, errors: errors)
    }
    return try TranscriptionComparison(
      baseline: baseline.name, candidate: candidate.name, cases: result.compared, missing: result.missing,
      errors: errors, tolerance: tolerance)
  }
}
