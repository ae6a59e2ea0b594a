internal import NPUMetrics
internal import Testing

@Suite("Latency histograms and sample stores")
struct LatencyHistogramTests {
  /// Latencies around 100 ms with a long tail, in nanoseconds.
  private static func latencies(_ count: Int, seed: UInt64 = 1) -> [Int64] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int64(generator.gamma(shape: 2, scale: 5e7)) }
  }

  private static func histogram(_ values: some Sequence<Int64>) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for value in values { histogram.record(value) }
    return histogram
  }

  @Test("A percentile is at most a thousandth above the nearest rank and never below it")
  func error() throws {
    let values = Self.latencies(20_000)
    let histogram = Self.histogram(values)
    let sorted = try SortedSample(values.map { Double($0) })
    for percent in [0, 0.01, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100] {
      let exact = try sorted.percentile(percent, method: .invertedCDF)
      let found = try histogram.percentile(percent)
      #expect(found >= exact && found <= exact * 1.001, "p\(percent): \(found), \(exact)")
    }
  }

  @Test("Count, extremes, mean and deviation are exact")
  func moments() throws {
    let values = Self.latencies(10_000)
    let histogram = Self.histogram(values)
    let summary = try Summary(of: values.map { Double($0) })
    #expect(histogram.count == 10_000)
    #expect(histogram.minimum == values.min())
    #expect(histogram.maximum == values.max())
    #expect(histogram.mean == Double(values.reduce(0, +)) / 10_000)
    let deviation = try #require(summary.standardDeviationSample)
    #expect(histogram.standardDeviationSample.map { abs($0 - deviation) < deviation * 1e-14 } == true)
    let population = try #require(summary.standardDeviationPopulation)
    #expect(histogram.standardDeviationPopulation.map { abs($0 - population) < population * 1e-14 } == true)
  }

  @Test("Parts merged in any order equal one histogram of everything", arguments: 1...5)
  func merge(seed: Int) {
    let values = Self.latencies(999, seed: UInt64(seed)) + [-1, .max, 0]
    let whole = Self.histogram(values)
    let parts = [values[..<10], values[10..<500], values[500..<500], values[500...]].map { Self.histogram($0) }
    for order in [parts, parts.reversed()] {
      var merged = LatencyHistogram()
      for part in order { merged.merge(part) }
      #expect(merged == whole)
    }
  }

  @Test("Values beyond the limit are held and counted, negative ones refused and counted")
  func limits() throws {
    let histogram = Self.histogram([.max, LatencyHistogram.limit, LatencyHistogram.limit + 1, -1, .min, 5])
    #expect(histogram.count == 4)
    #expect(histogram.heldCount == 2)
    #expect(histogram.negativeCount == 2)
    #expect(histogram.minimum == 5)
    #expect(histogram.maximum == LatencyHistogram.limit)
    #expect(try histogram.percentile(100) == Double(LatencyHistogram.limit))
    #expect(try histogram.percentile(75) <= Double(LatencyHistogram.limit))
  }

  @Test("The deviation survives the greatest values")
  func greatest() {
    let histogram = Self.histogram(Array(repeating: .max, count: 1000))
    #expect(histogram.standardDeviationPopulation == 0)
    #expect(histogram.mean == Double(LatencyHistogram.limit))
  }

  @Test("An empty histogram has no figures")
  func empty() throws {
    let histogram = LatencyHistogram()
    #expect(histogram.minimum == nil && histogram.maximum == nil && histogram.mean == nil)
    #expect(histogram.standardDeviationPopulation == nil)
    #expect(throws: StatisticsError.self) { try histogram.percentile(50) }
    #expect(try histogram.percentile(50, failures: 1) == .infinity)
    #expect(try histogram.summary().percentiles.allSatisfy { $0.value == nil })
  }

  @Test("Failures move the percentiles of a histogram", arguments: [(50.0, 3.0), (60, 3), (80, 4), (80.1, .infinity)])
  func failures(percent: Double, expected: Double) throws {
    #expect(try Self.histogram(1...4).percentile(percent, failures: 1) == expected)
  }

  @Test("Small values are exact at every rank", arguments: [1, 2, 3, 10, 97, 2000])
  func everyRank(count: Int) throws {
    let histogram = Self.histogram((1...Int64(count)).reversed())
    let sorted = try SortedSample((1...count).map { Double($0) })
    for percent in stride(from: 0.0, through: 100, by: 0.1) {
      #expect(try histogram.percentile(percent) == sorted.percentile(percent, method: .invertedCDF), "p\(percent)")
    }
  }

  @Test("A store is exact up to its limit and a histogram from then on")
  func transition() throws {
    var store = SampleStore(exactLimit: 100)
    for value in Self.latencies(100) { store.record(value) }
    #expect(store.exactness == .exact)
    let exact = try store.summary(unit: .milliseconds)
    #expect(exact.exactness == .exact && exact.method == .linear)
    #expect(try store.percentile(99) == Self.latencies(100).map { Double($0) }.percentile(99))

    store.record(1)
    #expect(store.exactness == .bucketed(significantDigits: 3))
    #expect(store.count == 101)
    let bucketed = try store.summary(unit: .milliseconds)
    #expect(bucketed.exactness == .bucketed(significantDigits: 3) && bucketed.method == .invertedCDF)
    #expect(bucketed.minimum == 1e-6)
    #expect(bucketed.maximum == exact.maximum)
  }

  @Test("A summary can be in any unit", arguments: TimeUnit.allCases)
  func units(unit: TimeUnit) throws {
    for limit in [0, 10] {
      var store = SampleStore(exactLimit: limit)
      store.record(60_000_000_000)
      store.record(180_000_000_000)
      let summary = try store.summary(percentiles: [100], unit: unit)
      #expect(summary.mean == 120e9 / unit.nanoseconds)
      #expect(summary.percentile(100)?.value == 180e9 / unit.nanoseconds)
      #expect(summary.standardDeviationPopulation == 60e9 / unit.nanoseconds)
    }
  }

  @Test("A store counts failures, refused and held values")
  func counts() throws {
    for limit in [0, 10] {
      var store = SampleStore(exactLimit: limit)
      for value in [1, 2, 3, -7, Int64.max] { store.record(value) }
      store.recordFailure()
      #expect(store.count == 4)
      #expect(store.failures == 1)
      #expect(store.histogram.negativeCount == 1 && store.histogram.heldCount == 1)
      #expect(try store.percentile(100) == Double(LatencyHistogram.limit))
      #expect(try store.percentile(100, countingFailures: true) == .infinity)
      #expect(try store.summary(percentiles: [100]).percentile(100)?.valueCountingFailures == .infinity)
    }
  }

  @Test("A value recorded several times is the same as so many records of it", arguments: [0, 5, 100])
  func repeated(limit: Int) throws {
    var once = SampleStore(exactLimit: limit)
    var weighted = SampleStore(exactLimit: limit)
    for (value, count) in [(7, 3), (-1, 2), (1_000_003, 4), (Int64.max, 1), (9, 0)] {
      for _ in 0..<count { once.record(value) }
      weighted.record(value, count: count)
    }
    #expect(weighted == once)
    #expect(weighted.count == 8 && weighted.histogram.negativeCount == 2)
  }

  @Test("What completed without a value counts as infinite beside failures, and is told apart from them")
  func undefined() throws {
    var store = SampleStore(exactLimit: 10)
    store.record(5)
    store.recordUndefined(count: 2)
    store.recordFailure()
    var other = SampleStore(exactLimit: 10)
    other.recordUndefined()
    store.merge(other)
    #expect(store.undefined == 3 && store.failures == 1 && store.infinite == 4)
    #expect(try store.percentile(50, countingFailures: true) == .infinity)
    #expect(try store.percentile(50) == 5)
  }

  @Test("Merged stores stay exact only while their samples fit together", arguments: [(50, true), (51, false)])
  func mergedStores(count: Int, isExact: Bool) throws {
    var left = SampleStore(exactLimit: 100)
    var right = SampleStore(exactLimit: 100)
    for value in Self.latencies(50) { left.record(value) }
    for value in Self.latencies(count, seed: 2) { right.record(value) }
    right.recordFailure()
    left.merge(right)
    #expect((left.exactness == .exact) == isExact)
    #expect(left.count == 50 + count)
    #expect(left.failures == 1)
    let all = (Self.latencies(50) + Self.latencies(count, seed: 2)).map { Double($0) }
    let expected = try all.percentile(90, method: .invertedCDF)
    let found = try left.percentile(90, method: .invertedCDF)
    #expect(isExact ? found == expected : found >= expected && found <= expected * 1.001)
  }
}
