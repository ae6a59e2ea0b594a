// swift-tools-version: 6.2

import PackageDescription

/// Speed of the kernels of NPUMetrics; a package of its own, so that nobody who uses the library fetches the harness.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "NPUTestKit", path: ".."),
    // Without its traits: they would put themselves between the kernels and the allocator.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "NPUMetrics", package: "NPUTestKit"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Kernels",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
