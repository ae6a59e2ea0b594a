internal import Testing

@testable internal import NPUMetrics

@Suite("Comparisons")
struct ComparisonTests {
  @Test("The distribution of U adds up, is symmetric, and equals a count of all orders", arguments: 1...6)
  func rankSums(first: Int) {
    for second in 1...5 {
      let found = RankSumDistribution(first: first, second: second).probabilities
      var counts = [Double](repeating: 0, count: first * second + 1)
      // Every choice of places for the first sample among all of them.
      for mask in 0..<(1 << (first + second)) where mask.nonzeroBitCount == first {
        var below = 0
        var u = 0
        for place in 0..<first + second {
          if mask >> place & 1 == 1 { u += below } else { below += 1 }
        }
        counts[u] += 1
      }
      let total = counts.reduce(0, +)
      for (chance, count) in zip(found, counts) { #expect(isClose(chance, count / total, relative: 1e-13)) }
      #expect(found.count == counts.count)
      for (chance, mirrored) in zip(found, found.reversed()) { #expect(isClose(chance, mirrored, relative: 1e-13)) }
    }
  }

  @Test("Differences by rank equal the sorted list of all", arguments: 1...6 as ClosedRange<UInt64>)
  func differences(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let first = (0..<Int(seed) * 2).map { _ in (generator.normal() * 8).rounded() / 4 }
    let second = (0..<7).map { _ in generator.normal() }
    let all = first.flatMap { value in second.map { value - $0 } }.sorted()
    let found = PairwiseDifferences(first: first, second: second)
    #expect(all.indices.map(found.value) == all)
  }

  @Test("Swapping the samples swaps every sign")
  func antisymmetry() throws {
    var generator = SeededGenerator(seed: 3)
    let a = (0..<40).map { _ in generator.normal(mean: 10) }
    let b = (0..<60).map { _ in generator.normal(mean: 10.4) }
    let forward = try HodgesLehmannShift(first: a, second: b)
    let backward = try HodgesLehmannShift(first: b, second: a)
    #expect(forward.shift == -backward.shift && forward.low == -backward.high)
    let delta = try CliffsDelta(first: a, second: b).value
    #expect(delta == -(try CliffsDelta(first: b, second: a).value))
    let test = try MannWhitneyTest(first: a, second: b)
    #expect(test.pValue == (try MannWhitneyTest(first: b, second: a).pValue))
    #expect(isClose(2 * test.probabilityOfSuperiority - 1, delta))
    #expect(
      try KolmogorovSmirnovTest(first: a, second: b) == KolmogorovSmirnovTest(first: b, second: a))
  }

  @Test("The interval of the shift is that of R for small samples")
  func shiftInterval() throws {
    // The samples of that function's manual; qwilcox(0.025, 10, 5) is 9.
    let a = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    let b = [1.15, 0.88, 0.90, 0.74, 1.21]
    let found = try HodgesLehmannShift(first: a, second: b)
    let all = a.flatMap { value in b.map { value - $0 } }.sorted()
    #expect(RankSumDistribution(first: 10, second: 5).quantile(0.025) == 9)
    #expect(found.low == all[8] && found.high == all[41])
    #expect(found.isAttained)
    #expect(isClose(found.shift, 0.305, relative: 1e-9))
  }

  @Test("The interval of the shift covers it as often as stated", arguments: [(6, 9), (12, 14)])
  func shiftCoverage(first: Int, second: Int) throws {
    var generator = SeededGenerator(seed: 8)
    var covered = 0
    for _ in 0..<200 {
      let a = (0..<first).map { _ in generator.exponential() + 2 }
      let b = (0..<second).map { _ in generator.exponential() }
      let shift = try HodgesLehmannShift(first: a, second: b)
      covered += shift.low <= 2 && 2 <= shift.high ? 1 : 0
    }
    #expect(covered >= 180 && covered <= 199, "\(covered) of 200")
  }

  @Test("The exact distribution is worked out only where that takes a debug build a moment")
  func affordable() throws {
    for (first, second) in [(45, 45), (8, 240), (1, 1), (0, 7)] {
      #expect(RankSumDistribution.isAffordable(first: first, second: second), "\(first), \(second)")
    }
    for (first, second) in [(46, 46), (120, 120), (8, 2500), (1, 20_000), (.max, 2)] {
      #expect(!RankSumDistribution.isAffordable(first: first, second: second), "\(first), \(second)")
    }
    let few = (0..<8).map { Double($0) + 0.5 }
    #expect(try MannWhitneyTest(first: few, second: (0..<240).map(Double.init)).method == .exact)
    #expect(try MannWhitneyTest(first: few, second: (0..<2500).map { Double($0) }).method == .normal)
    let long = (0..<1001).map { Double($0) }
    #expect(try !KolmogorovSmirnovTest(first: long, second: long.map { $0 + 0.5 }).isExact)
  }

  @Test("At the border the interval of the shift is the same from the exact and from the normal distribution")
  func shiftBorder() throws {
    let exact = RankSumDistribution(first: 45, second: 45).quantile(0.025)
    let deviation = MannWhitneyTest.variance(first: 45, second: 45, ties: []).squareRoot()
    #expect(abs(Double(exact) - (45 * 45 / 2.0 - 1.959964 * deviation)) <= 1.5)
    var generator = SeededGenerator(seed: 5)
    let a = (0..<120).map { _ in generator.normal(mean: 11) }
    let b = (0..<120).map { _ in generator.normal(mean: 10) }
    let shift = try HodgesLehmannShift(first: a, second: b)
    #expect(shift.low < shift.shift && shift.shift < shift.high && shift.isAttained)
    #expect(shift.low > 0.2 && shift.high < 1.8)
  }

  @Test("Three values each are too few for an interval of 95 %")
  func unattained() throws {
    let shift = try HodgesLehmannShift(first: [1, 2, 3], second: [4, 5, 7])
    #expect(!shift.isAttained && shift.low == -6 && shift.high == -1)
  }

  @Test("Samples of one value, or of equal values, have an answer")
  func degenerate() throws {
    #expect(try MannWhitneyTest(first: [5, 5], second: [5, 5, 5]).pValue == 1)
    #expect(try MannWhitneyTest(first: [5, 5], second: [5, 5, 5], continuity: false).pValue == 1)
    #expect(try CliffsDelta(first: [1], second: [1]).value == 0)
    #expect(try KolmogorovSmirnovTest(first: [1], second: [1]).pValue == 1)
    #expect(try KolmogorovSmirnovTest(first: [1], second: [2]).pValue == 1)
    #expect(try HodgesLehmannShift(first: [3], second: [1]).shift == 2)
    #expect(try MannWhitneyTest(first: [.infinity, 2], second: [1, 0]).u == 4)
    #expect { try WelchTest(first: [1, 1], second: [2, 2]) } throws: { ($0 as? StatisticsError)?.kind == .noVariation }
  }

  @Test("Large samples use the limit distribution, and agree with the exact one at the border")
  func largeSamples() throws {
    let a = (0..<10_001).map { Double($0) }
    let shifted = a.map { $0 + 200.5 }
    let found = try KolmogorovSmirnovTest(first: a, second: shifted)
    #expect(!found.isExact && isClose(found.distance, 201.0 / 10_001))
    // 2 exp(-2 x^2) - 2 exp(-8 x^2) with x = D sqrt(n / 2).
    let square = found.distance * found.distance * 10_001 / 2
    #expect(isClose(found.pValue, 2 * (-2 * square).reproducibleExponential, relative: 1e-2))
    #expect { try MannWhitneyTest(first: a, second: shifted, method: .exact) } throws: {
      ($0 as? StatisticsError)?.kind == .tooManySamples
    }
  }

