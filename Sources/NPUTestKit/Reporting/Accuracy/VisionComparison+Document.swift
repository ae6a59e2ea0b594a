public import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

extension VisionComparison {
  /// The comparison as a report shows it.
  public var document: ComparisonDocument {
    var figures: [ComparisonDocument.Figure] = [
      .init("cases", "\(cases.count), with keywords \(cases.count { $0.hasKeywords && $0.baselineFault == nil })"),
      .init("right, baseline", share(\.isBaselineRight)), .init("right, candidate", share(\.isCandidateRight)),
      .init("responses that agree", NumberText.percent(agreement)),
      .init("similarity", NumberText.fixed(similarity, decimals: 4)),
    ]
    let repeated = cases.compactMap(\.baselineRepeatsItself)
    if !repeated.isEmpty {
      let unequal = repeated.count { !$0 }
      figures.append(.init("baseline contradicts itself", "in \(unequal) of \(repeated.count) cases"))
    }
    let failed = cases.count { $0.baselineFault != nil }
    let lost = failedWithoutKeywords
    let notes: [String?] = [
      failed > 0 ? "\(failed) cases that the baseline failed are not judged." : nil,
      lost > 0 ? "\(lost) cases without keywords that the candidate failed count as lost." : nil,
    ]
    if let loss = flips?.minimumDetectableLoss {
      figures.append(.init("minimum detectable loss", NumberText.percent(loss)))
    }
    return ComparisonDocument(
      title: "Multimodal", baseline: baseline, candidate: candidate, verdict: verdict, reason: reason,
      figures: figures, columns: ["baseline", "candidate", "similarity"], cases: cases.map(shown), missing: missing,
      notes: notes.compactMap(\.self),
      common: .init(
        exactMatch: exactMatch, normalizedMatch: agreement, similarity: similarity, flips: flips?.flips,
        minimumDetectableLoss: flips?.minimumDetectableLoss),
      json: [
        "kind": "vision", "judgement": flips?.json ?? .null,
        "cases_needed": .count(flips.flatMap { $0.casesNeeded() }), "results": .array(cases.map(json)),
      ])
  }

  private func share(_ isRight: KeyPath<VisionCaseComparison, Bool?>) -> String {
    let judged = cases.compactMap { $0[keyPath: isRight] }
    return judged.isEmpty ? NumberText.undefined : "\(judged.count { $0 }) of \(judged.count)"
  }

  private func shown(_ compared: VisionCaseComparison) -> ComparisonDocument.Case {
    let outcome: ComparisonDocument.CaseOutcome =
      switch (compared.isBaselineRight, compared.isCandidateRight) {
      case (true?, false?): .bad
      case (nil, _), (_, nil): compared.agrees ? .good : .unjudged
      default: .good
      }
    let faults = String.faults(compared.baselineFault, compared.candidateFault)
    let text = compared.candidateText.map { Excerpt.of($0, limit: 60) } ?? ""
    func word(_ isRight: Bool?) -> String { isRight.map { $0 ? "right" : "wrong" } ?? NumberText.undefined }
    return ComparisonDocument.Case(
      id: compared.asked.id, outcome: outcome, reason: faults.isEmpty && outcome == .bad ? "says: \(text)" : faults,
      cells: [
        word(compared.isBaselineRight), word(compared.isCandidateRight),
        NumberText.fixed(compared.similarity, decimals: 3),
      ])
  }

  private func json(_ compared: VisionCaseComparison) -> JSONValue {
    func flag(_ value: Bool?) -> JSONValue { value.map { .bool($0) } ?? .null }
    return [
      "id": .string(compared.asked.id), "question": .string(compared.asked.question),
      "keywords": .array(compared.asked.keywords.map { .string($0) }), "baseline": .text(compared.baselineText),
      "candidate": .text(compared.candidateText), "baseline_right": flag(compared.isBaselineRight),
      "candidate_right": flag(compared.isCandidateRight), "agrees": .bool(compared.agrees),
      "similarity": .number(compared.similarity), "baseline_fault": .fault(compared.baselineFault),
      "candidate_fault": .fault(compared.candidateFault),
    ]
  }
}
