import Benchmark

/// Every benchmark: one kernel, one thread, input made by a formula before the clock starts.
let benchmarks: @Sendable () -> Void = {
  // How much slower or larger the median may become before a comparison with an earlier revision fails, in percent.
  let tolerance = BenchmarkThresholds(relative: [.p50: 25])
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock, .peakMemoryResident], warmupIterations: 3, maxDuration: .seconds(3),
    maxIterations: 1000, thresholds: [.wallClock: tolerance, .peakMemoryResident: tolerance])
  imageKernels()
  textKernels()
  statisticsKernels()
  npuSMIKernels()
}
