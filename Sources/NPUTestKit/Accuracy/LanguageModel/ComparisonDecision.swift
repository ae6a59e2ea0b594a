internal import NPUBase

/// What the cases of a comparison come to, and why.
///
/// In this order: responses that the candidate lacks; right and wrong cases, where any is judged; equality of all
/// responses; the baseline's own noise, where it was asked twice. Nothing else is a loss. Responses that the baseline
/// lacks are never a gain: they make a comparison with it worth less.
struct ComparisonDecision {
  private(set) var verdict: AccuracyVerdict
  private(set) var reason: String
  private(set) var basis: LanguageModelComparison.Basis?
  private(set) var flips: FlipComparison?
  private(set) var rule: ToleranceRule?
  private(set) var judged = 0

  /// - Parameters:
  ///   - cases: The cases of the baseline.
  ///   - lackingInBaseline: How many further cases the candidate responded to.
  ///   - tolerance: The least loss, or gain, that matters, as a share of the cases.
  /// - Throws: `StatisticsError` for a tolerance out of range.
  init(_ cases: [CaseComparison], lackingInBaseline: Int = 0, tolerance: Double?) throws(StatisticsError) {
    let evidence = Evidence(cases: cases, lackingInBaseline: lackingInBaseline, tolerance: tolerance)
    let responses = try evidence.responses()
    (verdict, reason) = (.undecided, "")
    judged = evidence.judgements.count
    if judged > 0 {
      try judge(evidence)
    } else if evidence.areEqual {
      (verdict, reason) = (.same, try evidence.equality())
    } else {
      try compareWithOwnNoise(evidence)
    }
    // Whatever the other cases say, a service that does not respond is worse.
    if let responses, responses.verdict == .worse, verdict != .worse {
      take(
        responses, .responses, Self.words(of: responses).judgement + (judged > 0 ? " Of those that did: " + reason : "")
      )
    }
  }

  private mutating func take(_ flips: FlipComparison, _ basis: LanguageModelComparison.Basis, _ reason: String) {
    (self.flips, self.basis, self.reason, verdict) = (flips, basis, reason, flips.verdict)
  }

  private static func words(of responses: FlipComparison) -> ComparisonReason {
    ComparisonReason(
      responses, lost: "without a response of the candidate alone", won: "without one of the baseline alone")
  }

  /// Decides by right and wrong cases.
  private mutating func judge(_ evidence: Evidence) throws(StatisticsError) {
    let judgements = evidence.judgements
    let flips = try evidence.compare(judgements.map(\.0), judgements.map(\.1))
    let score = Double(judgements.count(where: \.0)) / Double(judgements.count)
    if let tolerance = evidence.tolerance {
      rule = try ToleranceRule(cases: judgements.count, baselineScore: score, tolerance: tolerance)
    }
    let isSame = evidence.areEqual && flips.flips.flips == 0
    let words = ComparisonReason(flips, lost: "wrong with the candidate alone", won: "wrong with the baseline alone")
    var parts = [isSame ? try evidence.equality() : words.judgement]
    if let rule { parts.append(ComparisonReason.rule(rule)) }
    if judgements.count < evidence.cases.count {
      parts.append(
        "\(evidence.cases.count - judgements.count) of \(evidence.cases.count) cases are not judged on both sides.")
    }
    take(flips, .correctness, parts.joined(separator: " "))
    if isSame { verdict = .same }
    try discount(evidence, flips)
  }

  /// Takes back what the baseline's failures alone give the candidate: they are no gain, and may hide a loss.
  private mutating func discount(_ evidence: Evidence, _ all: FlipComparison) throws(StatisticsError) {
    let lacking = evidence.lackingJudgements
    let answered = evidence.judgementsOfBoth
    guard lacking > 0, !answered.isEmpty else {
      if lacking > 0, verdict == .better { verdict = .undecided }
      return
    }
    let flips = try evidence.compare(answered.map(\.0), answered.map(\.1))
    let isHidden = flips.verdict == .worse && all.verdict != .worse
    guard isHidden || all.verdict == .better && flips.verdict != .better else { return }
    let words = ComparisonReason(flips, lost: "wrong with the candidate alone", won: "wrong with the baseline alone")
    let outset = "The baseline lacks a response in \(lacking) judged cases, which is no gain of the candidate"
    if isHidden {
      take(flips, .correctness, "\(outset). Of the cases that both responded to: \(words.judgement)")
    } else {
      verdict = .undecided
      reason += " \(outset); ask it again. Of the cases that both responded to: \(words.judgement)"
    }
  }

  /// Decides by what parts more often than the baseline does from itself.
  private mutating func compareWithOwnNoise(_ evidence: Evidence) throws(StatisticsError) {
    let cases = evidence.cases
    let different = cases.count { $0.exactMatch < 1 }
    let repeats = cases.compactMap(\.baselineParting)
    guard repeats.count == cases.count else {
      reason =
        "\(different) of \(cases.count) cases have other responses, and nothing says which are right: give the cases "
        + "references, keywords or judgements, or ask the baseline twice (--repeats 2), so that its own noise is known."
      return
    }
    let equal = repeats.count { $0 == .none }
    guard 2 * equal >= cases.count else {
      reason =
        "The baseline repeats itself in \(equal) of \(cases.count) cases only, so that other responses say nothing: give "
        + "the cases references, keywords or judgements, or ask at temperature 0."
      return
    }
    // Right is who stays with the baseline's first response.
    func flips(_ parts: (CaseComparison.Parting) -> Bool) throws(StatisticsError) -> FlipComparison {
      try evidence.compare(repeats.map { !parts($0) }, cases.map { !parts($0.candidateParting) })
    }
    let certain = try flips { $0 == .defect || $0 == .missing }
    let possible = try flips { $0 == .defect || $0 == .missing || $0 == .unknown }
    let words = ComparisonReason(
      possible, lost: "parted by the candidate alone", won: "parted by the baseline's own repetition alone",
      noun: "difference")
    take(
      possible, .ownNoise,
      words.judgement
        + " A case is parted if a response is another one than the baseline's first, and not from a near tie "
        + "on; whether it is wrong needs references.")
    guard certain.verdict != possible.verdict else { return }
    verdict = .undecided
    reason +=
      " Some of these may be near ties, where rounding decides, and no loss: --logprobs tells them apart, and references "
      + "tell what is right."
  }
}

