internal import NPUMetrics
internal import Testing

@Suite("Percentiles")
struct PercentileTests {
  @Test("Every method equals numpy to the last bit", arguments: PercentileMethod.allCases)
  func golden(method: PercentileMethod) throws {
    var compared = 0
    for sample in try GoldenPercentiles.load().samples {
      let expected = try #require(sample.percentiles[method.rawValue])
      let values = sample.values
      let sorted = try SortedSample(values)
      let selected = try values.percentiles(sample.q, method: method)
      for (index, percent) in sample.q.enumerated() {
        let found = try sorted.percentile(percent, method: method)
        #expect(found.bitPattern == selected[index].bitPattern, "\(sample) p\(percent)")
        // Where numpy has no answer between a finite and an infinite sample, ours is tested below.
        guard !expected[index].value.isNaN else { continue }
        #expect(found == expected[index].value, "\(sample) p\(percent)")
        compared += 1
      }
    }
    #expect(compared > 440)
  }

  @Test("The median and the quartiles' distance are those of the reference")
  func quartiles() throws {
    for sample in try GoldenPercentiles.load().samples {
      // The reference has no distance where a quartile is infinite.
      guard let median = sample.describe.median?.value, let iqr = sample.describe.iqr?.value else {
        #expect(sample.values.contains { $0.isInfinite }, "\(sample)")
        continue
      }
      let sorted = try SortedSample(sample.values)
      #expect(try sorted.percentile(50) == median, "\(sample)")
      let upper = try sorted.percentile(75)
      let distance = upper - (try sorted.percentile(25))
      // The reference interpolates for this one with another rounding.
      #expect(abs(distance - iqr) <= 1e-15 * abs(upper), "\(sample): \(distance)")
    }
  }

  @Test("The thirteen methods carry numpy's names")
  func names() throws {
    let sample = try #require(try GoldenPercentiles.load().samples.first)
    #expect(Set(PercentileMethod.allCases.map(\.rawValue)) == Set(sample.percentiles.keys))
  }

  @Test("A percentile of a sample with infinities is never NaN", arguments: PercentileMethod.allCases)
  func neverNaN(method: PercentileMethod) throws {
    let samples: [[Double]] = [
      [1, 2, .infinity, 4], [1, .infinity], [-.infinity, .infinity], [.infinity, .infinity], [-.infinity, 0],
      [.infinity],
      [-.greatestFiniteMagnitude, .greatestFiniteMagnitude],
    ]
    for sample in samples {
      var last = -Double.infinity
      for percent in stride(from: 0.0, through: 100, by: 0.5) {
        let value = try sample.percentile(percent, method: method)
        #expect(!value.isNaN, "\(sample) p\(percent)")
        #expect(value >= last, "\(sample) p\(percent)")
        last = value
      }
      #expect(try sample.percentile(0, method: method) == sample.min())
      #expect(try sample.percentile(100, method: method) == sample.max())
    }
  }

  @Test(
    "Any weight on a failure makes a percentile infinite, and no weight leaves the sample",
    arguments: [
      (50.0, PercentileMethod.linear, 3.0), (75, .linear, 4), (75.1, .linear, .infinity), (100, .linear, .infinity),
      (100, .lower, .infinity), (90, .lower, 4), (90, .higher, .infinity), (80, .invertedCDF, 4),
      (80.1, .invertedCDF, .infinity), (80, .midpoint, .infinity), (80, .interpolatedInvertedCDF, 4),
      (0, .weibull, 1),
    ])
  func censored(percent: Double, method: PercentileMethod, expected: Double) throws {
    let latencies: [Double] = [4, 2, 1, 3]
    #expect(try latencies.percentile(percent, method: method, failures: 1) == expected)
    #expect(try (latencies + [.infinity]).percentile(percent, method: method) == expected)
    #expect(try SortedSample(latencies).percentile(percent, method: method, failures: 1) == expected)
  }

  @Test("If everything failed, every percentile is infinite")
  func onlyFailures() throws {
    #expect(try [Double]().percentiles([1, 50, 99], failures: 3) == [.infinity, .infinity, .infinity])
  }

