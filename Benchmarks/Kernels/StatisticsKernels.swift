import Benchmark
import NPUMetrics

/// Percentiles, bootstrap intervals, trends and comparisons of samples in memory.
func statisticsKernels() {
  Benchmark("p99 of 1,000,000 samples") { _, samples in
    blackHole(try samples.percentile(99))
  } setup: {
    MadeSample.uniform(count: 1_000_000)
  }

  Benchmark("Five percentiles of 1,000,000 samples") { _, samples in
    blackHole(try samples.percentiles([50, 90, 95, 99, 99.9]))
  } setup: {
    MadeSample.uniform(count: 1_000_000)
  }

  Benchmark("BCa interval of a mean, 200 samples, 9,999 resamples") { _, samples in
    blackHole(try Bootstrap().interval(of: .mean, in: samples))
  } setup: {
    MadeSample.uniform(count: 200)
  }

  Benchmark("Theil-Sen slope with interval, 1,000 points") { _, series in
    blackHole(try TheilSenSlope(of: series))
  } setup: {
    try PairedSeries(MadeSample.uniform(count: 1000))
  }

  Benchmark("Mann-Whitney test, 1,000 and 1,000 samples") { _, samples in
    blackHole(try MannWhitneyTest(first: samples, second: samples.reversed()))
  } setup: {
    MadeSample.uniform(count: 1000)
  }

  Benchmark("Leak verdict, 600 samples") { _, series in
    blackHole(try LeakVerdict(of: series, criterion: LeakCriterion()))
  } setup: {
    try PairedSeries(MadeSample.uniform(count: 600))
  }
}

/// Samples with equal chances from 0 to 1.
enum MadeSample {
  static func uniform(count: Int) -> [Double] {
    var generator = SeededGenerator(seed: 1)
    return (0..<count).map { _ in generator.uniform() }
  }
}
