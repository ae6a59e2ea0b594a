internal import NPUMetrics
internal import Testing

@Suite("Trends against the reference")
struct TrendGoldenTests {
  @Test("Theil-Sen slope, interval and both intercepts", arguments: try GoldenStatistics.load().trend)
  func theilSen(golden: GoldenStatistics.Trend) throws {
    let found = try TheilSenSlope(of: golden.series)
    let expected = golden.theilslopes
    #expect(isClose(found.slope, expected.slope, absolute: 1e-13))
    #expect(isClose(found.intercept, expected.intercept, absolute: 1e-12))
    #expect(isClose(found.low, try #require(expected.low), absolute: 1e-13))
    #expect(isClose(found.high, try #require(expected.high), absolute: 1e-13))
    #expect(isClose(found.medianResidual, try #require(expected.intercept_joint), absolute: 1e-12))
  }

  @Test("Repeated medians", arguments: try GoldenStatistics.load().trend)
  func siegel(golden: GoldenStatistics.Trend) throws {
    guard let expected = golden.siegelslopes else { return }
    let found = try RepeatedMedianSlope(of: golden.series)
    #expect(isClose(found.slope, expected.slope, absolute: 1e-13))
    #expect(isClose(found.intercept, expected.intercept, absolute: 1e-12))
  }

  @Test("Least squares", arguments: try GoldenStatistics.load().trend)
  func leastSquares(golden: GoldenStatistics.Trend) throws {
    guard let expected = golden.linregress else { return }
    let found = try LeastSquaresLine(of: golden.series)
    #expect(isClose(found.slope, expected.slope, relative: 1e-12, absolute: 1e-14))
    #expect(isClose(found.intercept, expected.intercept, relative: 1e-12))
    #expect(isClose(found.correlation, expected.r.value, relative: 1e-12))
    // The reference keeps the quotient away from 0 by 1e-20, which shows where r is 1.
    #expect(isClose(found.pValue, expected.p.value, relative: 1e-9, absolute: 1e-99))
    #expect(isClose(found.slopeError, expected.stderr.value, relative: 1e-10, absolute: 1e-8))
    #expect(isClose(found.interceptError, expected.intercept_stderr.value, relative: 1e-10, absolute: 1e-8))
  }

  @Test("Mann-Kendall", arguments: try GoldenStatistics.load().trend)
  func mannKendall(golden: GoldenStatistics.Trend) throws {
    guard let expected = golden.mk_original else { return }
    let found = try MannKendallTest(of: golden.y)
    #expect(Double(found.score) == expected.s)
    #expect(isClose(found.tau, try #require(expected.tau)))
    #expect(isClose(found.variance, expected.var_s.value))
    #expect(isClose(found.z, expected.z.value))
    // The reference subtracts from 1, which leaves 16 digits behind the point.
    #expect(isClose(found.pValue, expected.p.value, relative: 1e-12, absolute: 3e-16))
    #expect(found.direction().rawValue == (expected.trend == "no trend" ? "no trend" : expected.trend))
  }

  @Test("Mann-Kendall after Hamed and Rao", arguments: try GoldenStatistics.load().trend)
  func hamedRao(golden: GoldenStatistics.Trend) throws {
    guard let expected = golden.mk_hamed_rao else { return }
    let found = try MannKendallTest(of: golden.y, correction: .hamedRao())
    // A series that is its own line leaves nothing to correlate: not a number there, no correction here.
    guard !expected.var_s.value.isNaN else {
      #expect(found.variance == (try MannKendallTest(of: golden.y).variance))
      return
    }
    #expect(isClose(found.variance, expected.var_s.value, relative: 1e-11))
    #expect(isClose(found.z, expected.z.value, relative: 1e-11))
    #expect(isClose(found.pValue, expected.p.value, relative: 1e-10, absolute: 3e-16))
    #expect(found.direction().rawValue == expected.trend)
  }

  @Test("Rank correlations", arguments: try GoldenStatistics.load().trend)
  func ranks(golden: GoldenStatistics.Trend) throws {
    let kendall = try RankCorrelation.kendall(of: golden.series)
    #expect(isClose(kendall.coefficient, golden.kendalltau_b.tau.value))
    #expect(isClose(kendall.pValue, golden.kendalltau_b.p.value, absolute: 0))
    let spearman = try RankCorrelation.spearman(of: golden.series)
    #expect(isClose(spearman.coefficient, golden.spearman.rho.value))
    #expect(isClose(spearman.pValue, golden.spearman.p.value, relative: 1e-11, absolute: 0))
  }
}
