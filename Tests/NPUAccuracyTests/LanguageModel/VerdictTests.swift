import NPUAccuracy
import NPUBase
import NPUMetrics
import Testing

@Suite("The verdict on a language model service")
struct VerdictTests {
  /// The number of flips to the worse at which the verdict turns, for so many cases, flips to the better and tolerance.
  @Test(
    "The verdict turns at the number of flips that the exact test and the interval say",
    arguments: [
      // Six flips of one side are the fewest whose two-sided p-value is below 0.05: 2 / 2^6 = 0.031.
      (cases: 30, better: 0, tolerance: nil as Double?, worse: 6, before: AccuracyVerdict.undecided),
      (cases: 200, better: 0, tolerance: nil, worse: 6, before: .undecided),
      // With noise in the other direction it takes more: 9 against 1 is 0.021, 8 against 1 is 0.039.
      (cases: 200, better: 1, tolerance: nil, worse: 8, before: .undecided),
      (cases: 200, better: 5, tolerance: nil, worse: 15, before: .undecided),
      // Far more than 6 flips are significant here, but up to 80 a loss of 5 % is ruled out: same within the tolerance.
      (cases: 2000, better: 0, tolerance: 0.05, worse: 81, before: .same),
    ])
  func threshold(cases: Int, better: Int, tolerance: Double?, worse: Int, before: AccuracyVerdict) throws {
    func verdict(_ worse: Int) throws -> AccuracyVerdict {
      let pair = SampleServices.pair(worse: worse, better: better, cases: cases)
      return try LanguageModelComparison(
        baseline: pair.baseline, candidate: pair.candidate, tolerance: tolerance
      ).verdict
    }
    #expect(try verdict(worse - 1) == before)
    #expect(try verdict(worse) == .worse)
    // The other way round it is the same number.
    let pair = SampleServices.pair(worse: better, better: worse, cases: cases)
    let reversed = try LanguageModelComparison(
      baseline: pair.baseline, candidate: pair.candidate, tolerance: tolerance)
    #expect(reversed.verdict == .better)
  }

  @Test("Enough cases without many flips are the same, and few are undecided with what they could have shown")
  func sameAndUndecided() throws {
    let many = SampleServices.pair(worse: 3, better: 2, cases: 2000)
    #expect(try LanguageModelComparison(baseline: many.baseline, candidate: many.candidate).verdict == .same)
    let few = SampleServices.pair(worse: 3, better: 0, cases: 30)
    let comparison = try LanguageModelComparison(baseline: few.baseline, candidate: few.candidate, tolerance: 0.1)
    #expect(comparison.verdict == .undecided)
    let least = try #require(comparison.flips?.minimumDetectableLoss)
    #expect(least > 0.15 && least < 0.3)
    #expect(comparison.reason.contains("show a loss of"))
    #expect(comparison.reason.contains("cases."))
    #expect(comparison.reason.contains(#"A plain rule "at most 10 % below the baseline" over 30 cases passes"#))
  }

