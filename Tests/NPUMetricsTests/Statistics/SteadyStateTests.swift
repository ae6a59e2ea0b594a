internal import NPUMetrics
internal import Testing

@Suite("Steady state")
struct SteadyStateTests {
  /// A series in which each value keeps a share of its predecessor's distance from the mean.
  private func correlated(count: Int, memory: Double, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    var distance = 0.0
    return (0..<count).map { _ in
      distance = memory * distance + generator.normal()
      return 100 + distance
    }
  }

  @Test("Batch means of a short series equal those by hand")
  func batchesByHand() throws {
    // Seven values in three batches of two: the first is left out; means 3, 5, 4 with deviation 1.
    let found = try BatchMeans(of: [9, 2, 4, 5, 5, 3, 5], batches: 3)
    #expect(found.means == [3, 5, 4] && found.mean == 4 && found.batchSize == 2 && found.count == 7)
    let reach = 4.302652729749462 / 3.0.squareRoot()
    #expect(isClose(found.low, 4 - reach) && isClose(found.high, 4 + reach))
    #expect(isClose(found.neighbourCorrelation, -0.5))
  }

  @Test("Batch means cover the mean of a correlated series where the plain interval does not")
  func coverage() throws {
    var batched = 0
    var plain = 0
    for seed in 1...100 as ClosedRange<UInt64> {
      let values = correlated(count: 1000, memory: 0.8, seed: seed)
      let found = try BatchMeans(of: values)
      batched += found.low <= 100 && 100 <= found.high ? 1 : 0
      let summary = try Summary(of: values, percentiles: [])
      let error = try #require(summary.standardDeviationSample) / 1000.0.squareRoot()
      plain += try abs(#require(summary.mean) - 100) <= 1.96 * error ? 1 : 0
    }
    #expect(batched >= 88, "\(batched) of 100")
    #expect(plain <= 70, "\(plain) of 100")
  }

  @Test("Batches too short to be independent are told")
  func dependentBatches() throws {
    #expect(try !BatchMeans(of: correlated(count: 200, memory: 0.98, seed: 3), batches: 40).isTrustworthy)
    #expect(try BatchMeans(of: correlated(count: 5000, memory: 0.5, seed: 3)).isTrustworthy)
  }

  @Test("A warm-up is cut where it ends", arguments: 1...10 as ClosedRange<UInt64>)
  func warmup(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<500).map { index in
      100 + (index < 100 ? 2 * Double(100 - index) : 0) + generator.normal(standardDeviation: 3)
    }
    let found = try WarmupTruncation(of: values)
    // The rule may cut too much where the noise happens to be great, never too little by much.
    #expect((85...200).contains(found.discarded), "\(found)")
    #expect(found.discarded % 5 == 0 && found.isSettled)
  }

  @Test("The rule equals its definition", arguments: [1, 3, 5])
  func definition(size: Int) throws {
    let values = correlated(count: 97, memory: 0.9, seed: UInt64(size))
    let batches = (0..<97 / size).map { index in
      values[index * size..<(index + 1) * size].reduce(0, +) / Double(size)
    }
    let errors = (0...batches.count / 2).map { cut in
      let rest = batches[cut...]
      let mean = rest.reduce(0, +) / Double(rest.count)
      return rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rest.count * rest.count)
    }
    let least = try #require(errors.min())
    let found = try WarmupTruncation(of: values, batchSize: size)
    #expect(isClose(found.leastError, least, relative: 1e-10))
    #expect(errors.firstIndex(of: least).map { $0 * size } == found.discarded)
  }

  @Test("A series without warm-up loses nothing, one that drifts throughout has not settled")
  func ends() throws {
    let constant = try WarmupTruncation(of: Array(repeating: 7, count: 100))
    #expect(constant.discarded == 0 && constant.isSettled && constant.leastError == 0)
    let drift = try WarmupTruncation(of: (0..<100).map(Double.init))
    #expect(!drift.isSettled && drift.discarded == 50)
  }

  @Test("The steady window leaves out rise and fall", arguments: 1...5 as ClosedRange<UInt64>)
  func window(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<600).map { index in
      let level = index < 120 ? Double(index) / 1.2 : index < 480 ? 100 : Double(600 - index) / 1.2
      return level + generator.normal(standardDeviation: 2)
    }
    let found = try SteadyWindow(of: values)
    let range = try #require(found.range)
    #expect((95...135).contains(range.lowerBound) && (465...505).contains(range.upperBound), "\(range)")
    #expect(try abs(#require(found.level) - 100) < 2)
    #expect(isClose(found.share, Double(range.count) / 600))
  }

  @Test("All of a level series is steady, nothing of a steep one is")
  func extremes() throws {
    let level = try SteadyWindow(of: correlated(count: 300, memory: 0.2, seed: 1))
    #expect(level.range == 0..<300 && level.share == 1)
    let steep = try SteadyWindow(of: (0..<200).map { Double($0 * $0) })
    #expect(steep.range == nil && steep.level == nil && steep.share == 0)
    #expect(try SteadyWindow(of: Array(repeating: 0, count: 20)).range == 0..<20)
  }

  @Test("A step leaves the longer of both levels")
  func step() throws {
    var generator = SeededGenerator(seed: 2)
    let values = (0..<300).map { ($0 < 100 ? 50.0 : 80) + generator.normal() }
    let range = try #require(SteadyWindow(of: values).range)
    #expect((85...105).contains(range.lowerBound) && range.upperBound == 300)
  }

  @Test("Too few values, NaN, infinities and bad parameters are refused")
  func refused() {
    let good = (0..<100).map(Double.init)
    for bad in [[], [1], [1, 2], Array(repeating: .nan, count: 50), Array(repeating: .infinity, count: 50)]
      as [[Double]]
    {
      #expect(throws: StatisticsError.self) { try BatchMeans(of: bad) }
      #expect(throws: StatisticsError.self) { try WarmupTruncation(of: bad) }
      #expect(throws: StatisticsError.self) { try SteadyWindow(of: bad) }
    }
    #expect(throws: StatisticsError.self) { try BatchMeans(of: good, batches: 1) }
    #expect(throws: StatisticsError.self) { try BatchMeans(of: good, batches: .max) }
    #expect(throws: StatisticsError.self) { try BatchMeans(of: good, confidence: 0) }
    #expect(throws: StatisticsError.self) { try WarmupTruncation(of: good, batchSize: 0) }
    #expect(throws: StatisticsError.self) { try WarmupTruncation(of: good, batchSize: .max) }
    #expect(throws: StatisticsError.self) { try SteadyWindow(of: good, tolerance: 0) }
    #expect(throws: StatisticsError.self) { try SteadyWindow(of: good, significance: 1) }
  }
}
