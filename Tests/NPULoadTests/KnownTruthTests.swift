import Foundation
import HTTPTypes
import NPUBase
import NPULoad
import NPUMetrics
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

/// 1,500 requests whose outcomes are known beforehand, because each asks the simulator for its own.
@Suite("A run of known truth", .timeLimit(.minutes(30)))
struct KnownTruthTests {
  private static let requests = 1_500
  /// Of each 15 requests the first five go well; the others meet these faults in turn.
  private static let faults: [(fault: Fault, kind: Outcome.Kind)] = [
    (.status(500), .httpStatus(500)), (.status(429, retryAfter: 1), .httpStatus(429)),
    (.errorEvent(afterTokens: 2), .errorEvent), (.reset(afterTokens: 2), .init(.connectionLost)),
    (.cutInsideEvent(afterTokens: 2, endsCleanly: true), .truncatedStream), (Fault(.htmlPage), .wrongContentType),
    (Fault(.emptyBody), .emptyResponse), (.invalidJSON(afterTokens: 2), .malformedPayload),
    (.rawTextError(afterTokens: 2), .rawTextError), (Fault(.noResponse), .init(.firstByteTimeout)),
  ]
  private static let wait = Duration.milliseconds(20)

  private static func truth(_ index: Int) -> Outcome.Kind {
    index % 15 < 5 ? .success : faults[index % 15 - 5].kind
  }

  private static var expected: [String: Int] {
    (0..<requests).reduce(into: [:]) { $0[truth($1).rawValue, default: 0] += 1 }
  }

  private func workload(_ address: String) throws -> SimulatedChats {
    let patient = Duration.seconds(600)
    var workload = try SimulatedChats(
      address, timeouts: TransferTimeouts(connect: patient, firstByte: patient, idle: patient))
    let behaviours = try Self.faults.map {
      String(decoding: try JSONEncoder().encode(["fault": $0.fault]), as: UTF8.self)
    }
    workload.change = { index, request in
      request.head.headerFields[.named("X-Index")] = "\(index)"
      guard index % 15 >= 5 else { return }
      request.head.headerFields[.named("X-Simulator-Behaviour")] = behaviours[index % 15 - 5]
      // Short only where a silence is to be noticed: a busy machine makes silences of its own.
      if Self.faults[index % 15 - 5].fault.kind == .noResponse { request.timeouts.firstByte = .milliseconds(300) }
    }
    return workload
  }

  @Test(
    "Every output tells the same counts, and they are the true ones; TTFT is what the server's stamps explain",
    arguments: [1, 3])
  func counts(networkThreads: Int) async throws {
    let folder = try TemporaryFolder()
    let behaviour = Behaviour(timeToFirstToken: Self.wait, outputTokens: 5)
    var options = Simulator.Options()
    options.logCapacity = 2 * Self.requests
    try await withSimulator(behaviour: behaviour, options: options) { simulator in
      let transport = try CurlTransport(configuration: TransportConfiguration(networkThreads: networkThreads))
      defer { transport.shutDown() }
      let plan = try LoadPlan(arrival: .closedLoop(concurrency: 32), stop: .requests(Self.requests))
      var session = LoadSession(plan: plan, workload: try workload(simulator.baseURL), transport: transport)
      try session.writeJournal(to: folder.file("journal"))
      var file = try VLLMResultBuilder(options: VLLMResultOptions(isDetailed: true))
      var records: [RequestRecord] = []
      let result = try await session.run(progress: { _ in }) { record in
        file.add(record)
        records.append(record)
      }
      for record in records { #expect(record.outcome.kind == Self.truth(record.index), "\(record.outcome)") }

      try check(result.report, "the report")
      try check(try JSONDecoder().decode(LoadReport.self, from: JSONEncoder().encode(result.report)), "its JSON")
      try checkConsole(ReportText(result.report).console)
      try checkJournal(folder.file("journal"))
      try checkFile(try VLLMResultFile(builder: file, report: result.report, date: "20261130-000000").json())
      var replayedFile = try VLLMResultBuilder(options: VLLMResultOptions(isDetailed: true))
      let replayed = try LoadReport(replaying: folder.file("journal")) { replayedFile.add($0) }
      try check(replayed, "the replay")
      #expect(replayed.latencies == result.report.latencies)
      try checkFile(try VLLMResultFile(builder: replayedFile, report: replayed, date: "20261130-000000").json())
      try checkWaits(records, simulator.requests, result.report)
    }
  }

  private func check(_ report: LoadReport, _ what: Comment) throws {
    let expected = Self.expected
    #expect(report.requests.sent == Self.requests, what)
    #expect(report.requests.completed == expected["success"], what)
    #expect(report.requests.failed == Self.requests - 500, what)
    #expect(report.requests.cancelled == 0, what)
    var counts = Dictionary(uniqueKeysWithValues: report.requests.failures.map { ($0.name, $0.count) })
    counts["success"] = report.requests.completed
    #expect(counts == expected, what)
    #expect(report.incompleteReason == nil, what)
  }

  private func checkConsole(_ text: String) throws {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    for (kind, count) in Self.expected where kind != "success" {
      #expect(lines.contains { $0.hasPrefix("\(count) \(kind):") || $0 == "\(count) \(kind)" }, "\(kind) in \(text)")
    }
  }

  private func checkJournal(_ path: String) throws {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().dropLast()
    var counts: [String: Int] = [:]
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      counts[try #require(object?["outcome"] as? String), default: 0] += 1
    }
    #expect(counts == Self.expected)
  }

  private func checkFile(_ text: String) throws {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["completed"] as? Int == 500)
    #expect(object["failed"] as? Int == Self.requests - 500)
    let errors = try #require(object["errors"] as? [String])
    #expect(errors.count == Self.requests)
    #expect(errors.count { $0.isEmpty } == 500)
  }

  /// TTFT is three spans between four stamps of one clock, two of them the server's own.
  ///
  /// The way there, the time that the server took, and the way back: none is negative, whatever else the machine does,
  /// and their sum is all.
  private func checkWaits(
    _ records: [RequestRecord], _ requests: [ReceivedRequest], _ report: LoadReport
  ) throws {
    var served: [Int: ReceivedRequest] = [:]
    for request in requests {
      if let index = request.header("X-Index").flatMap({ Int($0) }) { served[index] = request }
    }
    var sums: [Double] = []
    for record in records where record.outcome.isSuccess {
      let sent = try #require(record.timeline.sent).nanoseconds
      let request = try #require(served[record.index])
      let written = try #require(request.firstTokenAt)
      let arrived = try #require(record.timeline.firstToken).nanoseconds
      let spans = [request.receivedAt - sent, written - request.receivedAt, arrived - written]
      #expect(spans.allSatisfy { $0 >= 0 }, "request \(record.index): \(spans)")
      #expect(spans[1] >= Self.wait.wholeNanoseconds)
      sums.append(Double(spans.reduce(0, +)) / 1e6)
    }
    #expect(sums.count == 500)
    for percent in [50.0, 99] {
      let reported = try #require(report.latencies.timeToFirstToken.percentile(percent)?.value)
      #expect(abs(reported - (try sums.percentile(percent))) < 1e-6)
    }
  }
}
