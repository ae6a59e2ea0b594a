internal import NPUMetrics
internal import Testing

@Suite("Summaries")
struct SummaryTests {
  @Test("Mean, extremes and deviations equal the reference")
  func golden() throws {
    for sample in try GoldenPercentiles.load().samples where !["infinities", "huge"].contains(sample.name) {
      let summary = try Summary(of: sample.values)
      let expected = sample.describe
      #expect(summary.count == sample.values.count)
      #expect(summary.minimum == expected.min.value)
      #expect(summary.maximum == expected.max.value)
      // The reference's exact sum where it has one.
      let mean = try #require(summary.mean)
      let reference = expected.mean_fsum?.value ?? expected.mean.value
      #expect(abs(mean - reference) <= abs(reference) * 1e-15, "\(sample): \(mean), \(reference)")
      expectClose(summary.standardDeviationPopulation, expected.std_population.value, sample.name)
      expectClose(summary.standardDeviationSample, expected.std_sample?.value, sample.name)
      if sample.name != "negatives" { expectClose(summary.coefficientOfVariation, expected.cv?.value, sample.name) }
    }
  }

  private func expectClose(_ found: Double?, _ expected: Double?, _ name: String) {
    guard let found, let expected else {
      #expect((found == nil) == (expected == nil), "\(name)")
      return
    }
    #expect(abs(found - expected) <= abs(expected) * 1e-12, "\(name): \(found), \(expected)")
  }

  @Test("A summary of nothing says nothing")
  func empty() throws {
    let summary = try Summary(of: [])
    #expect(summary.count == 0)
    #expect(summary.minimum == nil && summary.maximum == nil && summary.mean == nil)
    #expect(summary.standardDeviationPopulation == nil && summary.coefficientOfVariation == nil)
    #expect(summary.percentiles.map(\.percent) == Summary.defaultPercentiles)
    #expect(summary.percentiles.allSatisfy { $0.value == nil && $0.valueCountingFailures == nil && $0.isWeak })
  }

  @Test("One sample has no sample deviation")
  func single() throws {
    let summary = try Summary(of: [5])
    #expect(summary.standardDeviationPopulation == 0)
    #expect(summary.standardDeviationSample == nil)
    #expect(summary.coefficientOfVariation == nil)
  }

  @Test("A mean of zero has no coefficient of variation")
  func zeroMean() throws {
    #expect(try Summary(of: [-1, 1]).coefficientOfVariation == nil)
  }

  @Test("The mean loses nothing to rounding or overflow")
  func accuracy() throws {
    #expect(try Summary(of: [1e16, 1, -1e16, 1]).mean == 0.5)
    #expect(try Summary(of: Array(repeating: 0.1, count: 100_000)).mean == 0.1)
    let huge = try Summary(of: [1e308, 1.5e308])
    #expect(huge.mean == 1.25e308)
    #expect(huge.standardDeviationPopulation.map { abs($0 - 2.5e307) < 1e293 } == true)
    let tiny = try Summary(of: [1e-200, 3e-200])
    #expect(tiny.standardDeviationPopulation.map { abs($0 - 1e-200) < 1e-214 } == true)
  }

  @Test("A large offset does not destroy the deviation")
  func offset() throws {
    let summary = try Summary(of: [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])
    #expect(summary.standardDeviationSample == 30.0.squareRoot())
  }

  @Test("Infinite samples leave the mean infinite and the spread undefined")
  func infinite() throws {
    let summary = try Summary(of: [1, 2, .infinity, 4])
    #expect(summary.mean == .infinity)
    #expect(summary.standardDeviationPopulation == nil)
    #expect(try Summary(of: [-.infinity, .infinity]).mean == nil)
  }

  @Test("Failures stand beside the percentiles")
  func failures() throws {
    let summary = try Summary(of: [1, 2, 3, 4], percentiles: [50, 99], failures: 1)
    #expect(summary.failures == 1)
    #expect(summary.percentile(50)?.value == 2.5)
    #expect(summary.percentile(50)?.valueCountingFailures == 3)
    #expect(summary.percentile(99)?.valueCountingFailures == .infinity)
    #expect(summary.percentile(75) == nil)
    let nothing = try Summary(of: [], percentiles: [50], failures: 2)
    #expect(nothing.percentile(50)?.value == nil)
    #expect(nothing.percentile(50)?.valueCountingFailures == .infinity)
  }

  @Test(
    "A percentile of too few samples is weak",
    arguments: [
      (99.0, 99, true), (99, 100, false), (99.9, 999, true), (99.9, 1000, false), (99.99, 10_000, false),
      (99.999, 100_000, false), (99.999, 99_999, true), (90, 9, true), (90, 10, false), (50, 1, true), (50, 2, false),
      (0, 1, false), (0, 0, true), (100, 1_000_000, true),
    ])
  func weak(percent: Double, count: Int, expected: Bool) {
    #expect(Summary.isWeak(percentile: percent, count: count) == expected)
  }

  @Test("Bad arguments are refused")
  func refused() {
    #expect(throws: StatisticsError.self) { try Summary(of: [.nan]) }
    #expect(throws: StatisticsError.self) { try Summary(of: [], percentiles: [101]) }
    #expect(throws: StatisticsError.self) { try Summary(of: [1], failures: -1) }
  }
}
