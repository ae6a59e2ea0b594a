import Foundation
import HTTPTypes
import NPUBase
import NPUConformance
import NPUServices
import NPUSimulator
import NPUTransport
import Synchronization
import Testing

@Suite("The checks of a task service") struct TaskSuiteTests {
  /// Runs something against a simulator, with a context of small images and short waits.
  private func withService(
    _ behaviour: Behaviour = .shortTasks, deadline: Duration = .seconds(600),
    _ body: (TaskCheckContext) async throws -> Void
  ) async throws {
    try await withSimulator(behaviour: behaviour) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      var context = TaskCheckContext(transport: transport, service: try ServiceConfiguration(simulator.baseURL))
      context.task.resolution = "64x64"
      context.polling = .every(.milliseconds(5), deadline: deadline)
      try await body(context)
    }
  }

  private func check(_ identifier: String) throws -> Check<TaskCheckContext> {
    try #require(try CheckSuite.task.selecting(CheckSelection(only: [identifier])).checks.first)
  }

  @Test("A service without a flaw passes", arguments: CheckSuite.task.checks)
  func good(_ check: Check<TaskCheckContext>) async throws {
    let isWatched = ["task.lifecycle", "task.order"].contains(check.id)
    try await withService(isWatched ? .lastingTasks : .shortTasks) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .pass, "\(finding.reason)")
    }
  }

  @Test("A service with a flaw is found out", arguments: TaskMutant.all)
  func mutant(_ mutant: TaskMutant) async throws {
    try await withService(mutant.behaviour, deadline: mutant.deadline) { context in
      let finding = await (try check(mutant.check)).run(in: context).finding
      #expect(finding.verdict == .fail, "\(finding.reason)")
      #expect(finding.reason.contains(mutant.reason), "\(finding.reason)")
    }
  }

  @Test(
    "Tasks that have ended when they are first looked at show no order", arguments: ["task.lifecycle", "task.order"])
  func nothingSeen(_ identifier: String) async throws {
    let transport = ScriptedTransport { request in
      let isSubmission = request.head.method == .post
      return [
        .head(status: 200, contentType: "application/json"),
        .body(#"{"task_id":"t","status":"\#(isSubmission ? "queued" : "completed")","progress":100}"#),
      ]
    }
    let context = TaskCheckContext(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
    let finding = await (try check(identifier)).run(in: context).finding
    #expect(finding.verdict == .inconclusive, "\(finding.reason)")
    #expect(finding.reason.contains("more steps"), "\(finding.reason)")
  }

  /// What a service does that limits the steps of its tasks, and what a finding says of it.
  struct Limit: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var submission = #"{"task_id":"t","status":"queued"}"#
    var submissionStatus = 200
    var state = #"{"task_id":"t","status":"processing","progress":10}"#
    var reason: String
  }

  @Test(
    "A service that limits the steps of its tasks is not failed for it",
    arguments: ["task.lifecycle", "task.order"],
    [
      Limit(
        testDescription: "refuses many", submission: #"{"detail":"at most 8 steps"}"#, submissionStatus: 422,
        reason: "at most 8 steps"),
      Limit(
        testDescription: "fails at many", state: #"{"task_id":"t","status":"failed","error":"out of memory"}"#,
        reason: "out of memory"),
      Limit(testDescription: "takes long for many", reason: "40 steps were too many"),
    ])
  func limitedSteps(_ identifier: String, _ limit: Limit) async throws {
    let isLong = Mutex(false)
    let transport = ScriptedTransport { request in
      var (status, body) = (200, #"{"task_id":"t","status":"completed","progress":100}"#)
      if request.head.method == .post, case .bytes(let bytes) = request.body {
        let task = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        isLong.withLock { $0 = task?["num_inference_steps"]?.integer ?? 0 > 4 }
        if isLong.withLock(\.self) { (status, body) = (limit.submissionStatus, limit.submission) }
      } else if isLong.withLock(\.self) {
        body = limit.state
      }
      return [.wait(.milliseconds(1)), .head(status: status, contentType: "application/json"), .body(body)]
    }
    var context = TaskCheckContext(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
    context.polling = .every(.seconds(1), deadline: .seconds(20))
    let finding = await (try check(identifier)).run(in: context).finding
    #expect(finding.verdict == .inconclusive, "\(finding.reason)")
    #expect(finding.reason.contains("give"), "\(finding.reason)")
    #expect(finding.reason.contains(limit.reason), "\(finding.reason)")
  }

  @Test("Each check has a service that it must find wanting") func complete() {
    #expect(Set(TaskMutant.all.map(\.check)) == Set(CheckSuite.task.checks.map(\.id)))
  }

  @Test("A published server that cannot tell a task's state has its results checked by its downloads")
  func published() async throws {
    try await withService(.lastingTasks.with { $0.tasks.wireProtocol = .code }) { context in
      for identifier in ["task.result", "task.order"] {
        let finding = await (try check(identifier)).run(in: context).finding
        #expect(finding.verdict == .pass, "\(identifier): \(finding.reason)")
      }
    }
  }
}
