import HTTPTypes
import NPUBase
import NPULoad
import NPUReporting
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Load of operations")
struct OperationLoadTests {
  /// Asks for the state of a service, some fixed time away in the transport's own clock.
  private struct Probes: Workload {
    let transport: ScriptedTransport
    var failing: Set<Int> = []

    func prepare(_ index: Int) async throws -> PreparedRequest? {
      PreparedRequest(
        operation: ServiceOperation { _ in
          if failing.contains(index) {
            throw ServiceError(kind: .httpStatus, message: "the service is full", status: 503)
          }
          let request = TransferRequest(
            head: .init(method: .get, scheme: "http", authority: "h", path: "/\(index)"),
            timeouts: TransferTimeouts(connect: nil, firstByte: nil, idle: nil))
          let response = try await transport.response(to: request)
          return OperationResult(
            requestID: "task-\(index)", instants: response.instants, transfer: response.metrics,
            measures: [.images: Double(index % 3), .pause: 0.25])
        }, requestID: "sent-\(index)")
    }
  }

  private static func transport() -> ScriptedTransport {
    ScriptedTransport { _ in
      [.head(status: 200, contentType: "image/png"), .wait(.milliseconds(40)), .body("x"), .wait(.milliseconds(10))]
    }
  }

  private func run(_ workload: Probes, requests: Int, concurrency: Int = 4) async throws -> [RequestRecord] {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: concurrency), rampUp: .zero, stop: .requests(requests))
    var records: [RequestRecord] = []
    _ = try await LoadGenerator(plan: plan, workload: workload, transport: workload.transport).run { records += $0 }
    return records.sorted { $0.index < $1.index }
  }

  @Test("Every operation becomes a record with the instants of its exchange and its measures")
  func records() async throws {
    let records = try await run(Probes(transport: Self.transport()), requests: 50)
    #expect(records.map(\.index) == Array(0..<50))
    for record in records {
      #expect(record.outcome.isSuccess)
      #expect(record.requestID == "task-\(record.index)")
      #expect(record.measures == [.images: Double(record.index % 3), .pause: 0.25])
      let timeline = record.timeline
      let firstByte = try #require(timeline.firstByte)
      let closed = try #require(timeline.closed)
      #expect(firstByte.duration(to: closed) == .milliseconds(10))
      #expect(try #require(timeline.head).duration(to: firstByte) == .milliseconds(40))
      #expect(try #require(record.metrics.endToEnd) >= .milliseconds(50))
    }
  }

  @Test("An operation that throws is a failed request of its error's class, and the load goes on")
  func failures() async throws {
    let records = try await run(Probes(transport: Self.transport(), failing: [3, 7]), requests: 12)
    #expect(records.count == 12)
    #expect(records.filter { !$0.outcome.isSuccess }.map(\.index) == [3, 7])
    #expect(records[3].outcome.kind == .httpStatus(503))
    #expect(records[3].outcome.status == 503)
    #expect(records[3].requestID == "sent-3")
  }

  @Test("A load that is cancelled cancels its operations and hands over their records")
  func cancellation() async throws {
    let transport = ScriptedTransport { _ in [.head(status: 200), .hang] }
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 3), rampUp: .zero, stop: .requests(100))
    let generator = LoadGenerator(plan: plan, workload: Probes(transport: transport), transport: transport)
    let running = Task {
      var records: [RequestRecord] = []
      let end = try await generator.run { records += $0 }
      return (records, end)
    }
    while generator.progress.inFlight < 3 { await Task.yield() }
    generator.stop(cancellingRequests: true)
    let (records, end) = try await running.value
    #expect(end.reason == .interrupted)
    #expect(records.count == 3)
    #expect(records.map(\.outcome.kind) == [Outcome.Kind](repeating: Outcome.Kind(.cancelled), count: 3))
  }

  @Test("The report sums the measures and leaves out what only streams of tokens have, from a journal too")
  func report() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("journal")
    let transport = Self.transport()
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 2), rampUp: .zero, stop: .requests(6))
    var session = LoadSession(plan: plan, workload: Probes(transport: transport, failing: [5]), transport: transport)
    try session.writeJournal(to: path)
    let result = try await session.run()
    let images = try #require(result.report.figures(of: .images))
    #expect(images.total == 0 + 1 + 2 + 0 + 1)
    #expect(images.figures.count == 5)
    #expect(images.figures.maximum == 2)
    #expect(images.perSecond == images.total / result.report.window.seconds)
    #expect(try LoadReport(replaying: path) == result.report)
    let text = ReportText(result.report).console
    #expect(text.contains("images"))
    #expect(text.contains("pause_s"))
    #expect(text.contains("E2E"))
    #expect(!text.contains("TTFT"))
    #expect(!text.contains("tok/s"))
  }
}

extension Measure {
  fileprivate static let images = Measure(rawValue: "images")
  fileprivate static let pause = Measure(rawValue: "pause_s")
}
