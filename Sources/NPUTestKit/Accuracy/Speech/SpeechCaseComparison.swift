internal import NPUMetrics

/// The sounds of both sides for one text.
public struct SpeechCaseComparison: Sendable, Hashable {
  /// The case.
  public let asked: SpeechCase
  /// How like the first sounds of both sides are; nil where one of them is missing.
  public let scores: SpeechScores?
  /// How like the baseline's first sound the others are, by log-mel distance; nil if the case is not judged.
  public let similarity: SimilarityCase?
  /// Why the case is not judged: the baseline's sound is missing, damaged or silent.
  public let baselineFault: CaseFault?
  /// Why the candidate's sound cannot be compared, which counts against the candidate.
  public let candidateFault: CaseFault?
  /// What was heard in both sounds; nil where nobody listened, or who listened failed.
  public let heard: TranscriptionCaseComparison?
  /// Why nothing was heard, though there was somebody to listen: that says nothing of either side.
  public let listenerFault: CaseFault?
  /// Whether the first sounds of both sides are the same bytes.
  public let isExact: Bool

  /// Compares the responses to a case.
  ///
  /// - Parameters:
  ///   - asked: The case.
  ///   - baseline: The responses of the baseline, one at least.
  ///   - candidate: The responses of the candidate, one at least.
  ///   - heard: What was heard in both.
  ///   - listenerFault: Why who listened failed.
  ///   - scale: By what sounds are compared.
  public init(
    _ asked: SpeechCase, baseline: [CaseResponse], candidate: [CaseResponse],
    heard: TranscriptionCaseComparison? = nil, listenerFault: CaseFault? = nil, scale: SimilarityScale = .logMel()
  ) {
    self.asked = asked
    self.heard = heard
    self.listenerFault = listenerFault
    let (file, other) = (baseline.first?.file, candidate.first?.file)
    isExact = file != nil && file == other
    let second = candidate.first.map(ComparableSpeech.clip) ?? .failure(.none)
    let reference: AudioClip
    switch baseline.first.map(ComparableSpeech.clip) ?? .failure(.none) {
    case .success(let clip): reference = clip
    case .failure(let fault):
      baselineFault = fault
      (scores, similarity) = (nil, nil)
      if case .failure(let fault) = second { candidateFault = fault } else { candidateFault = nil }
      return
    }
    baselineFault = nil
    var scores: SpeechScores?
    switch second {
    case .success(let clip):
      var fault: CaseFault?
      do throws(AudioError) { scores = try SpeechScores(reference, clip) } catch {
        fault = CaseFault(kind: error.kind.rawValue, message: error.message)
      }
      candidateFault = fault
    case .failure(let fault): candidateFault = fault
    }
    self.scores = scores
    func likeness(_ response: CaseResponse) -> Double {
      guard case .success(let clip) = ComparableSpeech.clip(of: response),
        let distance = try? LogMelDistance(reference: reference, candidate: clip)
      else { return scale.failed }
      return distance.distanceToTheEnd
    }
    similarity = SimilarityCase(
      own: baseline.dropFirst().map(likeness),
      candidate: [scores?.distanceToTheEnd ?? scale.failed] + candidate.dropFirst().map(likeness))
  }
}
