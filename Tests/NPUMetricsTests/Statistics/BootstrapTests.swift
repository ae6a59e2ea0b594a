internal import Testing

@testable internal import NPUMetrics

@Suite("Bootstrap")
struct BootstrapTests {
  @Test("Intervals agree with the reference within its tolerance", arguments: try GoldenBootstrap.load().bootstrap)
  func golden(expected: GoldenBootstrap.Interval) throws {
    let sample = try #require(GoldenBootstrap.load().samples[expected.data])
    // A median jumps from one sample to the next; where a level lies near a jump, more resamples settle it. They cost
    // little here, because only ranks are drawn.
    let resamples = expected.sampleStatistic == .median ? 29_999 : expected.n_resamples
    let bootstrap = try Bootstrap(
      resamples: resamples, confidence: expected.confidence, method: expected.bootstrapMethod, seed: 1)
    let found = try bootstrap.interval(of: expected.sampleStatistic, in: sample)
    #expect(isClose(found.estimate, expected.point))
    #expect(abs(found.low - expected.low) <= expected.tolerance[0], "\(found)")
    #expect(abs(found.high - expected.high) <= expected.tolerance[1], "\(found)")
    #expect(isClose(found.standardError, expected.standard_error, relative: 0.05))
  }

  @Test("The constants of BCa and the levels that follow equal the reference")
  func parts() throws {
    let golden = try GoldenBootstrap.load().bca_parts
    let jackknife = try Resampler(golden.sample, statistic: .mean).jackknife()
    let acceleration = BiasCorrection.acceleration(jackknife: [jackknife])
    #expect(isClose(acceleration, golden.acceleration))
    for row in golden.rows {
      let levels = BiasCorrection(bias: row.z0, acceleration: acceleration).levels(confidence: 0.95)
      #expect(isClose(levels.low, row.alpha_low))
      #expect(isClose(levels.high, row.alpha_high))
    }
  }

  @Test(
    "The quick ways agree with drawing whole resamples",
    arguments: [.mean, .standardDeviation, .median, .percentile(90), .percentile(37), .minimum] as [SampleStatistic])
  func shortcuts(statistic: SampleStatistic) throws {
    var generator = SeededGenerator(seed: 4)
    let sample = (0..<31).map { _ in generator.gamma(shape: 2, scale: 10) }
    func plain(_ values: [Double]) -> Double {
      let summary = try? Summary(of: values, percentiles: [37, 50, 90])
      return summary?.value(of: statistic) ?? .nan
    }
    let quick = try Bootstrap(resamples: 2000, seed: 1).interval(of: statistic, in: sample)
    let slow = try Bootstrap(resamples: 2000, seed: 2).interval(in: sample, of: plain)
    let width = slow.high - slow.low
    #expect(isClose(quick.estimate, slow.estimate, relative: 1e-14))
    #expect(abs(quick.low - slow.low) <= 0.15 * width, "\(quick) \(slow)")
    #expect(abs(quick.high - slow.high) <= 0.15 * width, "\(quick) \(slow)")
    #expect(isClose(quick.standardError, slow.standardError, relative: 0.1))
  }

  @Test(
    "Leaving one out by formula equals leaving one out",
    arguments: [.mean, .standardDeviation, .median, .percentile(90), .maximum] as [SampleStatistic])
  func jackknife(statistic: SampleStatistic) throws {
    let sample = [3, 1, 4, 1, 5, 9, 2, 6.5, 5, 3.5]
    let resampler = try Resampler(sample, statistic: statistic)
    let expected = try sample.indices.map { place in
      var rest = sample
      rest.remove(at: place)
      return try #require(Summary(of: rest, percentiles: [50, 90]).value(of: statistic))
    }
    for (found, value) in zip(resampler.jackknife().sorted(), expected.sorted()) {
      #expect(isClose(found, value, relative: 1e-13))
    }
  }

