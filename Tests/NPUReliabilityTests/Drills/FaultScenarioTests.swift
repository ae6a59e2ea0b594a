import NPUReliability
import Testing

/// The ready-made scenarios and the rows of the guides.
struct FaultScenarioTests {
  /// Every row of the fault tables of the guides, the parallel requests of the functional table among them.
  static let rows: [GuideRow.Guide: Set<String>] = [
    .llm: ["Kill vLLM process", "NPU device error", "OOM trigger", "Network interruption", "Concurrent requests"],
    .audioMultimodal: [
      "Corrupted audio", "Empty audio", "Oversized audio", "Invalid image", "No image input", "Concurrent streams",
    ],
    .hiDream: [
      "torchrun is not available", "Distributed inference fails", "The path of the project is not found",
      "The port is in use", "Restart of the service",
    ],
  ]

  @Test("each row of the guides' tables has a scenario", arguments: GuideRow.Guide.allCases)
  func rowsOfGuides(_ guide: GuideRow.Guide) {
    let covered = Set(FaultScenario.all.compactMap(\.about.guide).filter { $0.guide == guide }.map(\.row))
    #expect(covered == Self.rows[guide])
  }

  @Test("names are unique, and each finds its scenario")
  func names() {
    let names = FaultScenario.all.map(\.id)
    #expect(Set(names).count == names.count)
    for name in names { #expect(FaultScenario.named(name)?.id == name) }
    #expect(FaultScenario.named("nonsense") == nil)
  }

  @Test("each scenario says what is expected, and demands something", arguments: FaultScenario.all)
  func described(_ scenario: FaultScenario) {
    #expect(!scenario.about.title.isEmpty)
    #expect(scenario.about.expectation.hasSuffix("."))
    #expect(!scenario.demands.isEmpty)
  }
}
