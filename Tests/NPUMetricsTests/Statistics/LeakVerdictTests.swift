internal import NPUMetrics
internal import Testing

@Suite("Leak verdicts")
struct LeakVerdictTests {
  /// Ten minutes of a memory gauge in whole megabytes.
  enum Scenario: String, CaseIterable, Sendable {
    case leak, leakBelowSawtooth, leakAndStep, whiteNoise, oneStep, twoSteps, settling, sawtooth, longSawtooth

    var isLeak: Bool { [.leak, .leakBelowSawtooth, .leakAndStep].contains(self) }

    func megabytes(at seconds: Double) -> Double {
      func tooth(_ period: Double, _ height: Double) -> Double {
        height * (seconds / period - (seconds / period).rounded(.down))
      }
      let leak = 5 * seconds / 60
      switch self {
      case .leak: return leak
      case .leakBelowSawtooth: return leak + tooth(60, 40)
      case .leakAndStep: return leak + (seconds > 240 ? 200 : 0)
      case .whiteNoise: return 0
      case .oneStep: return seconds >= 300 ? 200 : 0
      case .twoSteps: return (seconds >= 200 ? 100 : 0) + (seconds >= 400 ? 100 : 0)
      case .settling: return Swift.min(2 * seconds, 200)
      case .sawtooth: return tooth(97, 150)
      case .longSawtooth: return tooth(280, 150)
      }
    }

    func series(seed: UInt64, interval: Double, noise: Double) throws -> PairedSeries {
      var generator = SeededGenerator(seed: seed)
      let x = (0..<Int(600 / interval)).map { Double($0) * interval }
      let y = x.map { (2000 + megabytes(at: $0) + generator.normal(standardDeviation: noise)).rounded() }
      return try PairedSeries(x: x, y: y)
    }
  }

  @Test("20 seeds of each scenario are judged without error", arguments: Scenario.allCases)
  func errorRate(scenario: Scenario) throws {
    try judge(scenario, interval: 10)
  }

  @Test(
    "20 seeds are judged without error at twice the rate too",
    arguments: [Scenario.leak, .whiteNoise, .oneStep, .longSawtooth])
  func errorRateOfDenseSeries(scenario: Scenario) throws {
    try judge(scenario, interval: 5)
  }

  private func judge(_ scenario: Scenario, interval: Double) throws {
    var wrong: [String] = []
    for seed in 1...20 as ClosedRange<UInt64> {
      let series = try scenario.series(seed: seed, interval: interval, noise: 3)
      let verdict = try LeakVerdict(of: series, criterion: LeakCriterion())
      if verdict.isLeak != scenario.isLeak { wrong.append("\(seed): \(verdict.outcome) \(verdict.figures as Any)") }
    }
    #expect(wrong.isEmpty)
  }

  @Test("A leak is told with its slope")
  func figures() throws {
    let series = try Scenario.leak.series(seed: 1, interval: 5, noise: 3)
    let verdict = try LeakVerdict(of: series, criterion: LeakCriterion())
    let figures = try #require(verdict.figures)
    #expect(verdict.outcome == .leak && verdict.count == 120 && verdict.seconds == 595)
    #expect(figures.slopeLow <= 300 && 300 <= figures.slopeHigh)
    #expect(figures.slopeLow > 250 && figures.slopeHigh < 350)
    #expect(figures.pValue < 1e-10 && figures.steadyPValue < 0.01)
  }

  @Test("Growth that is real but slow is below the limit")
  func belowLimit() throws {
    let series = try Scenario.leak.series(seed: 1, interval: 5, noise: 3)
    let verdict = try LeakVerdict(of: series, criterion: LeakCriterion(limitPerHour: 400))
    #expect(verdict.outcome == .belowLimit)
    #expect(!verdict.isLeak)
  }

  @Test("Memory that shrinks is no leak")
  func shrinking() throws {
    let series = try Scenario.leak.series(seed: 1, interval: 5, noise: 3)
    let falling = try PairedSeries(x: series.x, y: series.y.map { -$0 })
    #expect(try LeakVerdict(of: falling, criterion: LeakCriterion(limitPerHour: 0)).outcome == .noGrowth)
  }

  @Test("A straight line without noise is a leak, a constant is none")
  func exact() throws {
    let x = (0..<60).map { Double($0) * 10 }
    let line = try PairedSeries(x: x, y: x.map { $0 / 12 })
    let verdict = try LeakVerdict(of: line, criterion: LeakCriterion())
    #expect(verdict.outcome == .leak)
    #expect(isClose(verdict.figures?.slopePerHour, 300))
    let constant = try PairedSeries(x: x, y: x.map { _ in 7 })
    #expect(try LeakVerdict(of: constant, criterion: LeakCriterion(limitPerHour: 0)).outcome == .noGrowth)
  }

  @Test("A long series is judged by the medians of its blocks")
  func long() throws {
    for scenario in [Scenario.leak, .oneStep, .whiteNoise, .sawtooth] {
      let series = try scenario.series(seed: 2, interval: 0.5, noise: 3)
      let verdict = try LeakVerdict(of: series, criterion: LeakCriterion())
      #expect(verdict.count == 1200)
      #expect(verdict.isLeak == scenario.isLeak, "\(scenario): \(verdict)")
    }
  }

  @Test("Too few samples give no verdict", arguments: [0, 1, 2, 19])
  func few(count: Int) throws {
    let series = try PairedSeries((0..<count).map(Double.init))
    let verdict = try LeakVerdict(of: series, criterion: LeakCriterion())
    #expect(verdict.outcome == .tooFewSamples && verdict.figures == nil)
  }

  @Test("Samples of one instant, and criteria without sense, are refused")
  func refused() throws {
    let series = try PairedSeries(x: Array(repeating: 1, count: 30), y: (0..<30).map(Double.init))
    #expect(throws: StatisticsError.self) { try LeakVerdict(of: series, criterion: LeakCriterion()) }
    #expect(throws: StatisticsError.self) { try LeakCriterion(limitPerHour: -1) }
    #expect(throws: StatisticsError.self) { try LeakCriterion(limitPerHour: .nan) }
    #expect(throws: StatisticsError.self) { try LeakCriterion(significance: 0) }
  }
}
