import NPUAccuracy
import NPUBase
import NPUMetrics
import NPUReporting
import NPUServices
import Testing

@Suite("Transcriptions of two services")
struct TranscriptionComparisonTests {
  private static let text = "the quick brown fox jumps over the lazy dog"

  private func compared(
    _ baseline: String?, _ candidate: String?, truth: String? = text, id: String = "a"
  ) throws -> TranscriptionCaseComparison {
    func response(_ text: String?) -> CaseResponse {
      CaseResponse(RecordedResponse(text: text, error: text == nil ? "http_500: broken" : nil))
    }
    return try TranscriptionCaseComparison(
      TranscriptionCase(id: id, audio: [1], reference: truth), baseline: [response(baseline)],
      candidate: [response(candidate)], errors: TranscriptErrors())
  }

  private func comparison(_ cases: [TranscriptionCaseComparison]) throws -> TranscriptionComparison {
    try TranscriptionComparison(
      baseline: "gpu", candidate: "npu", cases: cases, bootstrap: try Bootstrap(resamples: 999))
  }

  @Test("Errors are counted as jiwer counts them, over normalised texts")
  func counts() throws {
    let case1 = try compared("The quick brown fox jumps over the lazy dog.", "the quick brown box jumps over lazy dog")
    #expect(case1.words == PairedRateDifference.Case(baselineErrors: 0, candidateErrors: 2, length: 9))
    #expect(case1.characters == PairedRateDifference.Case(baselineErrors: 0, candidateErrors: 4, length: 35))
    #expect(!case1.isEqual && case1.hasTruth)
    let chinese = try compared("今天的天气非常好", "今天的天汽非常好", truth: "今天的天气非常好")
    #expect(chinese.characters == PairedRateDifference.Case(baselineErrors: 0, candidateErrors: 1, length: 8))
  }

  @Test("A candidate that failed wrote nothing down, and a baseline that failed is not judged")
  func failures() throws {
    let failed = try compared(Self.text, nil)
    #expect(failed.candidateFault?.kind == "http_500")
    #expect(failed.words == PairedRateDifference.Case(baselineErrors: 0, candidateErrors: 9, length: 9))
    let unknown = try compared(nil, Self.text, truth: nil)
    #expect(unknown.characters == nil && unknown.baselineFault != nil)
    let own = try compared(nil, Self.text)
    #expect(own.characters == nil && own.words == nil && own.baselineFault?.kind == "http_500")
    // Neither credit nor difference comes of it: what is left is equal.
    let rest = try (0..<20).map { try compared($0 < 10 ? nil : Self.text, Self.text, id: "\($0)") }
    let comparison = try comparison(rest)
    #expect(comparison.verdict == .same && comparison.characters.cases == 10, "\(comparison.reason)")
    let document = comparison.document
    #expect(document.cases.count { $0.outcome == .unjudged } == 10)
    #expect(document.notes.contains { $0.contains("10 cases that the baseline failed") })
    let none = try self.comparison([own])
    #expect(none.verdict == .undecided && none.document.exitStatus == 2)
  }

  @Test("A repeat that the baseline failed is no error of the baseline")
  func failedRepeat() throws {
    let good = CaseResponse(RecordedResponse(text: Self.text))
    let bad = CaseResponse(RecordedResponse(error: "http_503: busy"))
    let repeated = try TranscriptionCaseComparison(
      TranscriptionCase(id: "a", audio: [1], reference: Self.text), baseline: [good, bad, good],
      candidate: [good, good], errors: TranscriptErrors())
    #expect(repeated.words == PairedRateDifference.Case(baselineErrors: 0, candidateErrors: 0, length: 9))
    #expect(repeated.isEqual && repeated.baselineRepeatsItself == true)
    #expect(try comparison([repeated]).verdict == .same)
    let once = try TranscriptionCaseComparison(
      TranscriptionCase(id: "a", audio: [1], reference: Self.text), baseline: [good, bad], candidate: [good],
      errors: TranscriptErrors())
    #expect(once.isEqual && once.baselineRepeatsItself == nil)
    let failed = try TranscriptionCaseComparison(
      TranscriptionCase(id: "a", audio: [1], reference: Self.text), baseline: [good, good, good],
      candidate: [good, bad], errors: TranscriptErrors())
    #expect(!failed.isEqual && failed.baselineRepeatsItself == true)
  }

