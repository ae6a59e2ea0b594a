import Benchmark
import NPUMetrics

/// Percentiles of samples in memory.
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
}

/// Samples with equal chances from 0 to 1.
enum MadeSample {
  static func uniform(count: Int) -> [Double] {
    var generator = SeededGenerator(seed: 1)
    return (0..<count).map { _ in generator.uniform() }
  }
}
