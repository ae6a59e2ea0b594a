import NPUAccuracy
import NPUMetrics
import Testing

@Suite("How like its baseline a candidate must be")
struct SimilarityJudgementTests {
  private func judge(
    _ own: [Double], _ candidate: [Double], tolerance: Double = 0.05
  ) throws -> SimilarityJudgement {
    let cases = candidate.enumerated().map { index, value in
      SimilarityCase(own: own.isEmpty ? [] : [own[index % own.count]], candidate: [value])
    }
    return try SimilarityJudgement(cases, scale: .ssim(), tolerance: tolerance)
  }

  @Test(
    "A baseline that repeats itself leaves the verdict to the band of the guides",
    arguments: [
      (0, 72, AccuracyVerdict.same), (1, 72, .undecided), (8, 72, .undecided), (9, 72, .worse), (0, 71, .undecided),
      (2, 3, .worse), (1, 3, .undecided),
    ])
  func band(bad: Int, cases: Int, verdict: AccuracyVerdict) throws {
    // Both ends of the band: 0.85 is alike, what is below is not.
    let values = (0..<cases).map { $0 < bad ? 0.8499 : 0.85 }
    let judgement = try judge([1], values)
    #expect(judgement.basis == .band)
    #expect(judgement.verdict == verdict)
    #expect(judgement.bad == bad && judgement.ownBad == 0)
    #expect(judgement.limit == 0.85)
    #expect(judgement.spread?.isDeterministic == true)
    #expect(judgement.reason.contains("\(bad) of \(cases)"), "\(judgement.reason)")
  }

  @Test("Without repeats of the baseline, nothing is worse")
  func unknown() throws {
    let judgement = try judge([], Array(repeating: 0.1, count: 80))
    #expect(judgement.basis == .unknownSpread && judgement.verdict == .undecided)
    #expect(judgement.reason.contains("Repeat the baseline"), "\(judgement.reason)")
    #expect(try judge([], Array(repeating: 0.9, count: 80)).verdict == .same)
  }

  @Test("Equal responses are the same, however few, and no case is undecided")
  func ends() throws {
    let equal = try judge([1], [1, 1, 1])
    #expect(equal.basis == .equal && equal.verdict == .same)
    // What so few would have shown stands beside the fact.
    #expect(try #require(equal.minimumDetectableLoss) > 0.5)
    #expect(equal.reason.contains("3 cases show a share of bad ones of 7"), "\(equal.reason)")
    #expect(try judge([1], [1]).reason.contains("no share of bad ones"))
    // Also where the baseline does not repeat itself.
    let noisy = try judge([1, 1, 1, 0.5], Array(repeating: 1, count: 24))
    #expect(noisy.basis == .equal && noisy.verdict == .same && noisy.ownBad == 6 && noisy.flips == nil)
    #expect(noisy.minimumDetectableLoss != nil)
    // Of a part of the cases it is no fact.
    let part = try SimilarityJudgement(
      [SimilarityCase(own: [1], candidate: [1])], scale: .ssim(), isWhole: false)
    #expect(part.basis == .band && part.verdict == .undecided)
    let nothing = try SimilarityJudgement([], scale: .ssim())
    #expect(nothing.basis == .nothing && nothing.verdict == .undecided && nothing.cases == 0)
  }

  @Test("A baseline with noise of its own lowers the limit, and its repeats are the other side of the flips")
  func spread() throws {
    var generator = SeededGenerator(seed: 3)
    let own = (0..<100).map { _ in 0.6 + 0.2 * generator.uniform() }
    let like = try judge(own, (0..<100).map { _ in 0.6 + 0.2 * generator.uniform() }, tolerance: 0.2)
    #expect(like.basis == .spread)
    #expect(like.limit < 0.65 && like.limit > 0.6)
    #expect(like.ownBad == 5)
    #expect(like.verdict == .same, "\(like.reason)")
    let unlike = try judge(own, Array(repeating: 0.4, count: 100))
    #expect(unlike.verdict == .worse)
    #expect(unlike.flips?.flips == (try PairedFlips(worse: 95, better: 0, cases: 100)))
    #expect(unlike.minimumDetectableLoss != nil && unlike.casesNeeded != nil)
  }