  @Test("Two services that hear nothing are not the same, but where nothing is said they are")
  func nothingHeard() throws {
    for truth in [Self.text, nil] {
      let deaf = try comparison((0..<12).map { try compared("", "(music)", truth: truth, id: "\($0)") })
      #expect(deaf.characters.basis == .nothing && deaf.verdict == .undecided)
      #expect(deaf.document.exitStatus == 2)
      #expect(deaf.document.cases.allSatisfy { $0.reason.contains("neither side") })
      // One silent recording among others says something only if its text is known.
      let others = try (0..<11).map { try compared(Self.text, Self.text, truth: truth, id: "\($0)") }
      let one = try comparison(others + [try compared("", "", truth: truth, id: "s")])
      #expect(one.verdict == (truth == nil ? .same : .undecided), "\(one.reason)")
    }
    let silence = try comparison((0..<12).map { try compared("", "", truth: "", id: "\($0)") })
    #expect(silence.characters.basis == .equal && silence.verdict == .same)
  }

  @Test("Equality of a part of the cases is no fact of the whole")
  func missing() throws {
    let cases = try (0..<10).map { try compared(Self.text, Self.text, id: "\($0)") }
    #expect(try comparison(cases).verdict == .same)
    let part = try TranscriptionComparison(
      baseline: "gpu", candidate: "npu", cases: cases, missing: ["x"], bootstrap: try Bootstrap(resamples: 200))
    #expect(part.verdict == .undecided && part.document.json["on_one_side_alone"] == ["x"], "\(part.reason)")
  }

  /// How many of some cases are wrong in one word, on both sides, and what comes of it.
  struct Verdict: Sendable {
    var cases: Int
    var baseline: Int
    var candidate: Int
    var verdict: AccuracyVerdict
    var basis: RateJudgement.Basis
  }

  @Test(
    "The rule of 1 % is decided with its uncertainty",
    arguments: [
      Verdict(cases: 3, baseline: 0, candidate: 0, verdict: .same, basis: .equal),
      Verdict(cases: 5, baseline: 0, candidate: 5, verdict: .undecided, basis: .tooFew),
      Verdict(cases: 6, baseline: 0, candidate: 6, verdict: .worse, basis: .truth),
      Verdict(cases: 6, baseline: 0, candidate: 1, verdict: .undecided, basis: .truth),
      Verdict(cases: 200, baseline: 0, candidate: 2, verdict: .undecided, basis: .truth),
      Verdict(cases: 400, baseline: 0, candidate: 2, verdict: .same, basis: .truth),
      Verdict(cases: 200, baseline: 0, candidate: 80, verdict: .worse, basis: .truth),
      Verdict(cases: 200, baseline: 80, candidate: 0, verdict: .better, basis: .truth),
    ])
  func verdicts(expected: Verdict) throws {
    // One letter of 35 is 2.9 % of a case.
    let wrong = "the quick brown box jumps over the lazy dog"
    let cases = try (0..<expected.cases).map { index in
      try compared(
        index < expected.baseline ? wrong : Self.text, index < expected.candidate ? wrong : Self.text, id: "\(index)")
    }
    let comparison = try comparison(cases)
    #expect(comparison.verdict == expected.verdict, "\(comparison.reason)")
    #expect(comparison.characters.basis == expected.basis)
    #expect(comparison.document.exitStatus == (expected.verdict == .same || expected.verdict == .better ? 0 : 1))
  }

  @Test("Without a truth a small difference is the same, and a large one says nothing of who is right")
  func withoutTruth() throws {
    func cases(_ wrong: Int) throws -> [TranscriptionCaseComparison] {
      try (0..<400).map {
        try compared(
          Self.text, $0 < wrong ? "the quick brown box jumps over the lazy dog" : Self.text, truth: nil, id: "\($0)")
      }
    }
    let few = try comparison(cases(2))
    #expect(few.verdict == .same && few.characters.basis == .baseline, "\(few.reason)")
    #expect(few.document.notes.contains { $0.contains("stand in") })
    let many = try comparison(cases(300))
    #expect(many.verdict == .undecided)
    #expect(many.reason.contains("which side is right"))
  }

