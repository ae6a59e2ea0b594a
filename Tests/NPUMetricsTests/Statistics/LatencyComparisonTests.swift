internal import NPUMetrics
internal import Testing

@Suite("Latency comparisons")
struct LatencyComparisonTests {
  private func latencies(count: Int, scale: Double, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in scale * (50 + generator.gamma(shape: 4, scale: 10)) }
  }

  @Test("A tenth more time is slower, a tenth less faster", arguments: [SampleStatistic.median, .mean])
  func verdicts(statistic: SampleStatistic) throws {
    let before = latencies(count: 200, scale: 1, seed: 1)
    let after = latencies(count: 200, scale: 1.1, seed: 2)
    let slower = try LatencyComparison(baseline: before, candidate: after, statistic: statistic, resamples: 999)
    let faster = try LatencyComparison(baseline: after, candidate: before, statistic: statistic, resamples: 999)
    #expect(slower.outcome == .slower && faster.outcome == .faster)
    let figures = try #require(slower.figures)
    #expect(figures.difference.low > 0 && figures.shift.low > 0 && figures.cliffsDelta.value > 0)
    #expect(figures.rankTest.pValue < 0.05)
    #expect(figures.relativeDifference.map { (0.04...0.17).contains($0) } == true)
    #expect(figures.minimumDetectableDifference > 0)
  }

  @Test("Equal services are called different in at most one of twenty comparisons or so")
  func falseAlarms() throws {
    var alarms = 0
    for seed in 0..<60 as Range<UInt64> {
      let comparison = try LatencyComparison(
        baseline: latencies(count: 25, scale: 1, seed: 2 * seed),
        candidate: latencies(count: 25, scale: 1, seed: 2 * seed + 1), resamples: 400)
      alarms += comparison.outcome == .noDifferenceShown ? 0 : 1
    }
    #expect(alarms <= 7, "\(alarms) of 60")
  }

  @Test(
    "Samples of the size of a test's load are compared with the settings nobody changed",
    arguments: [SampleStatistic.median, .mean, .percentile(99)])
  func ordinary(statistic: SampleStatistic) throws {
    let before = latencies(count: 120, scale: 1, seed: 1)
    let after = latencies(count: 120, scale: 1.2, seed: 2)
    let comparison = try LatencyComparison(baseline: before, candidate: after, statistic: statistic)
    let figures = try #require(comparison.figures)
    #expect(figures.difference.low < figures.difference.high && figures.shift.low > 0)
  }

  @Test("A difference too small to matter is not a verdict")
  func leastEffect() throws {
    let before = latencies(count: 400, scale: 1, seed: 1)
    let after = latencies(count: 400, scale: 1.1, seed: 2)
    let comparison = try LatencyComparison(baseline: before, candidate: after, leastEffect: 0.3, resamples: 999)
    #expect(comparison.outcome == .noDifferenceShown)
  }

  @Test("A tail that grows is seen in p99 and not in the median")
  func tail() throws {
    let before = latencies(count: 400, scale: 1, seed: 1)
    var after = latencies(count: 400, scale: 1, seed: 2)
    for place in stride(from: 0, to: 400, by: 40) { after[place] += 400 }
    #expect(
      try LatencyComparison(baseline: before, candidate: after, statistic: .percentile(99), resamples: 999).outcome
        == .slower)
    #expect(try LatencyComparison(baseline: before, candidate: after, resamples: 999).outcome == .noDifferenceShown)
  }

  @Test(
    "Too few samples decide nothing, however far apart",
    arguments: [(0, 50), (1, 50), (2, 2), (3, 3), (2, 7)])
  func tooFew(first: Int, second: Int) throws {
    let comparison = try LatencyComparison(
      baseline: (0..<first).map(Double.init), candidate: (0..<second).map { 1000 + Double($0) })
    #expect(comparison.outcome == .noDecisionPossible)
    #expect((comparison.figures == nil) == (first < 2))
  }

  @Test("Four of each are enough for a median, and not for p99")
  func enough() throws {
    let before = [1.0, 2, 3, 4]
    let after = [11.0, 12, 13, 14]
    #expect(try LatencyComparison(baseline: before, candidate: after).outcome == .slower)
    for statistic in [SampleStatistic.percentile(99), .percentile(1), .maximum] {
      let comparison = try LatencyComparison(baseline: before, candidate: after, statistic: statistic)
      #expect(comparison.outcome == .noDecisionPossible)
    }
  }

  @Test("Constant samples: equal ones show nothing, unequal ones a difference")
  func constant() throws {
    let five = [Double](repeating: 5, count: 10)
    let six = [Double](repeating: 6, count: 10)
    #expect(try LatencyComparison(baseline: five, candidate: five).outcome == .noDifferenceShown)
    #expect(try LatencyComparison(baseline: five, candidate: six).outcome == .slower)
  }

  @Test("NaN, infinities and bad parameters are refused")
  func refused() {
    let good = [1.0, 2, 3, 4]
    for bad in [[1, .nan], [1, .infinity]] as [[Double]] {
      #expect(throws: StatisticsError.self) { try LatencyComparison(baseline: bad, candidate: good) }
      #expect(throws: StatisticsError.self) { try LatencyComparison(baseline: good, candidate: bad) }
    }
    #expect(throws: StatisticsError.self) {
      try LatencyComparison(baseline: good, candidate: good, statistic: .percentile(-1))
    }
    #expect(throws: StatisticsError.self) {
      try LatencyComparison(baseline: good, candidate: good, significance: 0)
    }
    #expect(throws: StatisticsError.self) {
      try LatencyComparison(baseline: good, candidate: good, leastEffect: -0.1)
    }
  }
}
