import Foundation
import HTTPTypes
import NPUSimulator
import NPUTestKit
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The front door", .timeLimit(.minutes(10)))
struct FrontDoorTests {
  private func withService<Value>(
    _ behaviour: Behaviour = Behaviour(outputTokens: 5), _ body: (Service, Simulator) async throws -> Value
  ) async throws -> Value {
    let simulator = try await Simulator.start(behaviour: behaviour)
    let result: Result<Value, any Error>
    do { result = .success(try await body(try Service(simulator.baseURL), simulator)) } catch {
      result = .failure(error)
    }
    try await simulator.shutDown()
    return try result.get()
  }

  @Test("asks a chat in one line, and asks for the model once")
  func chat() async throws {
    try await withService { service, simulator in
      let first = try await service.chat.complete("Say hello.")
      let second = try await service.chat.complete("Say hello.", sampling: SamplingParameters(maxTokens: 2))
      #expect(first.text?.isEmpty == false)
      #expect(second.usage?.completionTokens == 2)
      #expect(simulator.requests.count { $0.path == "/v1/models" } == 1)
      #expect(try await service.completions.complete("One, two,").text?.isEmpty == false)
    }
  }

  @Test("measures one request with all its stamps")
  func measure() async throws {
    try await withService { service, _ in
      let record = try await service.chat.measure("Count to ten.")
      #expect(record.outcome == Outcome(.success, status: 200))
      #expect(record.tokens.completion == 5)
      #expect(try #require(record.metrics.timeToFirstToken) > .zero)
      #expect(try #require(record.metrics.endToEnd) >= (try #require(record.metrics.timeToFirstToken)))
      #expect(record.text?.isEmpty == false)
    }
  }

  @Test("puts a load on a chat and judges any limit afterwards")
  func load() async throws {
    try await withService { service, simulator in
      let report = try await service.chat.load(
        .closedLoop(concurrency: 4), .requests(20), prompts: .fixed("Why is the sky blue?"))
      #expect(report.requests.completed == 20)
      #expect(report.run.model == "simulated-chat")
      #expect(report.passes)
      try report.require("ttft:p99.9<10min", "e2e:mean<10min", "failure_rate<1%")
      let failure = #expect(throws: LoadFailure.self) { try report.require("ttft:p97<1ns", "failure_rate<1%") }
      #expect(failure?.reasons.count == 1)
      #expect(failure?.description.contains("ttft:p97") == true)
      #expect(failure?.description.contains("20") == true)
      #expect(throws: ObjectiveError.self) { try report.require("no_such_metric<1") }
    }
  }

  @Test("keeps a journal that names model, service and plan, and gives the same report again")
  func journal() async throws {
    try await withService { service, simulator in
      let path = "/tmp/nputestkit-door-\(UInt64.random(in: .min ... .max)).jsonl"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let report = try await service.chat.load(
        .closedLoop(concurrency: 2), .requests(6), prompts: .fixed("Hello"), journal: path)
      #expect(report.run.model == "simulated-chat")
      #expect(report.run.baseURL?.contains(simulator.baseURL) == true)
      #expect(report.run.plan?.hasPrefix("closed loop, 2 at a time") == true)
      #expect(try LoadReport(replaying: path) == report)
      // A second run takes the place of the first.
      _ = try await service.load(
        .closedLoop(concurrency: 1), .requests(2), journal: path,
        request: { _ in try service.request(.get, "/v1/models") })
      let second = try LoadReport(replaying: path)
      #expect(second.requests.completed == 2)
      #expect(second.run.baseURL?.contains(simulator.baseURL) == true)
      #expect(second.run.endpointType == "requests")
    }
  }

  @Test("passes nothing where nothing was completed, with or without limits")
  func vacuous() async throws {
    try await withService(Behaviour(fault: .status(503))) { service, _ in
      let report = try await service.chat.load(
        .closedLoop(concurrency: 2), .requests(4), prompts: .fixed("Hello"))
      #expect(report.requests.completed == 0)
      #expect(!report.passes)
      let failure = #expect(throws: LoadFailure.self) { try report.require() }
      #expect(failure?.description.contains("No request was completed") == true)
      #expect(throws: LoadFailure.self) { try report.require("output_throughput<1000") }
    }
  }

