import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Load session")
struct LoadSessionTests {
  private struct Chats: Workload {
    struct Exhausted: Error {}

    var failsAt = Int.max

    func prepare(_ index: Int) async throws -> PreparedRequest? {
      guard index < failsAt else { throw Exhausted() }
      return PreparedRequest(
        request: TransferRequest(head: .init(method: .post, scheme: "http", authority: "h", path: "/")))
    }
  }

  /// Answers whole, and then leaves its bodies open.
  private static func transport(leavesOpen: Bool = false) -> ScriptedTransport {
    ScriptedTransport { _ in
      [
        .head(status: 200), .wait(.milliseconds(20)),
        .body("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n"), .wait(.milliseconds(10)),
        .body(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        ),
      ] + (leavesOpen ? [.hang] : [])
    }
  }

  private func plan(_ requests: Int) throws -> LoadPlan {
    try LoadPlan(arrival: .closedLoop(concurrency: 2), rampUp: .zero, stop: .requests(requests))
  }

  @Test("An error of the workload ends the run and keeps the report of what was done")
  func workloadError() async throws {
    let result = try await LoadSession(
      plan: plan(100), workload: Chats(failsAt: 7), transport: Self.transport()
    ).run()
    #expect(result.workloadError is Chats.Exhausted)
    #expect(result.report.incompleteReason?.contains("Exhausted") == true)
    #expect(!result.report.passes)
    #expect(result.report.notes.first?.contains("the run could not go on") == true)
    #expect(result.report.requests.sent <= 7)
    #expect(result.report.requests.completed + result.report.requests.cancelled == result.report.requests.sent)
  }

  @Test("A journal that cannot be written to its end takes neither the run nor the report away")
  func journalError() async throws {
    let folder = try TemporaryFolder()
    let header = JournalHeader(run: RunDescription(), unixNanoseconds: 0, monotonic: .now, tokenStamps: .all)
    let journal = try JournalWriter(path: folder.file("j"), header: header)
    try journal.close()
    let result = try await LoadSession(
      plan: plan(10), workload: Chats(), transport: Self.transport(), journal: journal
    ).run()
    #expect(result.journalError?.kind == .closed)
    #expect(result.report.requests.completed == 10)
    #expect(result.report.incompleteReason == nil)
    #expect(result.report.notes.contains { $0.hasPrefix("The journal is not whole") })
  }

  @Test("A rate without a limit stands neither in report nor in journal, and keeps neither from being written")
  func infiniteRate() async throws {
    let folder = try TemporaryFolder()
    let processes = [
      try ArrivalProcess.poisson(rate: .infinity), try .constant(rate: .infinity), try .constant(rate: 50),
    ]
    for process in processes {
      var session = LoadSession(
        plan: try LoadPlan(arrival: .openLoop(process, maxConcurrency: 9), stop: .requests(5)), workload: Chats(),
        transport: Self.transport())
      let path = folder.file("\(process)".filter(\.isLetter) + ".jsonl")
      try session.writeJournal(to: path)
      let report = try await session.run().report
      #expect(report.run.requestRate == (process.rate.isFinite ? process.rate : nil))
      #expect(report.run.burstiness?.isFinite != false)
      #expect(try LoadReport(json: report.json()).run == report.run)
      #expect(try LoadReport(replaying: path) == report)
    }
  }

  @Test("Report and journal say by themselves what was sent where, and how fast")
  func description() async throws {
    let folder = try TemporaryFolder()
    let service = ServiceConfiguration(endpoint: try Endpoint("http://h:1/v1"))
    let workload = ChatWorkload(
      service: service, pattern: ChatRequest(model: "org/m", messages: []), prompts: PromptList.fixed("Hello"))
    let plan = try LoadPlan(
      arrival: .openLoop(.constant(rate: 50), maxConcurrency: 9), stop: .requests(5), seed: 77)
    var session = LoadSession(plan: plan, workload: workload, transport: Self.transport())
    session.description.label = "mine"
    let path = folder.file("run.jsonl")
    try session.writeJournal(to: path)
    let report = try await session.run().report
    for run in [report.run, try LoadReport(replaying: path).run] {
      #expect(run.model == "org/m")
      #expect(run.baseURL == service.endpoint.description)
      #expect(run.endpointType == "openai-chat")
      #expect(run.label == "mine")
      #expect(run.plan == "\(plan)")
      #expect(run.plannedRequests == 5 && run.requestRate == 50 && run.maxConcurrency == 9 && run.seed == 77)
      #expect(!run.versions.isEmpty)
    }
    #expect(try LoadReport(replaying: path) == report)
  }

  @Test("A service that leaves its body open after the end mark holds a place for a second, not until its timeout")
  func openBody() async throws {
    let result = try await LoadSession(
      plan: plan(6), workload: Chats(), transport: Self.transport(leavesOpen: true)
    ).run()
    #expect(result.report.requests.completed == 6)
    #expect(result.report.latencies.endToEnd.maximum == 30)
    #expect(result.report.window.seconds == 3 * 1.03)
  }
}