  @Test("Empty samples, NaN, infinities and bad levels are refused")
  func refused() {
    for bad in [[], [.nan]] as [[Double]] {
      #expect(throws: StatisticsError.self) { try MannWhitneyTest(first: bad, second: [1]) }
      #expect(throws: StatisticsError.self) { try MannWhitneyTest(first: [1], second: bad) }
      #expect(throws: StatisticsError.self) { try CliffsDelta(first: bad, second: [1]) }
      #expect(throws: StatisticsError.self) { try KolmogorovSmirnovTest(first: [1], second: bad) }
    }
    for bad in [[], [1, .nan], [1, .infinity]] as [[Double]] {
      #expect(throws: StatisticsError.self) { try HodgesLehmannShift(first: bad, second: [1]) }
      #expect(throws: StatisticsError.self) { try WelchTest(first: [1, 2], second: bad) }
    }
    #expect(throws: StatisticsError.self) { try WelchTest(first: [1], second: [1, 2]) }
    #expect(throws: StatisticsError.self) { try HodgesLehmannShift(first: [1], second: [1], confidence: 0) }
    #expect(throws: StatisticsError.self) { try ProportionInterval(successes: 0, trials: 0) }
    #expect(throws: StatisticsError.self) { try ProportionInterval(successes: 3, trials: 2) }
    #expect(throws: StatisticsError.self) { try ProportionInterval(successes: -1, trials: 2) }
  }
}
