internal import NPUBase
public import NPUMetrics
public import NPUServices

/// The transcriptions of both sides for one case.
public struct TranscriptionCaseComparison: Sendable, Hashable {
  /// The identity of the case.
  public let id: String
  /// What is said; nil where nobody knows, and the baseline's transcription stands in for it.
  public let reference: String?
  /// The baseline's first transcription.
  public let baselineText: String?
  /// The candidate's first transcription.
  public let candidateText: String?
  /// Why the baseline has none; the case is then not judged.
  public let baselineFault: CaseFault?
  /// Why the candidate has none; it then counts as one without a word.
  public let candidateFault: CaseFault?
  /// Errors in words, summed over as many transcriptions of both sides, without those that the baseline failed; nil if
  /// its first one did.
  public let words: PairedRateDifference.Case?
  /// The same in characters.
  public let characters: PairedRateDifference.Case?
  /// Whether all transcriptions of both sides are the same text once they are made comparable, without those that the
  /// baseline failed.
  ///
  /// Empty ones are not where something was said.
  public let isEqual: Bool
  /// Whether no transcription of either side has a word, although something was said or nobody knows what.
  public let hearsNothing: Bool
  /// How much both first transcriptions share, 0 to 1; nil where one is missing.
  public let similarity: Double?
  /// Whether the baseline's transcriptions say the same, without those that it failed; nil for fewer than two.
  public let baselineRepeatsItself: Bool?

  /// Compares the responses to a case.
  ///
  /// - Parameters:
  ///   - asked: The case.
  ///   - baseline: The responses of the baseline, one at least.
  ///   - candidate: The responses of the candidate, one at least.
  ///   - errors: How texts are made comparable.
  /// - Throws: `ServiceError` for texts that are too long to be compared.
  public init(
    _ asked: TranscriptionCase, baseline: [CaseResponse], candidate: [CaseResponse], errors: TranscriptErrors
  ) throws {
    id = asked.id
    reference = asked.reference
    baselineText = baseline.first?.response.text
    candidateText = candidate.first?.response.text
    baselineFault = baseline.first?.fault
    candidateFault = candidate.first?.fault
    let own = baseline.map { $0.response.text ?? "" }
    let other = candidate.map { $0.response.text ?? "" }
    let texts = (baseline.first?.response.text, candidate.first?.response.text)
    if let first = texts.0, let second = texts.1 {
      similarity = TextSimilarity(first, second).ratio
    } else {
      similarity = nil
    }
    // Without a truth the baseline has no errors. What it failed says nothing of the candidate.
    let truth = asked.reference ?? baselineText
    if let truth, baselineFault == nil, !baseline.isEmpty {
      var (words, characters) = (Sum(), Sum())
      for (index, second) in other.enumerated().prefix(own.count) where baseline[index].fault == nil {
        let mine = try errors.counts(reference: truth, hypothesis: asked.reference == nil ? truth : own[index])
        let theirs = try errors.counts(reference: truth, hypothesis: second)
        words.add(mine.words, theirs.words)
        characters.add(mine.characters, theirs.characters)
      }
      (self.words, self.characters) = (words.pair, characters.pair)
    } else {
      (words, characters) = (nil, nil)
    }
    func comparable(_ text: String) -> String {
      errors.normalized(text, like: truth ?? text).filter { !$0.isWhitespace }
    }
    let mine = baseline.filter { $0.fault == nil }.map { comparable($0.response.text ?? "") }
    let theirs = other.map(comparable)
    let isSilent = (mine + theirs).allSatisfy(\.isEmpty)
    hearsNothing = isSilent && asked.reference.map { !comparable($0).isEmpty } ?? true
    isEqual =
      baselineFault == nil && candidate.allSatisfy { $0.fault == nil } && Set(mine + theirs).count == 1
      && !(hearsNothing && asked.reference != nil)
    baselineRepeatsItself = mine.count > 1 ? Set(mine).count == 1 : nil
  }

  /// Whether the truth is known.
  public var hasTruth: Bool { reference != nil }

  private struct Sum {
    var pair = PairedRateDifference.Case(baselineErrors: 0, candidateErrors: 0, length: 0)

    mutating func add(_ own: EditCounts, _ other: EditCounts) {
      pair.baselineErrors += own.distance
      pair.candidateErrors += other.distance
      pair.length += own.referenceCount
    }
  }
}
