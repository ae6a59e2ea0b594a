internal import NPUMetrics
internal import Testing

@Suite("Verdicts on paired cases")
struct PairedTests {
  /// A draw of flips between two services: one flips to the worse by chance, or for a loss.
  private func draw(
    cases: Int, noise: Double, loss: Double, _ generator: inout SeededGenerator
  ) throws -> PairedFlips {
    var (worse, better) = (0, 0)
    for _ in 0..<cases {
      let place = generator.uniform()
      if place < noise { better += 1 } else if place < 2 * noise + loss { worse += 1 }
    }
    return try PairedFlips(worse: worse, better: better, cases: cases)
  }

  @Test(
    "Without a difference no more verdicts than the stated level find one",
    arguments: [(30, 0.02), (200, 0.05), (1000, 0.1), (1000, 0.003)])
  func falseAlarms(cases: Int, noise: Double) throws {
    var generator = SeededGenerator(seed: 11)
    let repeats = 2000
    var alarms = 0
    for _ in 0..<repeats {
      let flips = try draw(cases: cases, noise: noise, loss: 0, &generator)
      alarms += flips.pValue < 0.05 ? 1 : 0
    }
    // The test is exact: its level is at most 5 %, and 2,000 draws of 5 % stay below 6.5 % but for 1 in 1,000 seeds.
    #expect(Double(alarms) / Double(repeats) < 0.065)
  }

  @Test(
    "A loss is found as often as the power promises",
    arguments: [(100, 0.02, 0.1), (300, 0.05, 0.1), (1000, 0.01, 0.02)])
  func power(cases: Int, noise: Double, loss: Double) throws {
    let promised = try FlipPower(noise: noise).probability(ofFinding: loss, in: cases)
    var generator = SeededGenerator(seed: 5)
    let repeats = 2000
    var found = 0
    for _ in 0..<repeats {
      let flips = try draw(cases: cases, noise: noise, loss: loss, &generator)
      found += flips.pValue < 0.05 && flips.loss > 0 ? 1 : 0
    }
    let spread = (promised * (1 - promised) / Double(repeats)).squareRoot()
    #expect(abs(Double(found) / Double(repeats) - promised) < 4 * spread + 1e-3, "\(found) of \(repeats)")
  }

  @Test("The interval covers the true loss as often as it says", arguments: [(30, 0.05, 0.0), (200, 0.02, 0.05)])
  func coverage(cases: Int, noise: Double, loss: Double) throws {
    var generator = SeededGenerator(seed: 23)
    let repeats = 2000
    var covered = 0
    for _ in 0..<repeats {
      let interval = try LossInterval(draw(cases: cases, noise: noise, loss: loss, &generator))
      covered += interval.low <= loss && loss <= interval.high ? 1 : 0
    }
    #expect(Double(covered) / Double(repeats) > 0.93)
  }

  @Test("The minimum detectable loss has the power that was asked for, and so many cases are needed for it")
  func detectableLoss() throws {
    for noise in [0, 0.02, 0.1] {
      let power = try FlipPower(noise: noise)
      for cases in [30, 200, 1000] {
        let least = try #require(power.minimumDetectableLoss(in: cases))
        #expect(power.probability(ofFinding: least, in: cases) >= 0.8)
        #expect(power.probability(ofFinding: least - 1e-3, in: cases) < 0.8)
        let needed = try #require(power.casesNeeded(toFind: least))
        #expect(needed <= cases && power.probability(ofFinding: least, in: needed) >= 0.8)
      }
    }
    // Five flips in one direction have a p-value of 1/16: so few cases show nothing.
    #expect(try FlipPower().minimumDetectableLoss(in: 5) == nil)
    #expect(try FlipPower(noise: 0.1).casesNeeded(toFind: 1e-6) == nil)
    #expect(try FlipPower().casesNeeded(toFind: 0) == nil)
  }

  @Test(
    "The verdict turns where the test and the interval say so",
    arguments: [
      // Six flips to the worse are the least that are significant without one to the better.
      (5, 0, 1000, nil, AccuracyVerdict.undecided), (6, 0, 1000, nil, .worse), (0, 6, 1000, nil, .better),
      // Without a flip z^2 / (n + z^2) is possible: 1 % is ruled out from 381 cases on.
      (0, 0, 380, nil, .undecided), (0, 0, 381, nil, .same),
      // A tolerance that is given lets a certain and small loss pass.
      (20, 0, 1000, 0.05, .same), (20, 0, 1000, nil, .worse), (60, 0, 1000, 0.05, .worse),
      (3, 0, 30, 0.1, .undecided), (0, 0, 1, nil, .undecided),
    ] as [(Int, Int, Int, Double?, AccuracyVerdict)])
  func thresholds(worse: Int, better: Int, cases: Int, tolerance: Double?, expected: AccuracyVerdict) throws {
    let flips = try PairedFlips(worse: worse, better: better, cases: cases)
    #expect(try FlipComparison(flips, tolerance: tolerance).verdict == expected)
  }

