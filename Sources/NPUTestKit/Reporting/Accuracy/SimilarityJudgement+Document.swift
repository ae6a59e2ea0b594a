internal import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

extension SimilarityJudgement {
  /// The figures of a judgement.
  var figures: [ComparisonDocument.Figure] {
    let side = scale.isHigherBetter ? "below" : "above"
    var figures: [ComparisonDocument.Figure] = [
      .init(
        "\(side) \(scale.text(limit))", "\(bad) of \(cases)\(ownBad.map { ", of the baseline's repeats \($0)" } ?? "")")
    ]
    if let spread {
      let own =
        spread.isDeterministic
        ? "equal" : "median \(scale.text(spread.median)), 19 of 20 to \(scale.text(spread.extreme))"
      figures.append(.init("baseline against itself", own))
    }
    if let loss = minimumDetectableLoss { figures.append(.init("minimum detectable loss", NumberText.percent(loss))) }
    return figures
  }

  /// How a case ended.
  func outcome(of similarity: SimilarityCase?) -> ComparisonDocument.CaseOutcome {
    guard let similarity else { return .unjudged }
    return isBad(similarity) ? .bad : .good
  }

  /// The judgement as a JSON object.
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "figure": .string(scale.name), "basis": .string(basis.rawValue), "limit": .number(limit),
      "verdict": .string(verdict.rawValue), "judged": .int(Int64(cases)), "bad": .int(Int64(bad)),
      "repeated": .int(Int64(repeated)), "own_bad": .count(ownBad), "tolerance": .number(tolerance), "share": .null,
      "flips": .null, "spread": .null,
    ]
    if let share {
      members["share"] = [
        "low": .number(share.interval.low), "high": .number(share.interval.high),
        "confidence": .number(share.interval.confidence),
      ]
    }
    if let flips { members["flips"] = flips.json }
    if let spread {
      members["spread"] = [
        "median": .number(spread.median), "extreme": .number(spread.extreme),
        "deterministic": .bool(spread.isDeterministic),
      ]
    }
    return .object(members)
  }
}

extension FlipComparison {
  /// The flips as a JSON object.
  var json: JSONValue {
    [
      "worse": .int(Int64(flips.worse)), "better": .int(Int64(flips.better)), "cases": .int(Int64(flips.cases)),
      "p_value": .number(pValue), "loss": .number(flips.loss), "low": .number(loss.low), "high": .number(loss.high),
    ]
  }
}

extension [String: JSONValue] {
  /// Adds what a case of a comparison by similarity has.
  mutating func add(
    _ similarity: SimilarityCase?, _ baselineFault: CaseFault?, _ candidateFault: CaseFault?,
    _ judgement: SimilarityJudgement
  ) {
    func list(_ values: [Double]?) -> JSONValue {
      .array((values ?? []).map { $0.isFinite ? .double($0) : .null })
    }
    self["own"] = list(similarity?.own)
    self["candidate"] = list(similarity?.candidate)
    self["outcome"] = .string(judgement.outcome(of: similarity).rawValue)
    self["baseline_fault"] = .fault(baselineFault)
    self["candidate_fault"] = .fault(candidateFault)
  }
}

extension JSONValue {
  /// A number; null for none, and for one that JSON has not.
  static func number(_ value: Double?) -> JSONValue { value.flatMap { $0.isFinite ? .double($0) : nil } ?? .null }

  /// A whole number; null for none.
  static func count(_ value: Int?) -> JSONValue { value.map { .int(Int64($0)) } ?? .null }

  /// A fault as an object; null for none.
  static func fault(_ fault: CaseFault?) -> JSONValue {
    fault.map { ["kind": .string($0.kind), "message": .string($0.message)] } ?? .null
  }

  /// What a value is in JSON.
  init(encoding value: some Encodable) throws {
    self = try JSONCoding.decode(JSONValue.self, from: try JSONCoding.encode(value))
  }
}

extension String {
  /// What is said of the faults of both sides.
  static func faults(_ baseline: CaseFault?, _ candidate: CaseFault?) -> String {
    [baseline.map { "baseline: \($0)" }, candidate.map { "candidate: \($0)" }].compactMap(\.self)
      .joined(separator: "; ")
  }
}
