import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Task client")
struct TaskClientTests {
  private typealias Answer = ScriptedTaskService.Answer
  private let policy = PollingPolicy.every(.seconds(1), deadline: .seconds(60))

  private func ending(
    _ statuses: [Answer], _ downloads: [Answer] = [], policy: PollingPolicy? = nil
  ) async throws -> TaskEnd {
    try await ScriptedTaskService(statuses: statuses, downloads: downloads).client
      .run(TaskRequest(prompt: "a lake"), policy: policy ?? self.policy)
  }

  @Test("A task is followed from the queue to its end, and its times are told apart")
  func completes() async throws {
    let service = ScriptedTaskService(
      statuses: [
        .status("queued"), .status("queued"), .status("processing", 10), .status("processing", 60),
        .status("completed", 100, #","processing_time":2.5,"result_urls":["http://localhost:8088/images/a.png"]"#),
      ], downloads: [try .png()])
    let client = try service.client
    let submitted = client.transport.now
    let ticket = try await client.submit(TaskRequest(prompt: "a lake"))
    #expect(ticket.id == "t1")
    #expect(ticket.estimate == .seconds(30))
    var updates: [TaskUpdate] = []
    for try await update in client.follow(ticket, policy: policy, since: submitted) { updates.append(update) }
    #expect(updates.map(\.phase) == [.queued, .queued, .processing, .processing, .completed])
    #expect(updates.map(\.progress) == [0, 0, 10, 60, 100])
    #expect(updates.map(\.outcome) == [nil, nil, nil, nil, .completed])

    var timing = TaskTiming(submitted: submitted)
    for update in updates { timing.add(update) }
    #expect(timing.polls == 5)
    #expect(timing.processingTime == .seconds(2.5))
    let whole = try #require(timing.timeToFinish)
    #expect(whole >= .seconds(5) && whole < .seconds(6))
    #expect(timing.queueTime == whole - .seconds(2.5))
    let uncertainty = try #require(timing.uncertainty)
    #expect(uncertainty >= .seconds(1) && uncertainty < .seconds(1.01))
  }

  @Test(
    "The service's stamps tell the wait in the queue, unless the looks are closer than their grain",
    arguments: [
      ("10:00:00.250", "10:00:03.250", 1.0, 0.5, 0.0), ("10:00:00", "10:00:03", 0.75, nil, 0.75),
      ("10:00:00", "10:00:03", 5.0, 0.5, 1.0), ("", "10:00:03", 5.0, nil, 5.0),
    ] as [(String, String, Double, Double?, Double)])
  func stamps(created: String, completed: String, interval: Double, wait: Double?, doubt: Double) async throws {
    let stamps =
      #","processing_time":2.5,"created_at":"2025-01-01T\#(created)","completed_at":"2025-01-01T\#(completed)""#
    let transport = ScriptedTaskService(statuses: [.status("queued"), .status("completed", 100, stamps)]).transport
    let start = transport.now
    var timing = TaskTiming(submitted: start)
    let client = TaskClient(transport: transport, service: try .local)
    _ = try await client.status(of: "t1")
    let status = try await client.status(of: "t1")
    timing.add(TaskUpdate(instant: start.advanced(by: .seconds(1)), phase: .queued))
    let end = start.advanced(by: .seconds(1 + interval))
    timing.add(TaskUpdate(instant: end, phase: .completed, status: status, outcome: .completed))
    let whole = try #require(timing.timeToFinish)
    #expect(timing.queueTime == (wait.map { .seconds($0) } ?? max(.zero, whole - .seconds(2.5))))
    let uncertainty = try #require(timing.queueUncertainty)
    #expect(abs(uncertainty / .seconds(1) - doubt) < 1e-6)
  }

  @Test("The published server is followed by its downloads, since its status is always an error")
  func publishedServer() async throws {
    let ending = try await ending([.broken], [.notCompleted, .notCompleted, .notCompleted, .notCompleted, try .png()])
    #expect(ending.outcome == .completed)
    #expect(ending.image != nil)
    #expect(ending.timing.polls == 5)
  }

  @Test("After some broken answers in a row the status is not asked any more")
  func brokenStatus() async throws {
    let service = ScriptedTaskService(
      statuses: [.broken], downloads: Array(repeating: .notCompleted, count: 9) + [try .png()])
    _ = try await service.client.run(TaskRequest(prompt: "a lake"), policy: policy)
    let paths = service.transport.requests.compactMap(\.head.path)
    #expect(paths.count { $0.hasPrefix("/status") } == 3)
    #expect(paths.count { $0.hasPrefix("/download") } == 10)
  }

  @Test("A result whose file is not where the service looks is a finished task all the same")
  func misplacedResult() async throws {
    let ending = try await ending(
      [.broken], [.notCompleted, .json(#"{"detail":"Image file not found"}"#, status: 404)])
    #expect(ending.outcome == .completed)
    #expect(ending.image == nil)
  }

  @Test("A failed task, a lost one and a stuck one are three outcomes")
  func outcomes() async throws {
    let failed = try await ending([.status("processing"), .status("failed", 30, #","error":"out of memory""#)])
    #expect(failed.outcome == .failed(reason: "out of memory"))

    let lost = try await ending([.status("processing", 20), .refused, .refused, .gone])
    #expect(lost.outcome.shortDescription == "task_lost")

    let stuck = try await ending([.status("processing", 50)])
    #expect(stuck.outcome.shortDescription == "task_stuck")
    #expect(stuck.outcome.message.contains("50.0%"))
    #expect(stuck.timing.timeToFinish ?? .zero >= .seconds(60))

    let unreachable = try await ending([.refused])
    #expect(unreachable.outcome.shortDescription == "task_stuck")
    #expect(unreachable.outcome.message.contains("connection_refused"))

    let cancelled = try await ending([.status("cancelled")])
    #expect(cancelled.outcome == .cancelled)
  }

  @Test("A task that shows no progress is stuck as soon as the patience is over")
  func patience() async throws {
    var policy = policy
    policy.patience = .seconds(10)
    let moving = (0..<20).map { Answer.status("processing", $0) } + [.status("completed", 100)]
    #expect(try await ending(moving, policy: policy).outcome == .completed)
    let still = try await ending([.status("processing", 50)], policy: policy)
    #expect(still.outcome.shortDescription == "task_stuck")
    #expect(still.timing.polls < 15)
  }

  @Test("A page in place of a 404 of the service is not taken for a lost task")
  func gatewayPage() async throws {
    let page = Answer(status: 404, type: "text/html", body: Array("<html><title>404 Not Found</title></html>".utf8))
    #expect(try await ending([page, page, .status("completed", 100)]).outcome == .completed)
  }

  @Test("However often a page comes in place of a 404 of the service, whatever its words, the task is not lost")
  func gatewayPages() async throws {
    let page = Answer(
      status: 404, type: "text/html", body: Array("<html><title>The requested task page is gone</title></html>".utf8))
    #expect(try await ending([page, page, page, page, .status("completed", 100)]).outcome == .completed)
  }

  @Test(
    "A JSON answer of 404 to three looks in a row is a lost task, whatever its words",
    arguments: [#"{"detail":"Not Found"}"#, #"{"error":{"message":"no such id"}}"#, #"{"code":404}"#])
  func unknownWords(body: String) async throws {
    let answer = Answer.json(body, status: 404)
    let lost = try await ending([.status("processing", 20), answer, answer, answer])
    #expect(lost.outcome.shortDescription == "task_lost")
    #expect(lost.timing.polls == 4)
    let found = try await ending([answer, answer, .refused, answer, answer, .status("completed", 100)])
    #expect(found.outcome == .completed)
  }

  @Test("A status request that hangs does not hold a task beyond its deadline", arguments: [nil, Duration.seconds(7)])
  func hangingStatus(total: Duration?) async throws {
    let transport = ScriptedTransport { _ in [.hang] }
    var client = TaskClient(transport: transport, service: try .local)
    client.service.timeouts.total = total
    let timing = TaskTiming(submitted: transport.now)
    let ending = try await client.finish(TaskTicket(id: "t"), policy: policy, timing: timing)
    #expect(ending.outcome.shortDescription == "task_stuck")
    #expect(ending.outcome.message.contains("total_timeout"))
    let whole = try #require(ending.timing.timeToFinish)
    #expect(whole >= .seconds(60) && whole <= .seconds(61))
    // The limit of the service holds for each look where it is the shorter one.
    #expect(ending.timing.polls == (total == nil ? 1 : 8))
  }

  @Test("Refused credentials end the following at once")
  func refusedCredentials() async throws {
    await #expect { try await ending([.json(#"{"error":"Unauthorized"}"#, status: 401)]) } throws: {
      ($0 as? ServiceError)?.status == 401
    }
  }

  @Test("Cancelling the task ends a wait")
  func cancellation() async throws {
    // A transport whose clock never comes to the end of the first wait.
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    let client = TaskClient(transport: transport, service: try .local)
    let following = Task { try await client.finish(TaskTicket(id: "t"), policy: .every(.seconds(3600))) }
    following.cancel()
    await #expect(throws: CancellationError.self) { try await following.value }
  }

  @Test("Shutting the transport down ends a wait")
  func shutDown() async throws {
    let transport = try CurlTransport()
    let client = TaskClient(transport: transport, service: try .local)
    let following = Task { try await client.finish(TaskTicket(id: "t"), policy: .every(.seconds(3600))) }
    transport.shutDown()
    await #expect(throws: (any Error).self) { try await following.value }
  }

  @Test("Tickets of a batch are read as a bare list and as an object")
  func batches() async throws {
    for body in [
      #"[{"requestId":"img_1","status":"pending","estimated_time":15},{"requestId":"img_2","status":"pending"}]"#,
      #"{"tasks":[{"task_id":"img_1","status":"queued","estimated_time":15},{"task_id":"img_2"}],"total":2}"#,
    ] {
      let client = TaskClient(transport: answering(pieces: [body]), service: try .local)
      let tickets = try await client.submit(batch: [TaskRequest(prompt: "a"), TaskRequest(prompt: "b")])
      #expect(tickets.map(\.id) == ["img_1", "img_2"])
      #expect(tickets.first?.estimate == .seconds(15))
      #expect(tickets.first?.state?.phase == .queued)
      await #expect { try await client.submit(batch: [TaskRequest(prompt: "a")]) } throws: {
        ($0 as? ServiceError)?.kind == .unexpectedContent
      }
    }
  }

  @Test("A result address of the service's own idea is asked of the endpoint, and so are its credentials")
  func rebase() async throws {
    let png = try ImageFixtures.png()
    let transport = ImageFixtures.answering(png)
    let service = try ServiceConfiguration("http://npu-host:9000/gateway", apiKey: "sk-very-secret")
    let client = TaskClient(transport: transport, service: service)
    for url in ["http://localhost:8088/images/a.png", "/images/a.png", "https://other/gateway/images/a.png?v=1"] {
      #expect(try await client.result(at: url).bytes == png)
    }
    #expect(
      transport.requests.map(\.head.path)
        == ["/gateway/images/a.png", "/gateway/images/a.png", "/gateway/images/a.png?v=1"])
    #expect(transport.requests.allSatisfy { $0.head.authority == "npu-host:9000" && $0.head.scheme == "http" })
    for url in ["", "ftp://x/y", "http://user@host/x", "no address", "//host/x"] {
      await #expect(throws: ServiceError.self) { try await client.result(at: url) }
    }
  }

  @Test("An identity with odd letters stays one part of the path")
  func identities() async throws {
    let transport = ImageFixtures.answering(try ImageFixtures.png())
    let client = TaskClient(transport: transport, service: try .local)
    _ = try await client.download("a/../b?c=ä", index: 2)
    #expect(transport.requests.first?.head.path == "/download/a%2F..%2Fb%3Fc%3D%C3%A4?image_index=2")
  }
}