  @Test("A candidate that failed is outside every limit, and a repeat that the baseline failed is left out")
  func failures() throws {
    let failed = try judge([1], Array(repeating: 0.95, count: 60) + Array(repeating: -.infinity, count: 20))
    #expect(failed.bad == 20 && failed.verdict == .worse)
    let own = [1, 1, 1, -Double.infinity]
    #expect(try judge(own, Array(repeating: 0.95, count: 80)).verdict == .same)
    // The candidate draws something else just where the repeat failed.
    let lost = try judge(own, (0..<80).map { $0 % 4 == 3 ? 0.1 : 0.95 })
    #expect(lost.basis == .band && lost.repeated == 60 && lost.ownBad == 0)
    #expect(lost.bad == 20 && lost.verdict == .worse, "\(lost.reason)")
  }

  @Test("Without repeats to compare in half of the cases the baseline's noise is not known")
  func failedRepeats() throws {
    let none = try judge([-.infinity], Array(repeating: 0.1, count: 78))
    #expect(none.basis == .unknownSpread && none.verdict == .undecided)
    #expect(none.repeated == 0 && none.ownBad == nil && none.spread == nil && none.bad == 78)
    #expect(none.reason.contains("no case"), "\(none.reason)")
    let few = try judge([1, -.infinity, -.infinity], Array(repeating: 0.1, count: 80))
    #expect(few.basis == .unknownSpread && few.verdict == .undecided && few.repeated == 27)
    #expect(few.reason.contains("27 of 80 cases"), "\(few.reason)")
    #expect(try judge([-.infinity], Array(repeating: 0.9, count: 78)).verdict == .same)
  }

  @Test("By its spread a case whose repeat failed counts only where the candidate failed")
  func failedSpread() throws {
    let own = [0.75, 0.75, 0.75, -Double.infinity]
    let unlike = try judge(own, (0..<100).map { $0 % 4 == 3 ? 0.1 : 0.75 })
    #expect(unlike.basis == .spread && unlike.limit == 0.75)
    #expect(unlike.flips?.flips == (try PairedFlips(worse: 0, better: 0, cases: 75)))
    let lost = try judge(own, (0..<100).map { $0 % 4 == 3 ? -Double.infinity : 0.75 })
    #expect(lost.flips?.flips == (try PairedFlips(worse: 25, better: 0, cases: 100)))
    #expect(lost.verdict == .worse, "\(lost.reason)")
  }

  @Test("Of several repeats those that failed are left out, and as many of the candidate count")
  func someRepeats() throws {
    let cases = Array(
      repeating: SimilarityCase(own: [-.infinity, 0.9], candidate: [0.9, 0.1]), count: 80)
    let judgement = try SimilarityJudgement(cases, scale: .ssim())
    #expect(judgement.basis == .band && judgement.ownBad == 0 && judgement.verdict == .same)
  }

  @Test("As many responses of both sides count, however many there are")
  func counts() throws {
    let cases = Array(
      repeating: SimilarityCase(own: [0.9, 0.9], candidate: [0.9, 0.9, 0.0]), count: 80)
    #expect(try SimilarityJudgement(cases, scale: .ssim()).verdict == .same)
    let distances = Array(repeating: SimilarityCase(own: [0], candidate: [2.5]), count: 80)
    #expect(try SimilarityJudgement(distances, scale: .logMel()).verdict == .same)
    let far = Array(repeating: SimilarityCase(own: [0], candidate: [3.5]), count: 80)
    #expect(try SimilarityJudgement(far, scale: .logMel()).verdict == .worse)
  }

  @Test(
    "Equal services are found worse or better in no more than one of twenty runs, and same or undecided in the rest")
  func falseAlarms() throws {
    var alarms = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let own = (0..<60).map { _ in 0.8 + 0.05 * generator.normal() }
      let candidate = (0..<60).map { _ in 0.8 + 0.05 * generator.normal() }
      let verdict = try judge(own, candidate).verdict
      if verdict == .worse || verdict == .better { alarms += 1 }
    }
    #expect(alarms <= 10, "\(alarms) of 200")
  }

  @Test("A service that is farther away is found as often as the power promises")
  func power() throws {
    var found = 0
    for seed in 1...100 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let own = (0..<60).map { _ in 0.8 + 0.05 * generator.normal() }
      // A third of the images are ruined.
      let candidate = (0..<60).map { $0 % 3 == 0 ? 0.3 : 0.8 + 0.05 * generator.normal() }
      if try judge(own, candidate).verdict == .worse { found += 1 }
    }
    #expect(found >= 95, "\(found) of 100")
  }
}
