import Benchmark

/// Every benchmark: one kernel, one thread, input made by a formula before the clock starts.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock, .peakMemoryResident], warmupIterations: 3, maxDuration: .seconds(3),
    maxIterations: 1000)
  imageKernels()
  textKernels()
  statisticsKernels()
  npuSMIKernels()
}