  @Test("A rule of 10 points over 30 questions passes a loss of 10 points two times in three")
  func rule() throws {
    let rule = try ToleranceRule(cases: 30, baselineScore: 28.0 / 30, tolerance: 0.1)
    #expect(abs(rule.passProbability(atLoss: 0.1) - 0.62) < 0.01)
    #expect(try FlipPower(noise: 0.03).minimumDetectableLoss(in: 30).map { $0 > 0.2 } ?? true)
  }

  @Test("Flips are counted on the same cases, and impossible counts are refused")
  func counts() throws {
    let flips = try PairedFlips(
      baseline: [true, true, false, false, true], candidate: [true, false, true, false, false])
    #expect(flips.worse == 2 && flips.better == 1 && flips.cases == 5 && flips.loss == 0.2)
    #expect(flips.pValue == 1)
    #expect(throws: StatisticsError.self) { try PairedFlips(baseline: [true], candidate: []) }
    for (worse, better, cases) in [(-1, 0, 5), (0, -1, 5), (3, 3, 5), (0, 0, -1), (.max, .max, .max)] {
      #expect(throws: StatisticsError.self) { try PairedFlips(worse: worse, better: better, cases: cases) }
    }
    #expect(throws: StatisticsError.self) { try LossInterval(PairedFlips(worse: 0, better: 0, cases: 0)) }
    let one = try PairedFlips(worse: 1, better: 0, cases: 1)
    for tolerance in [0, 1, -1, .nan] {
      #expect(throws: StatisticsError.self) { try FlipComparison(one, tolerance: tolerance) }
    }
    for noise in [-0.1, 0.5, .nan] { #expect(throws: StatisticsError.self) { try FlipPower(noise: noise) } }
    #expect(throws: StatisticsError.self) { try BinomialTest(successes: 2, trials: 1) }
    #expect(throws: StatisticsError.self) { try BinomialTest(successes: 0, trials: 0) }
    #expect(throws: StatisticsError.self) { try BinomialTest(successes: 0, trials: 1, probability: .nan) }
  }

  /// Differences, and the p-value of `scipy.stats.permutation_test((d,), sum, permutation_type='samples',
  /// n_resamples=inf)` of scipy 1.17.1.
  private static let signFlips: [([Int], Double)] = [
    ([1, 1, 1, 1, 1], 0.0625), ([1, 1, 1, 1, 1, 1], 0.03125), ([3, -1, 2, 0, 0, 5, -2, 1], 0.34375),
    ([0, 0, 0], 1), ([7, -7, 1, 2, 3, 4, -5, 0, 6, 9], 0.26171875),
    ([-2, -3, -1, -4, -2, -6, 1, -1, -3, -5, 2, -2], 0.0126953125),
    ([10, -9, 8, -7, 6, -5, 4, -3, 2, -1, 0, 1], 0.8076171875),
    ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -3, -8], 0.010498046875),
  ]

  @Test("The sign-flip test is exact, and its draws come close where the sums are too many", arguments: signFlips)
  func signFlipTest(differences: [Int], pValue: Double) {
    let exact = SignFlipTest(differences)
    #expect(exact.isExact && exact.pValue == pValue)
    #expect(SignFlipTest(differences.map { -$0 }).pValue == pValue)
    let drawn = SignFlipTest(differences.map { $0 * 100_000_000 })
    #expect(drawn.isExact == differences.allSatisfy { $0 == 0 })
    #expect(abs(drawn.pValue - pValue) < 0.02)
    #expect(SignFlipTest([]).pValue == 1)
  }

  @Test("A difference of error rates: the verdict follows its interval and the sign-flip test")
  func rates() throws {
    func cases(_ extra: Int) -> [PairedRateDifference.Case] {
      (0..<100).map { .init(baselineErrors: $0 % 3, candidateErrors: $0 % 3 + ($0 % 4 == 0 ? extra : 0), length: 20) }
    }
    let bootstrap = try Bootstrap(resamples: 2000)
    func verdict(_ extra: Int, _ tolerance: Double?) throws -> AccuracyVerdict {
      try PairedRateDifference(cases(extra), bootstrap: bootstrap).verdict(tolerance: tolerance)
    }
    #expect(try verdict(0, 0.01) == .same)
    #expect(try verdict(4, 0.01) == .worse)
    #expect(try verdict(1, nil) == .worse)
    #expect(try verdict(1, 0.05) == .same)
    // 1.25 points, give or take 0.4, are neither certainly below 1.3 nor certainly 0.
    #expect(try verdict(1, 0.0126) == .worse)
    #expect(throws: StatisticsError.self) {
      try PairedRateDifference([.init(baselineErrors: 0, candidateErrors: 0, length: 5)], bootstrap: bootstrap)
    }
    #expect(throws: StatisticsError.self) {
      try PairedRateDifference(
        [
          .init(baselineErrors: 0, candidateErrors: 1, length: 0),
          .init(baselineErrors: 0, candidateErrors: 0, length: 0),
        ],
        bootstrap: bootstrap)
    }
  }
}