  @Test("Cases with a truth decide where there are some, the others hold the verdict open, and the worst come first")
  func mixed() throws {
    let known = try (0..<6).map { try compared(Self.text, Self.text, id: "k\($0)") }
    let unknown = try (0..<6).map { try compared(Self.text, "nothing of it", truth: nil, id: "u\($0)") }
    let mixed = try comparison(known + unknown)
    #expect(mixed.verdict == .undecided && mixed.characters.basis == .truth)
    #expect(mixed.characters.cases == 6 && mixed.overall?.cases == 12)
    let alike = try (0..<6).map { try compared(Self.text, Self.text, truth: nil, id: "u\($0)") }
    let equal = try comparison(known + alike)
    #expect(equal.verdict == .same && equal.characters.basis == .equal)
    #expect(try comparison(known).overall == nil)
    // As many as decide on 1 %, all of them equal, do not hide that the candidate failed the others.
    let many = try (0..<400).map { try compared(Self.text, Self.text, id: "k\($0)") }
    let failed = try (0..<99).map { try compared(Self.text, nil, truth: nil, id: "u\($0)") }
    let held = try comparison(many + failed)
    #expect(held.characters.verdict == .same && held.verdict == .undecided)
    #expect(held.reason.contains("Say what is said"), "\(held.reason)")
    #expect(held.document.exitStatus == 1 && held.document.cases.count { $0.outcome == .bad } == 99)
    #expect(held.document.json["overall"]?["verdict"] == "undecided")
    let worst = try comparison(
      known + [
        try compared(Self.text, "the quick brown box jumps over the lazy dog", id: "w1"),
        try compared(Self.text, "a box", id: "w2"),
      ])
    #expect(worst.worst(5).map(\.id) == ["w2", "w1"])
    let json = worst.document.json
    #expect(json["normalizer"] == "auto" && json["cer"]?["basis"] == "truth")
    #expect(json["results"]?.array?.count == 8)
    #expect(ComparisonText(worst.document).console.contains("heard: a box"))
  }

  @Test("What so many cases show is told with the number that would do")
  func power() throws {
    let wrong = "the quick brown box jumps over the lazy dog"
    let cases = try (0..<20).map { try compared(Self.text, $0 == 0 ? wrong : Self.text, id: "\($0)") }
    let judgement = try comparison(cases).characters
    let detectable = try #require(judgement.minimumDetectableDifference)
    // A share of 16 % of bad cases can hide in 20: z^2 / (n + z^2).
    #expect(abs(detectable - 3.841459 / 23.841459) < 1e-6)
    #expect(judgement.casesNeeded == 381 && judgement.verdict == .undecided)
    #expect(judgement.difference?.pValue == 1)
    let equal = try comparison((0..<6).map { try compared(Self.text, Self.text, id: "\($0)") }).characters
    #expect(equal.verdict == .same && equal.casesNeeded == 381)
    #expect(equal.reason.contains("39.03 %"), "\(equal.reason)")
    #expect(judgement.passesPlainRule == true)
    #expect(throws: StatisticsError.self) {
      try TranscriptionComparison(baseline: "", candidate: "", cases: cases, tolerance: 0)
    }
  }

  @Test("Services that err alike are found worse or better in no more than one of twenty runs", arguments: [6, 8, 12])
  func falseAlarms(cases: Int) throws {
    var alarms = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      func errors() -> Int { (0..<25).count { _ in generator.uniform() < 0.15 } }
      let drawn = (0..<cases).map { _ in
        PairedRateDifference.Case(baselineErrors: errors(), candidateErrors: errors(), length: 25)
      }
      let judgement = try RateJudgement(
        drawn, name: "CER", hasTruth: true, areEqual: false, bootstrap: Bootstrap(resamples: 200))
      if judgement.verdict == .worse || judgement.verdict == .better { alarms += 1 }
    }
    #expect(alarms <= 10, "\(alarms) of 200")
  }

  @Test("JSON has the figures of every comparison at the top")
  func json() throws {
    let json = try comparison([
      compared(Self.text, Self.text, id: "a"), compared(Self.text, "The \(Self.text.dropFirst(4))", id: "b"),
      compared(Self.text, nil, id: "c"), compared(nil, Self.text, id: "d"),
    ]).document.json
    #expect(json["verdict"] == "undecided" && json["cases"] == 4)
    #expect(json["exact_match"]?.number == 1.0 / 3 && json["normalized_match"]?.number == 2.0 / 3)
    #expect(try #require(json["similarity"]?.number) > 0.9)
    #expect(json["flips"] == ["worse": 0, "better": 0, "p_value": .null])
    #expect(json["minimum_detectable_loss"]?.number != nil)
  }
}
