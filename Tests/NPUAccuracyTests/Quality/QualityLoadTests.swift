import NPUAccuracy
import NPUBase
import NPULoad
import NPUMetrics
import NPUReporting
import NPUServices
import TestSupport
import Testing

@testable import NPUSimulator

/// Loads whose responses are examined, against the simulator.
@Suite("Quality under load")
struct QualityLoadTests {
  private static let behaviour = Behaviour(outputTokens: 48).with { $0.repeatsQuotes = true }

  private static func load(
    _ behaviour: Behaviour, requests: Int = 240, temperature: Double? = nil,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), quality: QualityOptions = QualityOptions(),
    journal: String? = nil
  ) async throws -> LoadReport {
    try await withSimulator(behaviour: behaviour) { simulator in
      let service = try Service(simulator.baseURL)
      let prompts = try PromptList((0..<50).map { Prompt(.text("Tell me of the sea, part \($0).")) })
      return try await service.chat.load(
        .closedLoop(concurrency: 8), .requests(requests), prompts: prompts,
        sampling: SamplingParameters(temperature: temperature, maxTokens: 64), quality: quality, options: options,
        journal: journal)
    }
  }

  @Test("A service that responds well has every kind with none, and its canaries right")
  func clean() async throws {
    let report = try await Self.load(Self.behaviour, temperature: 0)
    let quality = try #require(report.quality)
    #expect(quality.answers == 240)
    #expect(quality.wrong == 0, "\(quality.kinds)")
    #expect(quality.kinds.count == AnomalyKind.allCases.count)
    #expect(quality.kinds.values.allSatisfy { $0.count == 0 && $0.low == 0 && $0.requestIDs.isEmpty })
    let canaries = try #require(quality.canaries)
    #expect(canaries.right == canaries.sent && canaries.sent >= 4)
    #expect(report.latencies.endToEnd.count == 240 - canaries.sent)
    #expect(report.requests.completed == 240)
    let alone = try #require(quality.aloneVersusLoad)
    #expect(alone.cases > 8 && alone.worse == 0 && alone.pValue == 1)
    #expect(try report.verdict(on: ServiceLevelObjective("wrong_rate<1%")).outcome == .pass)
  }

  @Test(
    "Each kind of corruption is found as what it is",
    arguments: Corruption.Kind.allCases.filter { $0 != .nanLogprob })
  func corrupted(_ kind: Corruption.Kind) async throws {
    let behaviour = Self.behaviour.with { $0.corruption = Corruption([kind], rate: 0.04) }
    let report = try await Self.load(behaviour)
    let quality = try #require(report.quality)
    let expected = try #require(AnomalyKind(rawValue: kind.rawValue))
    let found = try #require(quality.kinds[expected])
    // Three canaries go before the load.
    let spoiled = (3..<243).count { behaviour.corruption(forRequest: $0) != nil }
    #expect(found.count >= 2 && found.count <= spoiled, "\(spoiled): \(quality.kinds)")
    // Of the others some are no anomaly: two rounds are no loop, and the length of a canary is not looked at.
    let isCertain = [.empty, .truncated, .replacementCharacter].contains(kind)
    #expect(isCertain ? found.count == spoiled : 3 * found.count >= spoiled, "\(spoiled): \(quality.kinds)")
    #expect(found.requestIDs.count == min(found.count, 10))
    let others = quality.kinds.filter { $0.key != expected && $0.value.count > 0 }
    #expect(others.isEmpty, "\(others)")
    #expect(quality.wrong >= found.count)
    #expect(try report.verdict(on: ServiceLevelObjective("wrong_rate<0.1%")).outcome == .fail)
    #expect(ReportText(report).console.contains("\(kind.rawValue): request "))
  }

  @Test("A service that cannot repeat a code when it is alone is not blamed for its canaries")
  func unfit() async throws {
    let report = try await Self.load(Self.behaviour.with { $0.repeatsQuotes = false })
    let canaries = try #require(report.quality?.canaries)
    #expect(canaries.undecided == canaries.sent)
    #expect(report.quality?.wrong == 0)
  }

  @Test("Greedy responses that are others alone than under load are flips to the worse")
  func loadChangesResponses() async throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 8), stop: .requests(60))
    let watch = QualityWatch(QualityOptions(canaryShare: 0), plan: plan, isGreedy: true)
    func workload(_ chat: ChatClient) async throws -> ChatWorkload {
      let pattern = ChatRequest(
        model: try await chat.model.name, messages: [], sampling: SamplingParameters(temperature: 0, maxTokens: 64),
        streamOptions: .usage)
      var workload = ChatWorkload(
        service: chat.service, pattern: pattern, prompts: PromptList.fixed("Tell me of the sea."))
      workload.examiner = watch
      return workload
    }
    // One service while it is busy, and another in its place when it is not.
    let alone = try await withSimulator(behaviour: Self.behaviour) { busy in
      try await withSimulator(behaviour: Self.behaviour.with { $0.text = "It is calm today." }) { quiet in
        let (loaded, idle) = (try Service(busy.baseURL).chat, try Service(quiet.baseURL).chat)
        _ = try await loaded.transport.load(
          try await workload(loaded), plan, LoadReportBuilder.Options(), journal: nil)
        return try await watch.compareAlone(try await workload(idle), over: idle.transport)
      }
    }
    let flips = try #require(alone)
    #expect(flips.cases > 8 && flips.worse == flips.cases && flips.better == 0)
    #expect((flips.pValue ?? 1) < 0.01)
  }

  @Test("Greedy responses that are always others are not blamed on the load, and sampled ones are not compared")
  func alwaysOthers() async throws {
    let report = try await Self.load(Self.behaviour.with { $0.flaws = [.ignoresTemperature] }, temperature: 0)
    let alone = try #require(report.quality?.aloneVersusLoad)
    // Alone they differ too: nothing is blamed on the load.
    #expect(alone.cases > 8 && alone.worse == 0)
    let sampled = try await Self.load(Self.behaviour, requests: 20)
    #expect(sampled.quality?.aloneVersusLoad?.reason?.contains("temperature") == true)
  }

  @Test("A report can be made again from its journal, and read from its JSON")
  func replay() async throws {
    let folder = try TemporaryFolder()
    let report = try await Self.load(
      Self.behaviour.with { $0.corruption = Corruption(rate: 0.1) },
      options: LoadReportBuilder.Options(goodput: [GoodputObjective("e2el:10000")]),
      quality: QualityOptions(aloneCases: 0),
      journal: folder.file("run.jsonl"))
    let again = try LoadReport(
      replaying: folder.file("run.jsonl"),
      options: LoadReportBuilder.Options(goodput: [GoodputObjective("e2el:10000")]))
    #expect(again.quality == report.quality)
    #expect(try LoadReport(json: report.json()).quality == report.quality)
    #expect((report.quality?.goodAndRight ?? 0) <= (report.goodput?.good ?? 0))
    let summary = try report.summaryJSON()
    #expect(summary.contains(#""quality":{"#) && summary.contains(#""loop":{"#))
  }
}
