public import NPUAccuracy
internal import NPUBase
internal import NPUMetrics
internal import NPUServices

extension TranscriptionComparison {
  /// The comparison as a report shows it.
  public var document: ComparisonDocument {
    ComparisonDocument(
      title: "Transcription", baseline: baseline, candidate: candidate, verdict: verdict, reason: reason,
      figures: figures, columns: ["CER baseline", "CER candidate", "WER baseline", "WER candidate"],
      cases: cases.map(shown), missing: missing, notes: notes,
      common: .init(
        exactMatch: share { $0.baselineText == $0.candidateText }, normalizedMatch: share(\.isEqual),
        similarity: similarity, minimumDetectableLoss: characters.minimumDetectableDifference),
      json: jsonMembers.merging(["kind": "transcription", "results": .array(cases.map(json))]) { $1 })
  }

  /// A share of the cases that the baseline responded to; a candidate that failed is equal to nothing.
  private func share(_ holds: (TranscriptionCaseComparison) -> Bool) -> Double? {
    let judged = cases.filter { $0.baselineFault == nil }
    return judged.isEmpty
      ? nil : Double(judged.count { $0.candidateFault == nil && holds($0) }) / Double(judged.count)
  }

  /// The mean similarity of the first transcriptions; nil without a case that has both.
  private var similarity: Double? {
    let values = cases.compactMap(\.similarity)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The figures of the comparison.
  var figures: [ComparisonDocument.Figure] {
    var figures: [ComparisonDocument.Figure] = [
      .init(
        "cases", "\(cases.count), with a truth \(cases.count(where: \.hasTruth)), judged \(characters.cases)"),
      .init("normaliser", normalization.rawValue), .init("CER", characters.text), .init("WER", words.text),
    ]
    if let passes = characters.passesPlainRule {
      figures.append(
        .init("CER difference below \(NumberText.percent(characters.tolerance))", passes ? "yes" : "no"))
    }
    if let least = characters.minimumDetectableDifference {
      figures.append(.init("minimum detectable difference", NumberText.percent(least)))
    }
    let repeated = repeated
    if repeated.cases > 0 {
      figures.append(.init("baseline contradicts itself", "in \(repeated.unequal) of \(repeated.cases) cases"))
    }
    return figures
  }

  private var notes: [String] {
    let failed = cases.count { $0.baselineFault != nil }
    let unjudged = failed > 0 ? ["\(failed) cases that the baseline failed are not judged."] : []
    let unknown = cases.count { !$0.hasTruth && $0.baselineFault == nil }
    guard unknown > 0 else { return unjudged }
    return unjudged + [
      overall == nil
        ? "What is said is not known, so the baseline's transcriptions stand in for it: rates are those of the "
          + "difference, and say nothing of who is right."
        : "\(unknown) cases without a truth are not in the rates; where the candidate differs from the baseline in "
          + "them or failed, they keep the verdict from being same or better."
    ]
  }

  /// The members of the comparison in JSON, but for the cases.
  var jsonMembers: [String: JSONValue] {
    [
      "normalizer": .string(normalization.rawValue), "cer": characters.json, "wer": words.json,
      "minimum_detectable_difference": .number(characters.minimumDetectableDifference),
      "cases_needed": .count(characters.casesNeeded), "tolerance": .number(characters.tolerance),
      "judged": .int(Int64(characters.cases)), "with_truth": .int(Int64(cases.count(where: \.hasTruth))),
      "overall": overall.map(\.json) ?? .null,
    ]
  }

  private func shown(_ compared: TranscriptionCaseComparison) -> ComparisonDocument.Case {
    let loss = compared.characters.map { $0.candidateErrors - $0.baselineErrors }
    let isCounted = loss != nil && characters.basis != .nothing
    func rate(_ pair: PairedRateDifference.Case?, _ errors: KeyPath<PairedRateDifference.Case, Int>) -> String {
      guard let pair, pair.length > 0 else { return NumberText.undefined }
      return NumberText.percent(Double(pair[keyPath: errors]) / Double(pair.length))
    }
    let heard = compared.candidateText.map { Excerpt.of($0, limit: 60) } ?? ""
    let faults = String.faults(compared.baselineFault, compared.candidateFault)
    let isBad = (loss ?? 0) > 0 || loss != nil && compared.candidateFault != nil
    let words = compared.hearsNothing ? "neither side heard a word" : isBad ? "heard: \(heard)" : ""
    return ComparisonDocument.Case(
      id: compared.id, outcome: !isCounted ? .unjudged : isBad ? .bad : .good,
      reason: faults.isEmpty ? words : faults,
      cells: [
        rate(compared.characters, \.baselineErrors), rate(compared.characters, \.candidateErrors),
        rate(compared.words, \.baselineErrors), rate(compared.words, \.candidateErrors),
      ])
  }

  /// A case in JSON.
  func json(_ compared: TranscriptionCaseComparison) -> JSONValue {
    func pair(_ pair: PairedRateDifference.Case?) -> JSONValue {
      guard let pair else { return .null }
      return [
        "baseline_errors": .int(Int64(pair.baselineErrors)), "candidate_errors": .int(Int64(pair.candidateErrors)),
        "length": .int(Int64(pair.length)),
      ]
    }
    return [
      "id": .string(compared.id), "reference": .text(compared.reference), "baseline": .text(compared.baselineText),
      "candidate": .text(compared.candidateText), "characters": pair(compared.characters),
      "words": pair(compared.words), "equal": .bool(compared.isEqual),
      "baseline_fault": .fault(compared.baselineFault), "candidate_fault": .fault(compared.candidateFault),
    ]
  }
}

extension RateJudgement {
  /// Both rates and their difference in a line.
  fileprivate var text: String {
    guard let difference else { return NumberText.undefined }
    let interval = difference.difference
    return "\(NumberText.percent(difference.candidateRate)) against \(NumberText.percent(difference.baselineRate)), "
      + "difference \(NumberText.percent(interval.low)) to \(NumberText.percent(interval.high)): \(verdict.rawValue)"
  }

  /// The judgement as a JSON object.
  fileprivate var json: JSONValue {
    [
      "baseline": .number(difference?.baselineRate), "candidate": .number(difference?.candidateRate),
      "difference": .number(difference?.difference.estimate), "low": .number(difference?.difference.low),
      "high": .number(difference?.difference.high), "confidence": .number(difference?.difference.confidence),
      "p_value": .number(difference?.pValue),
      "basis": .string(basis.rawValue), "verdict": .string(verdict.rawValue), "cases": .int(Int64(cases)),
      "passes_plain_rule": passesPlainRule.map { .bool($0) } ?? .null,
    ]
  }
}

extension JSONValue {
  /// A text; null for none.
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
