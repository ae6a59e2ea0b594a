import Foundation
import NPUBase
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("Task client against the simulator")
struct TaskSimulatorTests {
  private static let task = TaskRequest(
    prompt: "a lake", resolution: "64x48", steps: 2, imagesPerPrompt: 2, seed: 42)
  private let policy = PollingPolicy(
    first: .milliseconds(5), longest: .milliseconds(20), deadline: .seconds(3600))

  @discardableResult
  private func withClient<Result>(
    _ behaviour: Behaviour = Behaviour(), _ body: (TaskClient, Simulator) async throws -> Result
  ) async throws -> Result {
    try await withSimulator(behaviour: behaviour) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      let client = TaskClient(transport: transport, service: try ServiceConfiguration(simulator.baseURL))
      return try await body(client, simulator)
    }
  }

  private static func behaviour(_ wireProtocol: TaskBehaviour.WireProtocol) -> Behaviour {
    Behaviour().with {
      $0.tasks.wireProtocol = wireProtocol
      $0.tasks.ownsHealth = true
      $0.images.stepLatency = .milliseconds(10)
      $0.images.batchShare = 0
    }
  }

  @Test(
    "A task is submitted, followed and downloaded in both protocols", arguments: TaskBehaviour.WireProtocol.allCases)
  func wholeTask(wireProtocol: TaskBehaviour.WireProtocol) async throws {
    try await withClient(Self.behaviour(wireProtocol)) { client, _ in
      let ending = try await client.run(Self.task, policy: policy)
      #expect(ending.outcome == .completed)
      #expect(try #require(ending.timing.timeToFinish) >= .milliseconds(20))
      let images = try await client.results(of: ending, to: Self.task)
      #expect(images.map { $0.size?.width } == [64, 64])
      #expect(images[0].bytes != images[1].bytes)
      if wireProtocol == .readme {
        #expect(ending.timing.processingTime == .milliseconds(20))
        #expect(ending.status?.queueTime ?? .seconds(9) < .milliseconds(1))
        let first = try #require(ending.status?.resultURLs.first)
        #expect(first.hasPrefix("http://localhost:8088/"))
        #expect(try await client.result(at: first).bytes == images[0].bytes)
      }
      #expect(try await client.health().totalTasks == 1)
      #expect(try await client.info().status == "running")
    }
  }

  @Test("One worker takes the tasks of a batch one after the other", arguments: TaskBehaviour.WireProtocol.allCases)
  func batch(wireProtocol: TaskBehaviour.WireProtocol) async throws {
    try await withClient(Self.behaviour(wireProtocol)) { client, _ in
      let submitted = client.transport.now
      let tickets = try await client.submit(batch: Array(repeating: Self.task, count: 4))
      #expect(Set(tickets.map(\.id)).count == 4)
      var ends: [MonotonicInstant] = []
      for ticket in tickets {
        let ending = try await client.finish(ticket, policy: policy, timing: TaskTiming(submitted: submitted))
        #expect(ending.outcome == .completed)
        ends.append(try #require(ending.timing.finished))
      }
      #expect(ends == ends.sorted())
      #expect(submitted.duration(to: try #require(ends.last)) >= .milliseconds(80))
    }
  }

  @Test("The health counts what waits and what is worked on")
  func health() async throws {
    var behaviour = Self.behaviour(.readme)
    behaviour.tasks.stuck = [0]
    try await withClient(behaviour) { client, _ in
      _ = try await client.submit(batch: Array(repeating: Self.task, count: 3))
      let health = try await client.health()
      #expect(health.activeTasks == 1)
      #expect(health.queueLength == 2)
      #expect(health.totalTasks == 3)
    }
  }

  @Test("Tasks fail, hang, and are lost by a restart")
  func outcomes() async throws {
    var behaviour = Self.behaviour(.readme)
    behaviour.tasks.workers = 3
    behaviour.tasks.failed = [0]
    behaviour.tasks.stuck = [1]
    try await withClient(behaviour) { client, simulator in
      let failed = try await client.run(Self.task, policy: policy)
      #expect(failed.outcome.shortDescription == "task_failed")
      var impatient = policy
      impatient.patience = .milliseconds(300)
      let stuck = try await client.run(Self.task, policy: impatient)
      #expect(stuck.outcome.shortDescription == "task_stuck")
      let bad = try await client.run(TaskRequest(prompt: "a", resolution: "banana"), policy: policy)
      #expect(bad.outcome.message.contains("banana"))
      let ticket = try await client.submit(Self.task)
      simulator.restartTasks()
      let lost = try await client.finish(ticket, policy: policy)
      #expect(lost.outcome.shortDescription == "task_lost")
      await #expect { try await client.results(of: lost, to: Self.task) } throws: {
        ($0 as? ServiceError)?.kind == .unexpectedContent
      }
    }
  }

  @Test("Results that are not where the download looks are fetched from their address")
  func misplacedResults() async throws {
    var behaviour = Self.behaviour(.readme)
    behaviour.tasks.misplacesResults = true
    try await withClient(behaviour) { client, _ in
      let ending = try await client.run(Self.task, policy: policy)
      #expect(try await client.results(of: ending, to: Self.task).count == 2)
    }
  }

  @Test("A service that is not ready refuses, and its health says why")
  func notReady() async throws {
    var behaviour = Self.behaviour(.readme)
    behaviour.tasks.isReady = false
    try await withClient(behaviour) { client, _ in
      let isReady = try await client.health().isReady
      #expect(isReady == false)
      await #expect { try await client.submit(Self.task) } throws: {
        ($0 as? ServiceError)?.shortDescription == "http_503"
      }
    }
  }

  @Test("Faults of each route are classes of their own")
  func faults() async throws {
    func name(_ fault: Fault, _ route: TaskBehaviour.FaultRoute) async throws -> String {
      var behaviour = Self.behaviour(.readme)
      behaviour.fault = fault
      behaviour.tasks.faultRoute = route
      return try await withClient(behaviour) { client, _ in
        do {
          let ending = try await client.run(Self.task, policy: policy)
          _ = try await client.results(of: ending, to: Self.task)
          return ending.outcome.shortDescription
        } catch let error as ServiceError {
          return error.shortDescription
        }
      }
    }
    #expect(try await name(.status(429), .submit) == "http_429")
    #expect(try await name(Fault(.htmlPage), .submit) == "wrong_content_type")
    #expect(try await name(Fault(.emptyBody), .submit) == "malformed_payload")
    #expect(try await name(Fault(.corruptBody), .download) == "damaged_media")
    #expect(try await name(.cutInsideEvent(afterTokens: 0, endsCleanly: true), .download) == "damaged_media")
    #expect(try await name(.truncate(afterTokens: 0), .download) == "truncated_body")
  }

  @Test("A status that breaks now and then does not end the following")
  func flakyStatus() async throws {
    var behaviour = Self.behaviour(.readme)
    behaviour.fault = .reset(afterTokens: 0)
    behaviour.faultRequests = [0, 2]
    behaviour.tasks.faultRoute = .status
    try await withClient(behaviour) { client, _ in
      let outcome = try await client.run(Self.task, policy: policy).outcome
      #expect(outcome == .completed)
    }
  }
}
