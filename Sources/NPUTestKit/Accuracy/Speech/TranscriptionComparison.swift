public import NPUMetrics
public import NPUServices

/// Whether a candidate writes speech down as well as its baseline: error rates of both against what was said.
///
/// The verdict is that of the characters, as in the rule of the guides; the words are judged beside it. A
/// candidate that failed wrote nothing down, and all that was said counts as its errors; what the baseline failed is not
/// judged.
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

  /// Judges compared cases.
  ///
  /// Where the truth of some cases is known, these decide; else all do. Those that the baseline failed never do.
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
    let known = cases.filter(\.hasTruth)
    let judged = (known.isEmpty ? cases : known).filter { $0.characters != nil }
    let areEqual = !judged.isEmpty && judged.allSatisfy(\.isEqual)
    characters = try RateJudgement(
      judged.compactMap(\.characters), name: "CER", hasTruth: !known.isEmpty, areEqual: areEqual, tolerance: tolerance,
      bootstrap: bootstrap)
    words = try RateJudgement(
      judged.compactMap(\.words), name: "WER", hasTruth: !known.isEmpty, areEqual: areEqual, tolerance: tolerance,
      bootstrap: bootstrap)
  }

  /// What it comes to.
  public var verdict: AccuracyVerdict { characters.verdict }

  /// Why, with the numbers.
  public var reason: String { characters.reason }

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
