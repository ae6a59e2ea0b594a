internal import NPUMetrics
internal import Testing

@Suite("Comparisons against the reference")
struct ComparisonGoldenTests {
  @Test("Mann-Whitney U and its p-values", arguments: try GoldenStatistics.load().two_sample)
  func mannWhitney(golden: GoldenStatistics.TwoSample) throws {
    let isTied = Set(golden.a + golden.b).count < golden.a.count + golden.b.count
    for row in golden.mannwhitney {
      let alternative = try #require(MannWhitneyTest.Alternative(rawValue: row.alternative))
      let method = try #require(MannWhitneyTest.Method(rawValue: row.method))
      func test() throws -> MannWhitneyTest {
        try MannWhitneyTest(
          first: golden.a, second: golden.b, alternative: alternative, method: method,
          continuity: row.use_continuity)
      }
      // The reference gives a number here that is not valid.
      guard !(isTied && method == .exact) else {
        #expect { try test() } throws: { ($0 as? StatisticsError)?.kind == .tiedSamples }
        continue
      }
      let found = try test()
      #expect(found.u == row.u1)
      #expect(isClose(found.pValue, row.p.value, relative: 1e-12, absolute: 0), "\(row): \(found)")
    }
  }

  @Test("Cliff's delta and the shift of Hodges and Lehmann", arguments: try GoldenStatistics.load().two_sample)
  func effects(golden: GoldenStatistics.TwoSample) throws {
    #expect(try isClose(CliffsDelta(first: golden.a, second: golden.b).value, golden.cliffs_delta))
    let shift = try HodgesLehmannShift(first: golden.a, second: golden.b)
    #expect(isClose(shift.shift, golden.hodges_lehmann_shift))
    #expect(shift.low <= shift.shift && shift.shift <= shift.high)
  }

  @Test("Welch's t test and its interval", arguments: try GoldenStatistics.load().two_sample)
  func welch(golden: GoldenStatistics.TwoSample) throws {
    guard let expected = golden.welch_t else { return }
    let found = try WelchTest(first: golden.a, second: golden.b)
    #expect(isClose(found.t, expected.t, relative: 1e-12, absolute: 1e-13))
    #expect(isClose(found.degreesOfFreedom, expected.df))
    #expect(isClose(found.pValue, expected.p, relative: 1e-11, absolute: 0))
    #expect(isClose(found.low, expected.diff_ci95[0], relative: 1e-11, absolute: 1e-12))
    #expect(isClose(found.high, expected.diff_ci95[1], relative: 1e-11, absolute: 1e-12))
  }

  @Test("Kolmogorov-Smirnov", arguments: try GoldenStatistics.load().two_sample)
  func kolmogorovSmirnov(golden: GoldenStatistics.TwoSample) throws {
    guard let expected = golden.ks_2samp else { return }
    let found = try KolmogorovSmirnovTest(first: golden.a, second: golden.b)
    #expect(isClose(found.distance, expected.d))
    #expect(isClose(found.pValue, expected.p, relative: 1e-11, absolute: 0))
    #expect(found.isExact)
  }

  @Test("The exact interval equals its closed forms at the ends", arguments: [1, 2, 10, 100, 12345])
  func closedForms(trials: Int) throws {
    let none = try ProportionInterval(successes: 0, trials: trials, method: .clopperPearson)
    let all = try ProportionInterval(successes: trials, trials: trials, method: .clopperPearson)
    // Without a success (1 - high)^n is half of what the confidence leaves.
    var power = 1.0
    for _ in 0..<trials { power *= 1 - none.high }
    #expect(isClose(power, 0.025, relative: 1e-11))
    #expect(none.low == 0 && all.high == 1 && isClose(all.low, 1 - none.high))
  }

  @Test("Intervals of proportions")
  func proportions() throws {
    for row in try GoldenStatistics.load().proportions {
      for (method, expected) in [
        (ProportionInterval.Method.wilson, row.wilson), (.wilsonContinuity, row.wilsoncc),
        (.clopperPearson, row.exact),
      ] {
        let found = try ProportionInterval(successes: row.k, trials: row.n, method: method)
        // The reference searches for the exact ends and stops within 1e-12.
        let absolute = method == .clopperPearson ? 2e-12 : 1e-15
        #expect(
          isClose(found.low, expected[0], relative: 1e-11, absolute: absolute), "\(row.k) of \(row.n) \(method)")
        #expect(
          isClose(found.high, expected[1], relative: 1e-11, absolute: absolute), "\(row.k) of \(row.n) \(method)")
      }
    }
  }
}