  @Test("A percentile outside 0 to 100 is refused with its value", arguments: [-1, 100.0001, 101, .nan, .infinity])
  func range(percent: Double) throws {
    for attempt in [
      { try [1.0, 2].percentile(percent) }, { try SortedSample([1, 2]).percentile(percent) },
    ] as [() throws -> Double] {
      let error = #expect(throws: StatisticsError.self) { try attempt() }
      #expect(error?.kind == .percentileOutOfRange)
      #expect(error?.message.contains("\(percent)") == true)
    }
  }

  @Test("NaN samples are refused with their place")
  func notANumber() {
    let error = #expect(throws: StatisticsError.self) { try [1, .nan, 2].percentile(50) }
    #expect(error?.kind == .notANumber)
    #expect(error?.message.contains("Sample 1 ") == true)
    #expect(throws: StatisticsError.self) { try SortedSample([.nan]) }
  }

  @Test("An empty sample has no percentile")
  func empty() throws {
    let error = #expect(throws: StatisticsError.self) { try [Double]().percentile(50) }
    #expect(error?.kind == .emptySample)
    let sorted = try SortedSample([])
    #expect(sorted.minimum == nil)
    #expect(sorted.shareAtOrBelow(1) == nil)
    #expect(throws: StatisticsError.self) { try sorted.percentile(50) }
  }

  @Test("Negative and overflowing numbers of failures are refused")
  func failures() {
    let error = #expect(throws: StatisticsError.self) { try [1.0].percentile(50, failures: -1) }
    #expect(error?.kind == .negativeCount)
    #expect(throws: StatisticsError.self) { try [1.0].percentile(50, failures: .max) }
  }

  @Test("Selection finds the same samples as sorting, whatever the shape", arguments: SampleShape.allCases)
  func selection(shape: SampleShape) throws {
    for count in [1, 2, 1024, 1025, 5000, 60_000] {
      let values = shape.values(count: count)
      let sorted = try SortedSample(values)
      let percents = [99.9, 0, 50, 99, 100, 33.3, 0.01, 50]
      let found = try values.percentiles(percents)
      for (percent, value) in zip(percents, found) {
        #expect(try value == sorted.percentile(percent), "\(count) samples, p\(percent)")
      }
    }
  }

  @Test("Many percentiles at once are each right")
  func many() throws {
    let values = SampleShape.scattered.values(count: 3000)
    let percents = Array(stride(from: 0, through: 100, by: 0.25))
    let sorted = try SortedSample(values)
    #expect(try values.percentiles(percents) == percents.map { try sorted.percentile($0) })
  }

  @Test("A percentile never falls as p grows and stays within the sample", arguments: PercentileMethod.allCases)
  func monotone(method: PercentileMethod) throws {
    for shape in SampleShape.allCases {
      for count in [1, 2, 3, 7, 100] {
        let sorted = try SortedSample(shape.values(count: count))
        var last = try #require(sorted.minimum)
        for percent in stride(from: 0.0, through: 100, by: 0.1) {
          let value = try sorted.percentile(percent, method: method)
          #expect(value >= last, "\(shape), \(count) samples, p\(percent)")
          last = value
        }
        #expect(last <= sorted.maximum ?? -.infinity)
      }
    }
  }

  @Test("The share at or below a value counts ties", arguments: [(0, 0), (1, 0.2), (2, 0.8), (2.5, 0.8), (9, 1)])
  func share(value: Double, expected: Double) throws {
    #expect(try SortedSample([2, 1, 2, 3, 2]).shareAtOrBelow(value) == expected)
  }
}

/// Orders and repetitions that break careless selection.
enum SampleShape: CaseIterable {
  case scattered, ascending, descending, constant, fewValues, oneOutlier, organPipe, longTail, infinite

  func values(count: Int) -> [Double] {
    var generator = SeededGenerator(seed: 7)
    return (0..<count).map { index in
      switch self {
      case .scattered: generator.uniform()
      case .ascending: Double(index)
      case .descending: Double(-index)
      case .constant: 4
      case .fewValues: Double(generator.next() % 3)
      case .oneOutlier: index == count / 2 ? 1e9 : 1
      case .organPipe: Double(min(index, count - index))
      case .longTail: 1 / (1 - generator.uniform())
      case .infinite: generator.uniform() < 0.3 ? .infinity : generator.uniform() < 0.1 ? -.infinity : Double(index)
      }
    }
  }
}
