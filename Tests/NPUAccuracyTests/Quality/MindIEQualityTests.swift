import NPUAccuracy
import NPUBase
import NPULoad
import NPUMetrics
import NPUReporting
import NPUServices
import TestSupport
import Testing

@testable import NPUSimulator

/// Loads in MindIE's own protocols whose responses are examined, against the simulator.
@Suite("Quality under load in MindIE's own protocols")
struct MindIEQualityTests {
  private static let behaviour = Behaviour(outputTokens: 48).with {
    $0.wireProtocol = .mindie
    $0.repeatsQuotes = true
  }
  private static let prompts = try? PromptList((0..<50).map { Prompt(.text("Tell me of the sea, part \($0).")) })

  private static func load(
    _ wireProtocol: MindIERequest.WireProtocol, _ behaviour: Behaviour, requests: Int = 120,
    quality: QualityOptions = QualityOptions()
  ) async throws -> LoadReport {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Service(simulator.baseURL).mindIE(wireProtocol).load(
        .closedLoop(concurrency: 8), .requests(requests), prompts: try #require(prompts),
        sampling: SamplingParameters(temperature: 0, maxTokens: 64), quality: quality)
    }
  }

  private static let variants: [(MindIERequest.WireProtocol, Bool)] = MindIERequest.WireProtocol.allCases.flatMap {
    [($0, false), ($0, true)]
  }

  @Test(
    "A service that responds well has its canaries right, whether events repeat the text or not", arguments: variants)
  func clean(wireProtocol: MindIERequest.WireProtocol, repeats: Bool) async throws {
    let report = try await Self.load(
      wireProtocol, Self.behaviour.with { $0.mindie.fullText = repeats }, quality: QualityOptions(canaryShare: 0.1))
    #expect(report.requests.completed == 120)
    let quality = try #require(report.quality)
    #expect(quality.answers == 120 && quality.wrong == 0, "\(quality.kinds)")
    let canaries = try #require(quality.canaries)
    #expect(canaries.sent == 12 && canaries.right == 12)
    #expect(report.latencies.endToEnd.count == 108)
    let alone = try #require(quality.aloneVersusLoad)
    #expect(alone.cases > 8 && alone.worse == 0 && alone.pValue == 1)
    try report.require("wrong_rate<1%")
  }

  @Test("Codes of other requests are leaks, and no canary is right by them", arguments: variants)
  func leaks(wireProtocol: MindIERequest.WireProtocol, repeats: Bool) async throws {
    // The three canaries before the load are right.
    let behaviour = try #require(
      (UInt64(0)..<100).lazy.map { seed in
        Self.behaviour.with {
          $0.mindie.fullText = repeats
          $0.corruption = Corruption([.leak], rate: 0.1)
          $0.seed = seed
        }
      }.first { behaviour in (0..<3).allSatisfy { behaviour.corruption(forRequest: $0) == nil } })
    let report = try await Self.load(
      wireProtocol, behaviour, quality: QualityOptions(canaryShare: 0.5, aloneCases: 0))
    let spoiled = (3..<123).count { behaviour.corruption(forRequest: $0) != nil }
    let quality = try #require(report.quality)
    #expect(spoiled > 0 && quality.kinds[.leak]?.count == spoiled, "\(quality.kinds)")
    let canaries = try #require(quality.canaries)
    #expect(canaries.sent == 60 && canaries.right < 60 && canaries.right >= 60 - spoiled)
  }

  /// One service before the load, and another in its place under it.
  private static func canaries(
    _ wireProtocol: MindIERequest.WireProtocol, underLoad behaviour: Behaviour, maxTokens: Int,
    extras: [String: NPUBase.JSONValue] = [:]
  ) async throws -> QualityFigures.CanaryFigures? {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), stop: .requests(20))
    let watch = QualityWatch(QualityOptions(canaryShare: 0.5, aloneCases: 0), plan: plan, isGreedy: true)
    func workload(_ client: MindIEClient, _ prompts: any PromptSource) async throws -> MindIEWorkload {
      var pattern = try await client.request(
        "", sampling: SamplingParameters(temperature: 0, maxTokens: maxTokens))
      pattern.extras = extras
      var workload = MindIEWorkload(
        service: client.service, wireProtocol: wireProtocol, pattern: pattern, prompts: prompts)
      workload.examiner = watch
      return workload
    }
    return try await withSimulator(behaviour: Self.behaviour) { quiet in
      try await withSimulator(behaviour: behaviour) { busy in
        let before = try Service(quiet.baseURL).mindIE(wireProtocol)
        let loaded = try Service(busy.baseURL).mindIE(wireProtocol)
        try await watch.tryCanaries(over: before.transport) { try await workload(before, $0) }
        let report = try await loaded.transport.load(
          try await workload(loaded, watch.prompts(try #require(Self.prompts))), plan, LoadReportBuilder.Options(),
          journal: nil)
        return report.quality?.canaries
      }
    }
  }

  @Test(
    "A canary that says something else under load is wrong, unless its limit has cut it or may have",
    arguments: MindIERequest.WireProtocol.allCases)
  func others(wireProtocol: MindIERequest.WireProtocol) async throws {
    let short = Self.behaviour.with { $0.text = "It is calm today." }
    let ended = try #require(try await Self.canaries(wireProtocol, underLoad: short, maxTokens: 64))
    #expect(ended.sent == 10 && ended.wrong == 10)
    // Before the load a code fits into the limit.
    let long = Self.behaviour.with { $0.text = String(repeating: "Calm is the sea. ", count: 20) }
    let cut = try #require(try await Self.canaries(wireProtocol, underLoad: long, maxTokens: 40))
    #expect(cut.sent == 10 && cut.undecided == 10)
  }

  @Test("A response that is to begin with its prompt does not make a canary right")
  func fullText() async throws {
    let short = Self.behaviour.with { $0.text = "It is calm today." }
    let found = try await Self.canaries(
      .tgi, underLoad: short, maxTokens: 64, extras: ["parameters": .object(["return_full_text": true])])
    #expect(found?.sent == 10 && found?.wrong == 10)
  }
}