/// What the cases of a comparison say.
private struct Evidence {
  let cases: [CaseComparison]
  /// Further cases that the candidate responded to.
  let lackingInBaseline: Int
  let tolerance: Double?

  /// The cases that are judged on both sides.
  var judgements: [(Bool, Bool)] { Self.judgements(of: cases) }

  /// Those of them that both sides responded to.
  var judgementsOfBoth: [(Bool, Bool)] {
    Self.judgements(of: cases.filter { $0.baselineHasResponded && $0.candidateHasResponded })
  }

  /// How many of them lack a response of the baseline.
  var lackingJudgements: Int { Self.judgements(of: cases.filter { !$0.baselineHasResponded }).count }

  private static func judgements(of cases: [CaseComparison]) -> [(Bool, Bool)] {
    cases.compactMap { entry in entry.baselineIsRight.flatMap { own in entry.candidateIsRight.map { (own, $0) } } }
  }

  var areEqual: Bool { cases.allSatisfy { $0.exactMatch == 1 } }

  func compare(_ baseline: [Bool], _ candidate: [Bool]) throws(StatisticsError) -> FlipComparison {
    try FlipComparison(PairedFlips(baseline: baseline, candidate: candidate), tolerance: tolerance)
  }

  /// The flips of cases with and without a response, of one side alone too; nil where the candidate lacks none.
  func responses() throws(StatisticsError) -> FlipComparison? {
    guard cases.contains(where: { !$0.candidateHasResponded }) else { return nil }
    let further = [Bool](repeating: false, count: lackingInBaseline)
    return try compare(
      cases.map(\.baselineHasResponded) + further,
      cases.map(\.candidateHasResponded) + further.map { !$0 })
  }

  /// That all responses are equal, and what so many equal cases could have shown.
  func equality() throws(StatisticsError) -> String {
    let none = try FlipComparison(PairedFlips(worse: 0, better: 0, cases: cases.count), tolerance: tolerance)
    return "All responses to \(cases.count) case\(cases.count == 1 ? "" : "s") are equal, character by character. "
      + ComparisonReason(none, lost: "", won: "").minimum
  }
}

/// A comparison of flips in words.
struct ComparisonReason {
  let flips: FlipComparison
  /// What flips to the worse are.
  let lost: String
  /// What flips to the better are.
  let won: String
  /// What the balance of the flips is.
  let noun: String

  init(_ flips: FlipComparison, lost: String, won: String, noun: String = "loss") {
    (self.flips, self.lost, self.won, self.noun) = (flips, lost, won, noun)
  }

  /// What the flips say, what they could have said, and how many cases say more.
  var judgement: String {
    let counts = flips.flips
    var parts = [
      "Of \(counts.cases) cases \(counts.worse) are \(lost) and \(counts.better) are \(won): a \(noun) of "
        + "\(Self.share(counts.loss)) (\(Self.share(flips.loss.low)) to \(Self.share(flips.loss.high)) with "
        + "\(Self.share(1 - flips.significance)) confidence)."
    ]
    let margin = Self.share(flips.tolerance ?? AccuracyVerdict.defaultMargin)
    switch flips.verdict {
    case .worse, .better:
      parts.append("Equal services flip so unevenly with probability \(Self.probability(flips.pValue)).")
    case .same: parts.append("A difference of \(margin) of the cases or more is ruled out.")
    case .undecided:
      parts.append(
        "Neither a difference is shown (p = \(Self.probability(flips.pValue))), nor is one of \(margin) ruled out.")
      parts.append(minimum)
    }
    return parts.joined(separator: " ")
  }

  /// What so many cases show, and how many cases show more.
  var minimum: String {
    let margin = flips.tolerance ?? AccuracyVerdict.defaultMargin
    let chance = Self.share(flips.power.power)
    let least =
      flips.minimumDetectableLoss
      .map { "So many cases show a \(noun) of \(Self.share($0)) or more in \(chance) of runs" }
      ?? "So few cases show no \(noun) at all in \(chance) of runs"
    let needed =
      flips.casesNeeded().map { "one of \(Self.share(margin)) takes \($0) cases" }
      ?? "one of \(Self.share(margin)) takes more than a million cases"
    return "\(least); \(needed)."
  }

  /// How often a plain rule passes a service that lost as much as it tolerates.
  static func rule(_ rule: ToleranceRule) -> String {
    let points = share(rule.tolerance)
    return "A plain rule \"at most \(points) below the baseline\" over \(rule.cases) cases passes a true loss of "
      + "\(points) in \(share(rule.passProbability(atLoss: rule.tolerance))) of runs."
  }

  /// A share in per cent.
  static func share(_ value: Double) -> String {
    let text = NumberText.fixed(value * 100, decimals: 1)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
  }

  private static func probability(_ value: Double) -> String {
    value < 0.001 ? "below 0.001" : NumberText.fixed(value, decimals: 3)
  }
}
