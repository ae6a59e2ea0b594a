import NPULoad
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("The share of an image in the TTFT", .timeLimit(.minutes(10)))
struct EncodeShareTests {
  /// The signature of PNG is all that the simulator looks at.
  private static let image: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 9, 9, 9]

  @Test("the share of an image in the TTFT is measured by pairs")
  func encodeShare() async throws {
    var behaviour = Behaviour(timeToFirstToken: .milliseconds(40), outputTokens: 2)
    behaviour.audio.encodeLatency = .milliseconds(120)
    try await withSimulator(behaviour: behaviour) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      let service = try ServiceConfiguration(simulator.baseURL)
      let workload = ChatWorkload(
        service: service,
        pattern: ChatRequest(model: "simulated-chat", messages: []), prompts: PromptList.fixed("What is this?"),
        media: [.image(Self.image)], alternates: true)
      let plan = try LoadPlan(arrival: .closedLoop(concurrency: 1), rampUp: .zero, stop: .requests(12))
      var records: [RequestRecord] = []
      _ = try await LoadGenerator(plan: plan, workload: workload, transport: transport).run { records += $0 }
      let share = EncodeShare(records)
      #expect(share.pairs.count == 6)
      // 120 of 160 ms, and never less than that by the simulator's own clock.
      #expect(share.pairs.allSatisfy { $0.with >= .milliseconds(160) })
      let interval = try #require(share.interval())
      #expect(interval.contains(try #require(share.share)))
      #expect(share.figures.first { $0.name == "image_share_of_ttft" }?.value == share.share)
    }
  }

  @Test("a pair that lacks a half, or a first token in one, is counted as left out")
  func incomplete() {
    var records = (0..<7).map { SampleRecords.paced(index: $0, start: 0, firstToken: $0 % 2 == 0 ? 200 : 100) }
    records[1].outcome = Outcome(.httpStatus(503))
    records[2].timeline.events = []
    let share = EncodeShare(records)
    #expect(share.pairs.count == 1)
    #expect(share.incompletePairs == 3)
    #expect(share.figures.first { $0.name == "image_pairs_incomplete" }?.value == 3)
  }
}