  @Test("30 questions and a tolerance of 10 points pass a true loss of 10 points nearly two times in three")
  func toleranceRule() throws {
    let baseline = SampleServices.service("b", (0..<30).map { $0 < 28 }, texts: { "b\($0)" })
    let candidate = SampleServices.service("c", (0..<30).map { $0 < 27 }, texts: { "c\($0)" })
    let rule = try #require(
      try LanguageModelComparison(baseline: baseline, candidate: candidate, tolerance: 0.1).toleranceRule)
    let probability = rule.passProbability(atLoss: 0.1)
    #expect(probability > 0.6 && probability < 0.67)
  }

  /// The verdict on two services that get each case right with some probability, each for itself, without what a
  /// comparison says beside it: hundreds are drawn.
  private static func verdict(cases: Int, right: Double, loss: Double, seed: UInt64) throws -> AccuracyVerdict {
    var generator = SeededGenerator(seed: seed)
    func draw(_ probability: Double) -> [Bool] {
      (0..<cases).map { _ in Double(generator.integer(in: 0...999_999)) < probability * 1_000_000 }
    }
    let flips = try PairedFlips(baseline: draw(right), candidate: draw(right - loss))
    let interval = try LossInterval(flips)
    return AccuracyVerdict(
      loss: flips.loss, isSignificant: flips.pValue < 0.05, low: interval.low, high: interval.high, tolerance: nil)
  }

  @Test("Equal services are called worse or better in no more than 5 % of 200 comparisons")
  func falseAlarms() throws {
    var alarms = 0
    for seed in 0..<200 as Range<UInt64> {
      let verdict = try Self.verdict(cases: 120, right: 0.8, loss: 0, seed: seed)
      if verdict == .worse || verdict == .better { alarms += 1 }
    }
    #expect(alarms <= 10)
  }

  @Test("A loss is found as often as the power promises")
  func power() throws {
    let (right, loss, cases) = (0.8, 0.12, 250)
    // Flips to the better without a loss: the baseline is wrong, and the candidate right.
    let noise = (1 - right) * (right - loss)
    let promised = try FlipPower(noise: noise).probability(ofFinding: loss, in: cases)
    var found = 0
    for seed in 1000..<1200 as Range<UInt64> {
      if try Self.verdict(cases: cases, right: right, loss: loss, seed: seed) == .worse { found += 1 }
    }
    // Three standard errors of 200 draws are at most 0.106.
    #expect(abs(Double(found) / 200 - promised) < 0.106)
  }

  @Test("Responses that differ without a judgement are no loss, and equal ones are the same")
  func unjudged() throws {
    let baseline = SampleServices.service("b", [nil, nil, nil])
    let equal = try LanguageModelComparison(
      baseline: baseline, candidate: SampleServices.service("c", [nil, nil, nil]))
    #expect(equal.verdict == .same)
    #expect(equal.exactMatch == 1 && equal.flips == nil && equal.judged == 0)
    let other = SampleServices.service("c", [nil, nil, nil], texts: { $0 == 0 ? "other" : "t\($0)" })
    let different = try LanguageModelComparison(baseline: baseline, candidate: other)
    #expect(different.verdict == .undecided)
    #expect(different.reason.contains("references") && different.reason.contains("--repeats 2"))
    #expect(abs(different.exactMatch - 2.0 / 3) < 1e-12)
  }

  /// A response of one token whose rival is so far away; nil gives no log-probabilities.
  private static func response(_ text: String, margin: Double?) -> JudgedResponse {
    let tokens = margin.map { margin in
      let top = ["a": -0.5, "b": -0.5 - margin, "c": -0.5 - margin]
      return [RecordedToken(token: text, logprob: top[text], top: top)]
    }
    return JudgedResponse(RecordedResponse(text: text, tokens: tokens))
  }

  /// A baseline that parts from itself in the last cases, and a candidate that parts from it in the first.
  private static func services(
    parting: Int, noisy: Int, of cases: Int, margin: Double?
  ) -> (ComparedService, ComparedService) {
    func entry(_ index: Int, _ texts: [String]) -> CaseResponses {
      CaseResponses(id: "\(index)", alone: texts.map { response($0, margin: margin) })
    }
    let baseline = (0..<cases).map { entry($0, ["a", $0 >= cases - noisy ? "b" : "a"]) }
    let candidate = (0..<cases).map { entry($0, [$0 < parting ? "c" : "a"]) }
    return (ComparedService(name: "b", cases: baseline), ComparedService(name: "c", cases: candidate))
  }

  @Test(
    "Against the baseline's own noise only what parts more often counts, and near ties on neither side",
    arguments: [
      // Sure tokens that turn are a loss; without log-probabilities they may be near ties.
      (12, 1, 3.0, AccuracyVerdict.worse), (12, 1, nil, .undecided), (12, 10, 3.0, .undecided),
      // Near ties are no loss of the candidate, and no win where they are the baseline's.
      (12, 1, 0.1, .undecided), (1, 20, 0.1, .undecided), (1, 20, 3.0, .better),
    ] as [(Int, Int, Double?, AccuracyVerdict)])
  func ownNoise(parting: Int, noisy: Int, margin: Double?, verdict: AccuracyVerdict) throws {
    let (baseline, candidate) = Self.services(parting: parting, noisy: noisy, of: 100, margin: margin)
    let comparison = try LanguageModelComparison(baseline: baseline, candidate: candidate)
    #expect(comparison.verdict == verdict, "\(comparison.reason)")
    #expect(comparison.basis == .ownNoise)
    #expect(comparison.baselineDeterminism?.equalAlone == 100 - noisy)
    #expect((margin == nil) == comparison.reason.contains("--logprobs"))
  }

  @Test("Equal services that part by chance are not called worse or better beyond the stated level")
  func ownNoiseFalseAlarms() throws {
    var alarms = 0
    // Small ones: what a comparison says beside its verdict takes time.
    for seed in 0..<60 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      func entry(_ index: Int, _ count: Int) -> CaseResponses {
        CaseResponses(
          id: "\(index)",
          alone: (0..<count).map { _ in Self.response(generator.uniform() < 0.1 ? "b" : "a", margin: 3) })
      }
      let baseline = ComparedService(name: "b", cases: (0..<120).map { entry($0, 2) })
      let candidate = ComparedService(name: "c", cases: (0..<120).map { entry($0, 1) })
      let verdict = try LanguageModelComparison(baseline: baseline, candidate: candidate).verdict
      if verdict == .worse || verdict == .better { alarms += 1 }
    }
    // More than 7 of 60 at a level of 5 % are found in 1 of 100 runs.
    #expect(alarms <= 7)
  }

  @Test("A baseline that seldom repeats itself says nothing, and the reason says so")
  func alwaysNoisy() throws {
    let (baseline, candidate) = Self.services(parting: 50, noisy: 60, of: 100, margin: nil)
    let comparison = try LanguageModelComparison(baseline: baseline, candidate: candidate)
    #expect(comparison.verdict == .undecided)
    #expect(comparison.reason.contains("repeats itself in 40 of 100"))
  }

  @Test("Responses that the candidate lacks make it worse, whatever is judged of the others")
  func missingResponses() throws {
    var baseline = SampleServices.service("b", Array(repeating: true, count: 400))
    var candidate = SampleServices.service("c", Array(repeating: true, count: 400))
    for index in 400..<500 {
      baseline.cases.append(
        CaseResponses(id: "\(index)", alone: [JudgedResponse(RecordedResponse(text: "t"))]))
      candidate.cases.append(
        CaseResponses(id: "\(index)", alone: [JudgedResponse(RecordedResponse(error: "http_503: busy"))]))
    }
    let comparison = try LanguageModelComparison(baseline: baseline, candidate: candidate)
    #expect(comparison.verdict == .worse)
    #expect(comparison.basis == .responses)
    #expect(comparison.flips?.flips.worse == 100)
  }

  /// A service that gives one text, right or unjudged, to some of the cases and has no response to the others.
  private static func service(_ count: Int, isRight: Bool?, without missing: Range<Int> = 0..<0) -> ComparedService {
    ComparedService(
      name: "s",
      cases: (0..<count).map { index in
        let response = missing.contains(index) ? RecordedResponse(error: "http_503: busy") : RecordedResponse(text: "t")
        return CaseResponses(
          id: "\(index)", alone: [JudgedResponse(response, isRight: isRight.map { $0 && !missing.contains(index) })])
      })
  }

  @Test(
    "What a candidate lacks counts however it is missing, and what the baseline lacks is no gain",
    arguments: [
      // Of a thousand cases the candidate has one: that it is equal says nothing of the others.
      (1000, 1, 0..<0, AccuracyVerdict.worse), (20, 16, 0..<0, .undecided), (20, 14, 0..<0, .worse),
      (100, 100, 0..<6, .undecided), (100, 100, 0..<40, .undecided),
    ] as [(Int, Int, Range<Int>, AccuracyVerdict)])
  func lacking(cases: Int, had: Int, lackedByBaseline: Range<Int>, verdict: AccuracyVerdict) throws {
    for isRight in [nil, true] as [Bool?] {
      let baseline = Self.service(cases, isRight: isRight, without: lackedByBaseline)
      var candidate = Self.service(cases, isRight: isRight)
      candidate.cases.removeLast(cases - had)
      let comparison = try LanguageModelComparison(baseline: baseline, candidate: candidate)
      #expect(comparison.verdict == verdict, "\(String(describing: isRight)): \(comparison.reason)")
    }
  }

  @Test("A loss is found beside a baseline that fails more often than the candidate is wrong")
  func hiddenLoss() throws {
    let baseline = Self.service(100, isRight: true, without: 0..<30)
    var candidate = Self.service(100, isRight: true)
    for index in 88..<100 {
      candidate.cases[index].alone = [JudgedResponse(RecordedResponse(text: "no"), isRight: false)]
    }
    let comparison = try LanguageModelComparison(baseline: baseline, candidate: candidate)
    #expect(comparison.verdict == .worse, "\(comparison.reason)")
    #expect(comparison.flips?.flips == (try PairedFlips(worse: 12, better: 0, cases: 70)))
  }

  @Test("A case is judged over as many repetitions of both sides")
  func unequalRepetitions() throws {
    func side(_ name: String, _ right: [Bool]) -> ComparedService {
      ComparedService(
        name: name,
        cases: [
          CaseResponses(id: "1", alone: right.map { JudgedResponse(RecordedResponse(text: "\($0)"), isRight: $0) })
        ])
    }
    let comparison = try LanguageModelComparison(baseline: side("b", [true]), candidate: side("c", [true, false]))
    #expect(comparison.cases.first?.flip == nil)
    #expect(comparison.candidateScoreDeviation.map { abs($0 - 0.5.squareRoot()) < 1e-12 } == true)
  }

  @Test("A case that asks something else on each side is refused")
  func changedCase() {
    func side(_ prompt: String) -> ComparedService {
      ComparedService(
        name: prompt,
        cases: [
          CaseResponses(
            id: "1", request: ["prompt": .string(prompt)], alone: [JudgedResponse(RecordedResponse(text: "t"))])
        ])
    }
    #expect(throws: AccuracyError.self) { try LanguageModelComparison(baseline: side("a"), candidate: side("b")) }
  }

  @Test(
    "Keywords are whole words where the script has words",
    arguments: [
      ("42", "It is 42.", true), ("42", "It is 142.", false), ("42", "420", false), ("Au", "Au", true),
      ("Au", "Because it is silver: Ag", false), ("北京", "中国的首都是北京。", true), ("H2O", "h2o", true),
    ])
  func keywords(keyword: String, response: String, isRight: Bool) {
    #expect(CaseExpectation(keywords: [keyword]).isMet(by: response) == isRight)
  }

  @Test("An empty keyword is none", arguments: [[""], [" ", ""], []])
  func emptyKeywords(_ keywords: [String]) {
    #expect(CaseExpectation(keywords: keywords).isMet(by: "anything") == nil)
    #expect(CaseExpectation(keywords: keywords + ["Paris"]).isMet(by: "anything") == false)
  }

  @Test("A request that failed is wrong on its side, and counted apart")
  func failures() throws {
    var candidate = SampleServices.service("c", Array(repeating: true, count: 40))
    for index in 0..<8 {
      candidate.cases[index].alone = [JudgedResponse(RecordedResponse(error: "http_503: busy"), isRight: true)]
    }
    let judged = try LanguageModelComparison(
      baseline: SampleServices.service("b", Array(repeating: true, count: 40)), candidate: candidate)
    #expect(judged.verdict == .worse)
    #expect(judged.flips?.flips.worse == 8)
    #expect(judged.candidateFailed == 8 && judged.baselineFailed == 0)
    #expect(judged.cases[0].error == "http_503: busy")
    for index in candidate.cases.indices { candidate.cases[index].alone[0].isRight = nil }
    let unjudged = try LanguageModelComparison(
      baseline: SampleServices.service("b", Array(repeating: nil, count: 40)), candidate: candidate)
    #expect(unjudged.verdict == .worse)
    #expect(unjudged.basis == .responses)
    #expect(throws: AccuracyError.self) {
      var dead = SampleServices.service("b", [nil])
      dead.cases[0].alone[0].response = RecordedResponse(error: "refused")
      _ = try LanguageModelComparison(baseline: dead, candidate: SampleServices.service("c", [nil]))
    }
  }

  @Test("Repetitions of a case are one case: right in more than half of them")
  func repetitions() throws {
    func service(_ right: [[Bool]]) -> ComparedService {
      ComparedService(
        name: "s",
        cases: right.enumerated().map { index, right in
          CaseResponses(
            id: "\(index)", alone: right.map { JudgedResponse(RecordedResponse(text: "\($0)"), isRight: $0) })
        })
    }
    let comparison = try LanguageModelComparison(
      baseline: service([[true, true, true], [true, true, false], [true, false, false], [true, true, true]]),
      candidate: service([[false, false, false], [true, false, false], [true, true, false], [true, true, true]]))
    #expect(comparison.flips?.flips == (try PairedFlips(worse: 2, better: 1, cases: 4)))
    #expect(comparison.baselineScores == [1, 0.75, 0.5])
    #expect(comparison.baselineScore == 0.75)
  }

  @Test("Cases of one side are named, those that the candidate lacks count against it, and none in common is an error")
  func unpaired() throws {
    let own = SampleServices.service("b", [true, true, true])
    var other = SampleServices.service("c", [true, true])
    other.cases[1].id = "new"
    let comparison = try LanguageModelComparison(baseline: own, candidate: other)
    #expect(comparison.cases.map(\.id) == ["case 0", "case 1", "case 2"])
    #expect(comparison.cases.map(\.candidateIsRight) == [true, false, false])
    #expect(comparison.onlyInBaseline == ["case 1", "case 2"])
    #expect(comparison.onlyInCandidate == ["new"])
    other.cases.removeFirst()
    let error = #expect(throws: AccuracyError.self) { try LanguageModelComparison(baseline: own, candidate: other) }
    #expect(error?.kind == .noCases)
  }
}
