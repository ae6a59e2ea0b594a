public import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

extension LanguageModelComparison {
  /// How many cases a report lists one by one: those that flipped, failed or differ come first.
  public static let listedCases = 1000

  /// The comparison as one JSON object, the verdict first.
  ///
  /// Shares are 0 to 1, log-probabilities in nats; what is not known is null. `flips.p_value` is that of
  /// ``NPUMetrics/PairedFlips/pValue``, and null where there are no flips to count.
  ///
  /// - Parameters:
  ///   - limit: How many cases are listed at most.
  ///   - notes: What else is to be said.
  /// - Returns: The text.
  public func json(cases limit: Int = listedCases, notes: [String] = []) -> String {
    var json = JSONByteWriter()
    json.beginObject()
    json.member("verdict", verdict.rawValue)
    json.member("cases", cases.count)
    json.member("exact_match", exactMatch)
    json.member("normalized_match", normalizedMatch)
    json.member("similarity", similarity)
    json.key("flips")
    json.beginObject()
    json.member("worse", flips?.flips.worse ?? 0)
    json.member("better", flips?.flips.better ?? 0)
    json.member("p_value", flips?.pValue)
    json.endObject()
    json.member("minimum_detectable_loss", minimumDetectableLoss)
    json.member("reason", reason)
    writeDecision(to: &json)
    writeScores(to: &json)
    writeDivergences(to: &json)
    writeDeterminism(to: &json)
    if let logprobs {
      json.key("logprobs")
      logprobs.write(to: &json)
    }
    json.key("case_list")
    json.beginArray()
    for entry in listed(limit) { entry.write(to: &json) }
    json.endArray()
    json.list("notes", notes)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// The cases that a report lists: what parts most first, in the order of the baseline among equals.
  func listed(_ limit: Int) -> [CaseComparison] {
    func rank(_ entry: CaseComparison) -> Int {
      if entry.flip == .worse { return 0 }
      if entry.flip == .better { return 1 }
      if !entry.baselineHasResponded || !entry.candidateHasResponded { return 2 }
      return entry.exactMatch < 1 ? 3 : 4
    }
    return Array(
      cases.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.prefix(limit)
        .map(\.element))
  }

  private func writeDecision(to json: inout JSONByteWriter) {
    json.member("basis", basis?.rawValue)
    json.member("tolerance", flips?.tolerance)
    json.member("significance", flips?.significance)
    json.key("loss")
    if let loss = flips?.loss {
      json.beginObject()
      json.member("estimate", loss.estimate)
      json.member("low", loss.low)
      json.member("high", loss.high)
      json.endObject()
    } else {
      json.null()
    }
    json.member("cases_needed", flips?.casesNeeded())
    json.member("tolerance_rule_pass_probability", toleranceRule.map { $0.passProbability(atLoss: $0.tolerance) })
    json.member("baseline", baseline)
    json.member("candidate", candidate)
  }

  private func writeScores(to json: inout JSONByteWriter) {
    json.member("judged", judged)
    json.member("baseline_score", baselineScore)
    json.member("candidate_score", candidateScore)
    json.list("baseline_scores", baselineScores)
    json.list("candidate_scores", candidateScores)
    json.member("baseline_score_deviation", baselineScoreDeviation)
    json.member("candidate_score_deviation", candidateScoreDeviation)
    json.key("failed")
    json.beginObject()
    json.member("baseline", baselineFailed)
    json.member("candidate", candidateFailed)
    json.endObject()
    for (name, ids) in [("baseline", onlyInBaseline), ("candidate", onlyInCandidate)] {
      json.member("only_in_\(name)", ids.count)
      json.list("only_in_\(name)_ids", Array(ids.prefix(Self.listedCases)))
    }
    json.member("length_ratio", lengthRatio)
  }

  private func writeDivergences(to json: inout JSONByteWriter) {
    json.key("divergences")
    json.beginObject()
    json.member("parted", cases.count { $0.divergence != nil })
    for kind in FirstDivergence.Kind.allCases { json.member(kind.rawValue, divergences(kind)) }
    json.endObject()
  }

  private func writeDeterminism(to json: inout JSONByteWriter) {
    guard baselineDeterminism != nil || candidateDeterminism != nil else { return }
    json.key("determinism")
    json.beginObject()
    for (name, noise) in [("baseline", baselineDeterminism), ("candidate", candidateDeterminism)] {
      json.key(name)
      guard let noise else {
        json.null()
        continue
      }
      json.beginObject()
      json.member("repeated", noise.repeated)
      json.member("equal_alone", noise.equalAlone)
      json.member("loaded", noise.loaded)
      json.member("equal_among_others", noise.equalAmongOthers)
      json.member("p_value", noise.flips?.pValue)
      json.endObject()
    }
    json.endObject()
  }
}

extension CaseComparison {
  fileprivate func write(to json: inout JSONByteWriter) {
    json.beginObject()
    json.member("id", id)
    json.member("exact_match", exactMatch)
    json.member("normalized_match", normalizedMatch)
    json.member("similarity", similarity)
    json.member("length_ratio", lengthRatio)
    json.member("baseline_right", baselineIsRight)
    json.member("candidate_right", candidateIsRight)
    json.member("flip", flip?.rawValue)
    json.member("error", error)
    json.member("baseline_text", baselineText)
    json.member("candidate_text", candidateText)
    if let divergence {
      json.key("divergence")
      json.beginObject()
      json.member("character", divergence.scalarIndex)
      json.member("token", divergence.tokenIndex)
      json.member("baseline", divergence.baseline)
      json.member("candidate", divergence.candidate)
      json.member("margin", divergence.margin)
      json.member("margin_is_at_least", divergence.marginIsAtLeast)
      json.member("kind", divergence.kind.rawValue)
      json.endObject()
    }
    json.endObject()
  }
}

extension LogprobComparison {
  fileprivate func write(to json: inout JSONByteWriter) {
    json.beginObject()
    json.member("source", source.rawValue)
    json.member("responses", responses)
    json.member("coverage", coverage)
    all.writeMembers(to: &json)
    for (name, bands) in [("by_position", byPosition), ("by_length", byLength)] {
      json.key(name)
      json.beginArray()
      for band in bands {
        json.beginObject()
        json.member("from", band.from)
        json.member("to", band.to)
        band.figures.writeMembers(to: &json)
        json.endObject()
      }
      json.endArray()
    }
    for (name, figures) in [("baseline", baselineUnderLoad), ("candidate", candidateUnderLoad)] {
      guard let figures else { continue }
      json.key("\(name)_under_load")
      json.beginObject()
      figures.writeMembers(to: &json)
      json.endObject()
    }
    json.endObject()
  }
}

extension LogprobFigures {
  fileprivate func writeMembers(to json: inout JSONByteWriter) {
    json.member("places", places)
    json.member("baseline_perplexity", baselinePerplexity)
    json.member("candidate_perplexity", candidatePerplexity)
    json.member("perplexity_ratio", perplexityRatio)
    json.member("drift", drift)
    json.member("max_drift", maxDrift)
    json.member("top1_agreement", divergence?.top1Agreement)
    json.member("top_agreement", topAgreement)
    json.member("kl", divergence?.meanKLGroups)
    json.member("max_kl", divergence?.maxKLGroups)
  }
}

extension JSONByteWriter {
  mutating func member(_ name: String, _ value: String?) { with(name, value) { $0.value($1) } }
  mutating func member(_ name: String, _ value: Int?) { with(name, value) { $0.value($1) } }
  mutating func member(_ name: String, _ value: Double?) { with(name, value) { $0.value($1) } }
  mutating func member(_ name: String, _ value: Bool?) { with(name, value) { $0.value($1) } }

  mutating func list(_ name: String, _ values: [String]) { elements(name, values) { $0.value($1) } }
  mutating func list(_ name: String, _ values: [Double]) { elements(name, values) { $0.value($1) } }

  private mutating func with<Value>(_ name: String, _ value: Value?, _ write: (inout Self, Value) -> Void) {
    key(name)
    if let value { write(&self, value) } else { null() }
  }

  private mutating func elements<Value>(_ name: String, _ values: [Value], _ write: (inout Self, Value) -> Void) {
    key(name)
    beginArray()
    for value in values { write(&self, value) }
    endArray()
  }
}
