public import NPUMetrics
public import NPUServices

/// Whether a candidate speaks as its baseline does: how like its sounds are, and whether what is heard in them is still
/// the text.
public struct SpeechComparison: Sendable, Hashable {
  /// What the baseline is.
  public let baseline: String
  /// What the candidate is.
  public let candidate: String
  /// The cases, in their order.
  public let cases: [SpeechCaseComparison]
  /// The cases that one side alone has.
  public let missing: [String]
  /// The judgement on the sounds.
  public let sound: SimilarityJudgement
  /// The judgement on what is heard in them; nil where nobody listened.
  ///
  /// A case whose listener failed is not in it.
  public let heard: TranscriptionComparison?

  /// Judges compared cases.
  ///
  /// - Parameters:
  ///   - baseline: What the baseline is.
  ///   - candidate: What the candidate is.
  ///   - cases: The compared cases.
  ///   - missing: The cases that one side alone has.
  ///   - scale: By what sounds are compared; log-mel distance.
  ///   - errors: How texts were made comparable.
  ///   - soundTolerance: The share of cases whose sound may be bad, above 0 and below 1.
  ///   - rateTolerance: The least difference of error rates that matters, above 0 and below 1.
  /// - Throws: `StatisticsError` if a tolerance is outside its range.
  public init(
    baseline: String, candidate: String, cases: [SpeechCaseComparison], missing: [String] = [],
    scale: SimilarityScale = .logMel(), errors: TranscriptErrors = TranscriptErrors(), soundTolerance: Double = 0.05,
    rateTolerance: Double = 0.01
  ) throws(StatisticsError) {
    self.baseline = baseline
    self.candidate = candidate
    self.cases = cases
    self.missing = missing
    sound = try SimilarityJudgement(
      cases.compactMap(\.similarity), scale: scale, tolerance: soundTolerance, isWhole: missing.isEmpty)
    let heard = cases.compactMap(\.heard)
    self.heard =
      heard.isEmpty && cases.allSatisfy { $0.listenerFault == nil }
      ? nil
      : try TranscriptionComparison(
        baseline: baseline, candidate: candidate, cases: heard, missing: missing, errors: errors,
        tolerance: rateTolerance)
  }

  /// What it comes to: that of the sounds and of what is heard in them, the worse of both.
  ///
  /// Worse is worse in either; what is open in either is undecided; better takes one that is better and none that is
  /// not as good.
  public var verdict: AccuracyVerdict {
    let verdicts = [sound.verdict] + (heard.map { [$0.verdict] } ?? [])
    return [AccuracyVerdict.worse, .undecided, .better].first(where: verdicts.contains) ?? .same
  }

  /// Why, with the numbers.
  public var reason: String {
    guard let heard else { return sound.reason }
    return "Sound, \(sound.verdict.rawValue): \(sound.reason) Heard, \(heard.verdict.rawValue): \(heard.reason)"
  }

  /// The mean of a figure over the cases that have it; nil where none does.
  public func mean(_ figure: KeyPath<SpeechScores, Double>) -> Double? {
    let values = cases.compactMap { $0.scores?[keyPath: figure] }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

extension SpeechComparison {
  /// Has texts spoken by two sides and compares the sounds.
  ///
  /// - Parameters:
  ///   - cases: The texts.
  ///   - baseline: The side that is the measure.
  ///   - candidate: The side that is judged.
  ///   - listener: Writes down what is heard in the sounds of both; nil where nobody does.
  ///   - listening: What every request to the listener has in common.
  ///   - repeats: How often the baseline speaks each text: twice shows its own noise.
  ///   - concurrency: How many cases are asked for at a time.
  ///   - scale: By what sounds are compared.
  ///   - errors: How texts are made comparable.
  ///   - soundTolerance: The share of cases whose sound may be bad, above 0 and below 1.
  ///   - rateTolerance: The least difference of error rates that matters, above 0 and below 1.
  ///   - progress: Is told after each case how many are done.
  /// - Returns: The comparison.
  /// - Throws: ``AccuracyError``, `StatisticsError`, `ServiceError`; `CancellationError`.
  public static func run(
    _ cases: [SpeechCase], baseline: ComparedSide<SpeechCase>, candidate: ComparedSide<SpeechCase>,
    listener: TranscriptionClient? = nil, listening: TranscriptionRequest = TranscriptionRequest(audio: .bytes([])),
    repeats: Int = 2, concurrency: Int = 1, scale: SimilarityScale = .logMel(),
    errors: TranscriptErrors = TranscriptErrors(), soundTolerance: Double = 0.05, rateTolerance: Double = 0.01,
    progress: @escaping (Int) -> Void = { _ in }
  ) async throws -> SpeechComparison {
    let comparison = SideComparison(
      baseline: baseline, candidate: candidate, repeats: repeats, concurrency: concurrency)
    let result = try await comparison.run(cases, progress: progress) { asked, own, other in
      var heard: TranscriptionCaseComparison?
      var fault: CaseFault?
      if let listener, let first = own.first, let second = other.first {
        // One side after the other, so that both are heard alike.
        let said = try await listener.hear(first, listening)
        let answered = try await listener.hear(second, listening)
        fault = said.listenerFault ?? answered.listenerFault
        if fault == nil {
          let truth = TranscriptionCase(id: asked.id, audio: [], reference: asked.text)
          heard = try TranscriptionCaseComparison(
            truth, baseline: [said.heard], candidate: [answered.heard], errors: errors)
        }
      }
      return SpeechCaseComparison(
        asked, baseline: own, candidate: other, heard: heard, listenerFault: fault, scale: scale)
    }
    return try SpeechComparison(
      baseline: baseline.name, candidate: candidate.name, cases: result.compared, missing: result.missing, scale: scale,
      errors: errors, soundTolerance: soundTolerance, rateTolerance: rateTolerance)
  }
}

extension TranscriptionClient {
  /// Writes down what is heard in a response; one without a sound, or with a silent one, says nothing by its own fault.
  fileprivate func hear(
    _ response: CaseResponse, _ pattern: TranscriptionRequest
  ) async throws -> (heard: CaseResponse, listenerFault: CaseFault?) {
    if case .failure(let fault) = ComparableSpeech.clip(of: response) {
      return (CaseResponse(RecordedResponse(error: fault.recorded)), nil)
    }
    var request = pattern
    request.audio = .bytes(response.file ?? [], fileName: "speech.wav")
    let heard = try await CaseResponse.of(cleanedBy: service.redactor(over: transport)) { [request] in
      let heard = try await transcribe(request)
      return CaseResponse(RecordedResponse(text: heard.transcription.text))
    }
    return (heard, heard.fault)
  }
}