  @Test("puts a service that the kit does not know under load, by request, closure or head")
  func custom() async throws {
    try await withService { service, simulator in
      let listed = try await service.load(
        .closedLoop(concurrency: 2), .requests(6), request: { _ in try service.request(.get, "/v1/models") })
      #expect(listed.requests.completed == 6)
      #expect(listed.latencies.endToEnd.count == 6)

      let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/health")
      #expect(try await service.load(.closedLoop(concurrency: 1), .requests(3), request: head).requests.completed == 3)

      let missing = try await service.load(
        .closedLoop(concurrency: 2), .requests(4), request: { _ in try service.request(.get, "/no/such/route") })
      #expect(missing.requests.failures.map(\.name) == ["http_404"])

      let dialogues = try await service.load(
        .closedLoop(concurrency: 2), .requests(4),
        operation: { index in
          let first = try await service.chat.complete("Question \(index)")
          _ = try await service.chat.complete("Say it in one word: \(first.text ?? "")")
        })
      #expect(dialogues.requests.completed == 4)
      #expect(simulator.requests.count { $0.path == "/v1/chat/completions" } == 8)
    }
  }

  @Test("reaches images, speech and transcription by the same door")
  func media() async throws {
    try await withService(Behaviour()) { service, _ in
      let images = try await service.images.load(
        .closedLoop(concurrency: 1), .requests(2), prompts: .fixed("a lake"),
        pattern: ImageRequest(prompt: nil, width: 16, height: 16))
      #expect(images.figures(of: .images)?.total == 2)
      #expect(try await service.images.measure("a lake").measures[.images] == 1)
      let speech = try await service.speech.generate("Hello there.")
      #expect(try #require(speech.duration) > .zero)
      let record = try await service.speech.measure("Hello there.")
      #expect(record.outcome.isSuccess, "\(record.outcome)")
      let sample = try AudioSample(wav: try #require(speech.waveFile), reference: "Hello there.")
      let written = try await service.transcription.measure(sample)
      #expect(written.measures[.wordErrors] != nil, "\(written.outcome)")
    }
  }

  @Test("is nil where the environment names no service, and reads address and key where it does")
  func environment() async {
    // In a process of its own: other tests read the environment meanwhile.
    await #expect(processExitsWith: .success) {
      let name = "NPUTESTKIT_FRONT_DOOR"
      #expect(try Service.fromEnvironment(name) == nil)
      unsafe setenv(name, "http://127.0.0.1:9", 1)
      unsafe setenv(name + "_KEY", "secret", 1)
      let service = try #require(try Service.fromEnvironment(name, apiKey: name + "_KEY"))
      #expect(service.configuration.endpoint.description == "http://127.0.0.1:9")
      #expect(service.configuration.authentication == .bearer("secret"))
      unsafe setenv(name, "ftp://nowhere", 1)
      #expect(throws: ServiceError.self) { try Service.fromEnvironment(name) }
    }
  }

  @Test("takes a Unix socket as an address, with nothing else to configure")
  func unixSocket() async throws {
    let path = "/tmp/nputestkit-door-\(UInt64.random(in: .min ... .max)).sock"
    let simulator = try await Simulator.start(behaviour: Behaviour(outputTokens: 2), unixSocket: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let service = try Service("unix:\(path)")
    #expect(try await service.chat.measure("Hello").tokens.completion == 2)
    let report = try await service.chat.load(.closedLoop(concurrency: 2), .requests(4), prompts: .fixed("Hello"))
    #expect(report.requests.completed == 4)
    try await simulator.shutDown()
  }

  @Test("says what to check where nobody answers")
  func nobody() async throws {
    let service = try Service("unix:/nonexistent/socket")
    let error = await #expect(throws: ServiceError.self) { try await service.chat.complete("Hello") }
    #expect(error?.message.contains("Check the address") == true)
  }
}
