public import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

extension SpeechComparison {
  /// The comparison as a report shows it.
  public var document: ComparisonDocument {
    var members: [String: JSONValue] = [
      "kind": "speech", "judged": .int(Int64(sound.cases)),
      "distance_db": .number(mean(\.distance)), "distance_to_the_end_db": .number(mean(\.distanceToTheEnd)),
      "duration_ratio": .number(mean(\.durationRatio)), "level_difference_db": .number(mean(\.levelDifference)),
      "sound": sound.json, "heard": .null, "cases_needed": .count(sound.casesNeeded),
      "listener_failed": .int(Int64(unheard.count)), "results": .array(cases.map(json)),
    ]
    if let heard {
      members["heard"] = .object(heard.jsonMembers.merging(["verdict": .string(heard.verdict.rawValue)]) { $1 })
    }
    return ComparisonDocument(
      title: "Speech", baseline: baseline, candidate: candidate, verdict: verdict, reason: reason,
      figures: figures, columns: ["distance dB", "to the end", "length", "level dB", "own dB", "CER heard"],
      cases: cases.map(shown), missing: missing,
      notes: notes,
      common: .init(
        exactMatch: exactMatch, flips: sound.flips?.flips, minimumDetectableLoss: sound.minimumDetectableLoss),
      json: members)
  }

  /// The share of the cases that are judged whose first sounds are the same bytes.
  private var exactMatch: Double? {
    let judged = cases.filter { $0.similarity != nil }
    return judged.isEmpty ? nil : Double(judged.count(where: \.isExact)) / Double(judged.count)
  }

  /// Why who listened failed, case by case.
  private var unheard: [CaseFault] { cases.compactMap(\.listenerFault) }

  private var notes: [String] {
    if let first = unheard.first {
      let kinds = Set(unheard.map(\.kind)).sorted().joined(separator: ", ")
      return [
        "In \(unheard.count) of \(cases.count) cases the transcription service failed (\(kinds)): \(first.message). They "
          + "are not counted in what was heard, for they say nothing of either side."
      ]
    }
    return heard == nil ? ["Nobody listened: --transcription-url shows what is heard in the sounds."] : []
  }

  private var figures: [ComparisonDocument.Figure] {
    let own: [ComparisonDocument.Figure] = [
      .init("cases", "\(cases.count), judged \(sound.cases)"),
      .init("log-mel distance", sound.scale.text(mean(\.distanceToTheEnd))),
      .init("length, candidate / baseline", NumberText.fixed(mean(\.durationRatio), decimals: 3)),
      .init("level difference", mean(\.levelDifference).map { NumberText.fixed($0) + " dB" } ?? NumberText.undefined),
    ]
    return own + sound.figures + (heard?.figures.filter { $0.name != "cases" } ?? [])
  }

  private func shown(_ compared: SpeechCaseComparison) -> ComparisonDocument.Case {
    let scores = compared.scores
    let heard = compared.heard?.characters.map { pair in
      pair.length == 0 ? NumberText.undefined : NumberText.percent(Double(pair.candidateErrors) / Double(pair.length))
    }
    return ComparisonDocument.Case(
      id: compared.asked.id, outcome: sound.outcome(of: compared.similarity),
      reason: .faults(compared.baselineFault, compared.candidateFault),
      cells: [
        NumberText.fixed(scores?.distance), NumberText.fixed(scores?.distanceToTheEnd),
        NumberText.fixed(scores?.durationRatio, decimals: 3), NumberText.fixed(scores?.levelDifference),
        NumberText.fixed(compared.similarity?.own.first), heard ?? NumberText.undefined,
      ])
  }

  private func json(_ compared: SpeechCaseComparison) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(compared.asked.id), "text": .string(compared.asked.text),
      "scores": (try? JSONValue(encoding: compared.scores)) ?? .null,
      "heard": compared.heard.flatMap { heard in self.heard?.json(heard) } ?? .null,
      "listener_fault": .fault(compared.listenerFault),
    ]
    members.add(compared.similarity, compared.baselineFault, compared.candidateFault, sound)
    return .object(members)
  }
}
