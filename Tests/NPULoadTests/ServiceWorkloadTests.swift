import HTTPTypes
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Loads of images and tasks")
struct ServiceWorkloadTests {
  private func records(_ workload: any Workload, _ transport: ScriptedTransport, _ count: Int) async throws
    -> [RequestRecord]
  {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 2), rampUp: .zero, stop: .requests(count))
    var records: [RequestRecord] = []
    _ = try await LoadGenerator(plan: plan, workload: workload, transport: transport).run { records += $0 }
    return records.sorted { $0.index < $1.index }
  }

  @Test("Each image request has its prompt and its seed, and its measures are in the record")
  func images() async throws {
    let png = try ImageFixtures.png()
    let transport = ImageFixtures.answering(png)
    let pattern = ImageRequest(prompt: nil, width: 16, height: 16, seed: 100)
    let workload = ImageWorkload(
      client: try ImageClient(transport).recipe, pattern: pattern,
      prompts: try PromptList([Prompt(.text("a")), Prompt(.text("b"))]), variesSeed: true, decodesPixels: true)
    let records = try await records(workload, transport, 4)
    #expect(
      records.map(\.outcome) == Array(repeating: Outcome(.success, status: records.first?.outcome.status), count: 4))
    #expect(records.allSatisfy { $0.measures == [.images: 1, .imageBytes: Double(png.count)] })
    let bodies = Set(transport.requests.map(\.text))
    #expect(
      bodies
        == Set(
          ["a", "b", "a", "b"].enumerated().map {
            #"{"height":16,"prompt":"\#($0.element)","seed":\#(100 + $0.offset),"width":16}"#
          }))
  }

  @Test("An image whose pixels are to be decoded and cannot be fails its request; the front door counts it")
  func undecoded() async throws {
    let transport = ImageFixtures.answering(ImageFixtures.jpeg, type: "image/jpeg")
    let client = try ImageClient(transport)
    let pattern = ImageRequest(prompt: nil, width: 37, height: 23)
    let workload = ImageWorkload(
      client: client.recipe, pattern: pattern, prompts: PromptList.fixed("a"), decodesPixels: true)
    let strict = try #require(try await records(workload, transport, 1).first)
    #expect(strict.outcome.kind == Outcome.Kind(rawValue: "unexpected_content"))
    #expect(strict.outcome.message?.contains("the pixels of JPEG are not decoded here") == true)
    let lenient = try await client.measure(ImageRequest(prompt: "a", width: 37, height: 23))
    #expect(lenient.outcome.kind == .success)
    #expect(lenient.measures[.undecodedImages] == 1)
    let other = try await client.measure(ImageRequest(prompt: "a", width: 512, height: 512))
    #expect(other.outcome.kind == Outcome.Kind(rawValue: "unexpected_content"))
  }

  @Test("Prompts of token ids end the run with the reason")
  func tokenPrompts() async throws {
    let transport = ImageFixtures.answering(try ImageFixtures.png())
    let workload = ImageWorkload(
      client: try ImageClient(transport).recipe, pattern: ImageRequest(prompt: nil),
      prompts: try PromptList([Prompt(.tokens([1, 2]))]))
    await #expect(throws: PromptError.self) { try await workload.prepare(0) }
  }

  @Test("A task that fails is a failed request of its own class, with its measures")
  func failedTask() async throws {
    let service = ScriptedTaskService(statuses: [.status("failed", 30, #","error":"out of memory""#)])
    let workload = TaskWorkload(
      client: try service.client.recipe, pattern: TaskRequest(prompt: nil), prompts: PromptList.fixed("a lake"),
      policy: .every(.seconds(1)))
    let record = try #require(try await records(workload, service.transport, 1).first)
    #expect(record.outcome.kind == Outcome.Kind(rawValue: "task_failed"))
    #expect(record.outcome.message?.contains("out of memory") == true)
    #expect(record.requestID == "t1")
    #expect(record.measures[.polls] == 1)
  }

  @Test(
    "A wait that is no longer than its uncertainty gives no share",
    arguments: [(10, nil), (1, 0.5)] as [(Int, Double?)])
  func queueShare(interval: Int, share: Double?) async throws {
    // Looks as far apart as the wait cannot tell it.
    let service = ScriptedTaskService(
      statuses: Array(repeating: .status("queued"), count: interval == 1 ? 9 : 0)
        + [.status("completed", 100, #","processing_time":5"#)])
    let workload = TaskWorkload(
      client: try service.client.recipe, pattern: TaskRequest(prompt: nil), prompts: PromptList.fixed("a lake"),
      policy: .every(.seconds(interval)), downloads: false)
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 1), rampUp: .zero, stop: .requests(1))
    let session = LoadSession(plan: plan, workload: workload, transport: service.transport)
    let report = try await session.run().report
    let figures = Dictionary(uniqueKeysWithValues: report.taskFigures().map { ($0.name, $0.value) })
    let found = try #require(figures["queue_share"])
    #expect((found == nil) == (share == nil))
    if let found, let share { #expect(abs(found - share) < 0.01) }
    #expect(try #require(figures["images_per_minute"]) == nil)
  }

  @Test("The cost of a batch is the ratio of the medians")
  func ratio() {
    func scaling(_ single: [Int], _ batch: [Int], _ count: Int = 4) -> Double? {
      BatchScaling(
        count: count, single: single.map { .milliseconds($0) }, batch: batch.map { .milliseconds($0) }
      ).ratio
    }
    #expect(scaling([100, 110, 900], [220, 200, 240]) == 0.5)
    #expect(scaling([100, 200], [600]) == 1)
    #expect(scaling([], [1]) == nil)
    #expect(scaling([1], []) == nil)
    #expect(scaling([100], [100], 1) == nil)
    #expect(scaling([0], [100]) == nil)
  }
}