  @Test("Equal seeds give equal intervals, other seeds others")
  func seeds() throws {
    let sample = (0..<50).map { Double($0 * $0 % 37) }
    let first = try Bootstrap(seed: 7).interval(of: .mean, in: sample)
    #expect(try Bootstrap(seed: 7).interval(of: .mean, in: sample) == first)
    #expect(try Bootstrap(seed: 8).interval(of: .mean, in: sample) != first)
    #expect(first.contains(first.estimate))
  }

  @Test("A difference of samples has the interval of its shift")
  func difference() throws {
    var generator = SeededGenerator(seed: 5)
    let slow = (0..<80).map { _ in generator.normal(mean: 120, standardDeviation: 10) }
    let fast = (0..<120).map { _ in generator.normal(mean: 100, standardDeviation: 10) }
    for statistic in [SampleStatistic.mean, .median, .percentile(90)] {
      let found = try Bootstrap().differenceInterval(of: statistic, first: slow, second: fast)
      let turned = try Bootstrap().differenceInterval(of: statistic, first: fast, second: slow)
      #expect(found.contains(20))
      #expect(found.low > 0 && turned.high < 0)
      #expect(turned.estimate == -found.estimate)
    }
    let mean = try Bootstrap().differenceInterval(of: .mean, first: slow, second: fast)
    let error = try (
      #require(Summary(of: slow).standardDeviationSample), #require(Summary(of: fast).standardDeviationSample)
    )
    let expected = (error.0 * error.0 / 80 + error.1 * error.1 / 120).squareRoot()
    #expect(isClose(mean.standardError, expected, relative: 0.05))
  }

  @Test("95 % intervals of a mean cover it in about 95 % of samples", arguments: BootstrapMethod.allCases)
  func coverage(method: BootstrapMethod) throws {
    var generator = SeededGenerator(seed: 6)
    let bootstrap = try Bootstrap(resamples: 299, method: method)
    var covered = 0
    for _ in 0..<200 {
      let sample = (0..<30).map { _ in generator.exponential(mean: 10) }
      covered += try bootstrap.interval(of: .mean, in: sample).contains(10) ? 1 : 0
    }
    // The methods fall a little short on skewed samples of 30; three standard errors of 200 trials are 5 %.
    #expect((0.85...0.99).contains(Double(covered) / 200))
  }

  @Test("A constant sample has an interval without width", arguments: BootstrapMethod.allCases)
  func constant(method: BootstrapMethod) throws {
    let bootstrap = try Bootstrap(method: method)
    for statistic in [SampleStatistic.mean, .median, .maximum] {
      let found = try bootstrap.interval(of: statistic, in: [4, 4, 4])
      #expect(found.low == 4 && found.high == 4 && found.standardError == 0)
    }
    let deviation = try bootstrap.interval(of: .standardDeviation, in: [4, 4])
    #expect(deviation.low == 0 && deviation.high == 0)
  }

  @Test("The ends of the smallest samples are samples")
  func smallest() throws {
    let found = try Bootstrap().interval(of: .median, in: [1, 3])
    #expect(found.low == 1 && found.high == 3 && found.estimate == 2)
  }

  @Test("Too few samples, NaN, infinities and bad settings are refused")
  func refused() throws {
    let bootstrap = try Bootstrap(resamples: 100)
    for sample in [[], [1], [1, .nan], [1, .infinity]] as [[Double]] {
      #expect(throws: StatisticsError.self) { try bootstrap.interval(of: .mean, in: sample) }
      #expect(throws: StatisticsError.self) { try bootstrap.interval(in: sample) { $0.count > 1 ? 1 : 0 } }
      #expect(throws: StatisticsError.self) {
        try bootstrap.differenceInterval(of: .median, first: [1, 2], second: sample)
      }
    }
    #expect(throws: StatisticsError.self) { try bootstrap.interval(of: .percentile(101), in: [1, 2]) }
    #expect(throws: StatisticsError.self) { try bootstrap.interval(in: [1, 2]) { _ in .nan } }
    #expect(throws: StatisticsError.self) { try bootstrap.interval(of: .mean, in: [1e308, 1.7e308]) }
    #expect(throws: StatisticsError.self) { try Bootstrap(resamples: 99) }
    #expect(throws: StatisticsError.self) { try Bootstrap(confidence: 1) }
  }
}
