// swift-tools-version: 6.2

import PackageDescription

/// One array of settings for every Swift target of the package.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .treatWarning("DeprecatedDeclaration", as: .warning),
]

let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Tools"]))

/// A layer of the kit: the target `NPU` + name in the folder of that name.
func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: "NPU" + name, dependencies: dependencies, path: "Sources/NPUTestKit/" + name, swiftSettings: settings)
}

/// The tests of a layer.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "NPU\(name)Tests", dependencies: [.target(name: "NPU" + name)] + dependencies,
    swiftSettings: settings)
}

let package = Package(
  name: "NPUTestKit",
  platforms: [.macOS(.v15)],
  products: [
    // With its layers, since `make api-check` looks at the targets of products.
    .library(
      name: "NPUTestKit",
      targets: [
        "NPUTestKit", "NPUAccuracy", "NPUBase", "NPUBatch", "NPUConformance", "NPUDeployment", "NPULoad",
        "NPUModelArts",
        "NPUReliability", "NPUReporting", "NPUServices", "NPUStorage", "NPUTelemetry", "NPUTransport",
      ]),
    .library(name: "NPUServices", targets: ["NPUServices"]),
    .library(name: "NPUMetrics", targets: ["NPUMetrics"]),
    // Apart from the kit, so that who has no use for it fetches no SwiftNIO.
    .library(name: "NPUWebSocket", targets: ["NPUWebSocket"]),
    .library(name: "NPUSimulator", targets: ["NPUSimulator"]),
    .executable(name: "audio-bench", targets: ["audio-bench"]),
    .executable(name: "audio-check", targets: ["audio-check"]),
    .executable(name: "audio-compare", targets: ["audio-compare"]),
    .executable(name: "batch-run", targets: ["batch-run"]),
    .executable(name: "fault-drill", targets: ["fault-drill"]),
    .executable(name: "image-bench", targets: ["image-bench"]),
    .executable(name: "image-check", targets: ["image-check"]),
    .executable(name: "image-compare", targets: ["image-compare"]),
    .executable(name: "llm-bench", targets: ["llm-bench"]),
    .executable(name: "llm-check", targets: ["llm-check"]),
    .executable(name: "llm-compare", targets: ["llm-compare"]),
    .executable(name: "modelarts-check", targets: ["modelarts-check"]),
    .executable(name: "npu-plan", targets: ["npu-plan"]),
    .executable(name: "npu-simulator", targets: ["npu-simulator"]),
    .executable(name: "npu-smi-simulator", targets: ["npu-smi-simulator"]),
    .executable(name: "npu-watch", targets: ["npu-watch"]),
    .executable(name: "soak", targets: ["soak"]),
    .executable(name: "task-bench", targets: ["task-bench"]),
    .executable(name: "text-compare", targets: ["text-compare"]),
  ],
  // Both are on by default. A user who has no use for them leaves them out, and their dependencies are not fetched.
  traits: [
    .default(enabledTraits: ["Tools", "Simulator"]),
    .trait(
      name: "Tools", description: "The command-line tools: swift-argument-parser, and the clients that they use.",
      enabledTraits: ["WebSocket"]),
    .trait(name: "Simulator", description: "The simulated services, which the tools measure by default: swift-nio."),
    .trait(
      name: "WebSocket", description: "The client for services that speak in messages: swift-nio, swift-nio-ssl."),
  ],
  dependencies: [
    // The ecosystem's own types for methods, statuses and header fields: they show in our public API.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    // The priority queue of the transport's timers.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    // File descriptors, paths and errno of every system in one form.
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    // Command lines of the examples.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 of recorded cases and files; HMAC of signed requests.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // The simulator, which paces thousands of streams and can send broken responses on purpose; frames of WebSockets.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // WebSockets over TLS: libcurl of Debian 12 speaks none that are more than an experiment.
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    // Constant-memory, mergeable percentiles for runs whose samples do not fit in memory.
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    // Runs npu-smi with a limit on its output, and kills its process group; without its conveniences for Foundation.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .target(
      name: "CNPUCurl", linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("dl", .when(platforms: [.linux]))]),
    .systemLibrary(name: "CNPUZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "NPUMetrics",
      dependencies: ["CNPUZlib", .product(name: "Histogram", package: "hdrhistogram-swift")],
      swiftSettings: settings),
    // The layers of the kit, each above the ones that import it.
    layer("Base", ["NPUMetrics", .product(name: "SystemPackage", package: "swift-system")]),
    layer(
      "Transport",
      [
        "CNPUCurl", "NPUBase", "NPUMetrics", httpTypes,
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    layer(
      "Services",
      ["NPUBase", "NPUMetrics", "NPUTransport", httpTypes]),
    layer(
      "Telemetry",
      [
        "NPUBase", "NPUMetrics", "NPUServices", "NPUTransport",
        httpTypes,
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    layer(
      "Deployment",
      [
        "NPUBase", "NPUMetrics", "NPUServices", "NPUTelemetry", "NPUTransport",
        httpTypes,
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    layer(
      "Load",
      [
        "NPUBase", "NPUMetrics", "NPUServices", "NPUTelemetry", "NPUTransport",
        httpTypes,
      ]),
    layer(
      "Conformance",
      [
        "NPUBase", "NPULoad", "NPUMetrics", "NPUServices", "NPUTransport",
        httpTypes,
      ]),
    // SHA-256 and HMAC, for recordings, signatures and tools.
    layer("Digest", [.product(name: "Crypto", package: "swift-crypto")]),
    // Object stores, where batches are read from and written to.
    layer("Storage", ["NPUBase", "NPUDigest", "NPUTransport", httpTypes]),
    // Many requests, each asked once.
    layer(
      "Batch",
      ["NPUBase", "NPUDigest", "NPUMetrics", "NPUServices", "NPUStorage", "NPUTransport", httpTypes]),
    layer("ModelArts", ["NPUBase", "NPUDigest", "NPUServices", "NPUTransport", httpTypes]),
    layer(
      "WebSocket",
      [
        "NPUBase", "NPUDigest", "NPULoad", "NPUServices", "NPUTransport", httpTypes,
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["WebSocket"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["WebSocket"])),
        .product(name: "NIOTLS", package: "swift-nio", condition: .when(traits: ["WebSocket"])),
        .product(name: "NIOWebSocket", package: "swift-nio", condition: .when(traits: ["WebSocket"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["WebSocket"])),
      ]),
    layer(
      "Accuracy",
      [
        "NPUBase", "NPUDigest", "NPULoad", "NPUMetrics", "NPUServices", "NPUTransport",
        httpTypes,
      ]),
    layer(
      "Reliability",
      ["NPUBase", "NPUDeployment", "NPULoad", "NPUMetrics", "NPUServices", "NPUTelemetry", "NPUTransport", httpTypes]),
    layer(
      "Reporting",
      [
        "NPUAccuracy", "NPUBase", "NPUConformance", "NPULoad", "NPUMetrics", "NPUReliability", "NPUServices",
        "NPUTelemetry",
      ]),
    .target(
      name: "NPUTestKit",
      dependencies: [
        "NPUAccuracy", "NPUBase", "NPUBatch", "NPUConformance", "NPUDeployment", "NPULoad", "NPUMetrics",
        "NPUModelArts",
        "NPUReliability", "NPUReporting", "NPUServices", "NPUStorage", "NPUTelemetry", "NPUTransport",
      ],
      path: "Sources/NPUTestKit/Kit",
      swiftSettings: settings),
    .target(
      name: "NPUSimulator",
      dependencies: [
        "NPUMetrics",
        .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Simulator"])),
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Simulator"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Simulator"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Simulator"])),
        .product(name: "NIOWebSocket", package: "swift-nio", condition: .when(traits: ["Simulator"])),
      ],
      swiftSettings: settings),
    // What every executable needs of a process, without the kit: the simulators never import it.
    .target(
      name: "ToolSupport",
      dependencies: [
        "CNPUStreams", "NPUMetrics", argumentParser, .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Sources/Examples/Shared/Tool", swiftSettings: settings),
    // Standard streams that are closed or break, dealt with before the first line of Swift.
    .target(name: "CNPUStreams"),
    // What the tools that measure or check a service have in common: option groups, how a run goes and is printed.
    .target(
      name: "ExampleSupport",
      dependencies: [
        "NPUDigest", "NPUBase", "NPUTestKit", "ToolSupport", argumentParser, httpTypes,
      ],
      path: "Sources/Examples/Shared/Service",
      swiftSettings: settings),
    .executableTarget(
      name: "image-compare",
      dependencies: [
        "NPUDigest", "ExampleSupport", "NPUBase", "NPUMetrics", "NPUSimulator", "NPUTestKit", "ToolSupport",
        argumentParser,
      ],
      path: "Sources/Examples/image-compare",
      swiftSettings: settings),
    .executableTarget(
      name: "audio-bench",
      dependencies: [
        "NPUDigest", "ExampleSupport", "NPUMetrics", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser,
      ],
      path: "Sources/Examples/audio-bench",
      swiftSettings: settings),
    .executableTarget(
      name: "audio-check",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/audio-check",
      swiftSettings: settings),
    .executableTarget(
      name: "audio-compare",
      dependencies: [
        "ExampleSupport", "NPUBase", "NPUMetrics", "NPUSimulator", "NPUTestKit", "ToolSupport", argumentParser,
      ],
      path: "Sources/Examples/audio-compare",
      swiftSettings: settings),
    .executableTarget(
      name: "batch-run",
      dependencies: ["ExampleSupport", "NPUBase", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/batch-run",
      swiftSettings: settings),
    .executableTarget(
      name: "fault-drill",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/fault-drill",
      swiftSettings: settings),
    .executableTarget(
      name: "llm-bench",
      dependencies: [
        "ExampleSupport", "NPUTestKit", "NPUSimulator", "NPUWebSocket", "ToolSupport", argumentParser,
      ],
      path: "Sources/Examples/llm-bench",
      swiftSettings: settings),
    .executableTarget(
      name: "llm-check",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/llm-check",
      swiftSettings: settings),
    .executableTarget(
      name: "llm-compare",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/llm-compare",
      swiftSettings: settings),
    .executableTarget(
      name: "image-bench",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/image-bench",
      swiftSettings: settings),
    .executableTarget(
      name: "image-check",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/image-check",
      swiftSettings: settings),
    .executableTarget(
      name: "soak",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/soak",
      swiftSettings: settings),
    .executableTarget(
      name: "task-bench",
      dependencies: ["ExampleSupport", "NPUTestKit", "NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/task-bench",
      swiftSettings: settings),
    .executableTarget(
      name: "npu-plan",
      dependencies: ["NPUTestKit", "ToolSupport", argumentParser],
      path: "Sources/Examples/npu-plan",
      swiftSettings: settings),
    .executableTarget(
      name: "modelarts-check",
      dependencies: ["ExampleSupport", "NPUBase", "NPUTestKit", "ToolSupport", argumentParser, httpTypes],
      path: "Sources/Examples/modelarts-check",
      swiftSettings: settings),
    .executableTarget(
      name: "npu-simulator",
      dependencies: ["NPUSimulator", "ToolSupport", argumentParser],
      path: "Sources/Examples/npu-simulator",
      swiftSettings: settings),
    .executableTarget(
      name: "npu-smi-simulator",
      dependencies: [
        "NPUSimulator", "ToolSupport", argumentParser, .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Sources/Examples/npu-smi-simulator",
      swiftSettings: settings),
    .executableTarget(
      name: "npu-watch",
      dependencies: ["ExampleSupport", "NPUMetrics", "NPUTestKit", "ToolSupport", argumentParser],
      path: "Sources/Examples/npu-watch",
      swiftSettings: settings),
    .executableTarget(
      name: "text-compare",
      dependencies: ["NPUMetrics", "ToolSupport", argumentParser],
      path: "Sources/Examples/text-compare",
      swiftSettings: settings),
    .testTarget(
      name: "NPUMetricsTests", dependencies: ["NPUMetrics"], resources: [.copy("Fixtures")], swiftSettings: settings),
    // Declarations of glibc that its module for Swift leaves out.
    .target(name: "CSpawn", path: "Tests/CSpawn"),
    // What the tests of several layers need: folders, sockets, processes, scripted services, sample records.
    .target(
      name: "TestSupport",
      dependencies: [
        "CSpawn", "NPUBase", "NPULoad", "NPUMetrics", "NPUServices", "NPUTelemetry", "NPUTransport", httpTypes,
      ],
      path: "Tests/Support",
      resources: [.copy("Fixtures")],
      swiftSettings: settings),
    tests("Base", ["NPUMetrics", "TestSupport"]),
    tests("Transport", ["NPUBase", "NPUMetrics", "NPUSimulator", "TestSupport", httpTypes]),
    tests(
      "Services", ["NPUBase", "NPUMetrics", "NPUSimulator", "NPUTransport", "TestSupport", httpTypes]),
    tests("Telemetry", ["NPUBase", "NPUMetrics", "TestSupport"]),
    tests("Deployment", ["NPUBase", "NPUMetrics", "NPUSimulator", "NPUTelemetry", "NPUTransport", "TestSupport"]),
    tests(
      "Batch",
      ["NPUBase", "NPUServices", "NPUSimulator", "NPUStorage", "NPUTransport", "TestSupport", httpTypes]),
    tests("Storage", ["NPUBase", "NPUSimulator", "NPUTransport", "TestSupport", httpTypes]),
    .testTarget(
      name: "NPUModelArtsTests",
      dependencies: [
        "NPUBase", "NPULoad", "NPUModelArts", "NPUServices", "NPUSimulator", "NPUTransport", "TestSupport", httpTypes,
      ],
      resources: [.copy("Fixtures")], swiftSettings: settings),
    tests(
      "WebSocket",
      [
        "NPUBase", "NPUDigest", "NPULoad", "NPUModelArts", "NPUServices", "NPUSimulator", "NPUTransport", "TestSupport",
        httpTypes,
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["WebSocket"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["WebSocket"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["WebSocket"])),
      ]),
    tests(
      "Load",
      [
        "NPUBase", "NPUMetrics", "NPUReporting", "NPUServices", "NPUSimulator", "NPUTransport", "TestSupport",
        httpTypes,
      ]),
    tests(
      "Conformance",
      [
        "NPUBase", "NPUMetrics", "NPUReporting", "NPUServices", "NPUSimulator", "NPUTransport", "TestSupport",
        httpTypes,
      ]),
    tests(
      "Accuracy",
      [
        "NPUBase", "NPULoad", "NPUMetrics", "NPUReporting", "NPUServices", "NPUSimulator", "NPUTransport",
        "TestSupport", httpTypes,
      ]),
    tests(
      "Reliability",
      [
        "NPUBase", "NPULoad", "NPUMetrics", "NPUReporting", "NPUServices", "NPUSimulator", "NPUTelemetry",
        "NPUTransport", "TestSupport", httpTypes,
      ]),
    tests(
      "Reporting",
      [
        "NPUAccuracy", "NPUBase", "NPUConformance", "NPULoad", "NPUMetrics", "NPUServices", "NPUSimulator",
        "NPUTelemetry",
        "NPUTransport", "TestSupport",
      ]),
    // The front door, as a user of the whole kit has it.
    .testTarget(
      name: "NPUTestKitTests", dependencies: ["NPUSimulator", "NPUTestKit", httpTypes], swiftSettings: settings),
    // The Swift samples of README.md and the documentation, copied by Scripts/samples.sh: to be compiled as a user's
    // code.
    .testTarget(name: "DocumentationTests", dependencies: ["NPUSimulator", "NPUTestKit", "NPUWebSocket"]),
    .testTarget(
      name: "NPUSimulatorTests",
      dependencies: [
        "NPUMetrics", "NPUSimulator",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Simulator"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Simulator"])),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "audio-bench",
        "audio-check",
        "audio-compare",
        "batch-run",
        "fault-drill",
        "image-bench",
        "image-check",
        "image-compare",
        "llm-bench",
        "llm-check",
        "llm-compare",
        "modelarts-check",
        "npu-plan",
        "npu-simulator",
        "npu-smi-simulator",
        "npu-watch",
        "soak",
        "task-bench",
        "text-compare",
        "ExampleSupport",
        "NPUMetrics",
        "NPUSimulator",
        "NPUTestKit",
        "TestSupport",
        "ToolSupport",
        argumentParser,
      ],
      swiftSettings: settings),
    // A tool of the developers and no product: `make fuzz`.
    .executableTarget(
      name: "npu-fuzz", dependencies: ["NPUMetrics", "NPUTransport", argumentParser, httpTypes], path: "Tests/Fuzz",
      swiftSettings: settings),
    .testTarget(name: "LiveEndpointTests", dependencies: ["NPUTestKit", "NPUWebSocket"], swiftSettings: settings),
  ],
  cLanguageStandard: .c11
)
