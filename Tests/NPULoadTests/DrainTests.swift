import NPUBase
import NPULoad
import NPUTransport
import TestSupport
import Testing

@Suite("The end of a run whose requests do not end")
struct DrainTests {
  @Test("A planned time ends the run two minutes later at most, whatever the service does")
  func byDefault() async throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), rampUp: .zero, stop: .duration(.seconds(60)))
    #expect(plan.drainLimit == LoadPlan.defaultDrainLimit)
    // A token each 10 s without end: no limit on silence is ever met.
    let text = ChatEvents.delta(#"{"content":"a"}"#)
    var load = VirtualLoad(plan: plan)
    load.steps = { _ in
      [.head(status: 200)] + (0..<100_000).flatMap { _ in [.wait(.seconds(10)), .body(text)] }
    }
    let outcome = try await load.run()
    #expect(outcome.end.finishedAt == outcome.end.startedAt.advanced(by: .seconds(180)))
    #expect(outcome.records.count == 4)
    #expect(outcome.records.allSatisfy { $0.outcome.isCancellation })
    #expect(outcome.end.cancelledRequests == 4)
  }

  @Test("A warm-up of which no request ends is given up, and the report says why", arguments: [0, 3])
  func warmUp(ending: Int) async throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 4), rampUp: .zero, warmUp: .requests(8), stop: .duration(.seconds(60)))
    let text = ChatEvents.delta(#"{"content":"a"}"#)
    var load = VirtualLoad(plan: plan)
    // The first few end after a hundred seconds each, which is slow and no reason to give up.
    load.steps = { index in
      index < ending
        ? [.head(status: 200), .wait(.seconds(100)), .body(text), .body(ChatEvents.done)]
        : [.head(status: 200)] + (0..<100_000).flatMap { _ in [.wait(.seconds(10)), .body(text)] }
    }
    let outcome = try await load.run()
    #expect(outcome.end.reason == .warmUp)
    #expect(!outcome.end.isComplete)
    #expect(outcome.end.measuredRequests == 0)
    #expect(outcome.end.finishedAt == outcome.end.startedAt.advanced(by: .seconds(ending == 0 ? 180 : 280)))
    #expect(outcome.end.cancelledRequests == 4)
    let reason = try #require(plan.failure(outcome.end))
    for word in ["no warm-up request ended", "180 s", "4 were in flight"] {
      #expect(reason.contains(word), "\(reason)")
    }
  }

  @Test("The limit is the plan's own where it has one, and none where a number ends the run")
  func limits() throws {
    let loop = LoadPlan.Arrival.closedLoop(concurrency: 4)
    #expect(try LoadPlan(arrival: loop, stop: .requests(9)).drainLimit == nil)
    #expect(try LoadPlan(arrival: loop, stop: .requests(9), drainLimit: .seconds(3)).drainLimit == .seconds(3))
    #expect(
      try LoadPlan(arrival: loop, stop: .duration(.seconds(1)), drainLimit: .zero).drainLimit == .zero)
    #expect(
      try LoadPlan(arrival: loop, stop: .whicheverFirst(requests: 9, duration: .seconds(1))).drainLimit
        == LoadPlan.defaultDrainLimit)
  }

  @Test("A plan with fewer requests at once is the same plan otherwise")
  func limited() throws {
    let closed = try LoadPlan(
      arrival: .closedLoop(concurrency: 100), rampUp: .seconds(2), warmUp: .requests(3), stop: .requests(9), seed: 4)
    #expect(
      try closed.limited(to: 10)
        == LoadPlan(
          arrival: .closedLoop(concurrency: 10), rampUp: .seconds(2), warmUp: .requests(3), stop: .requests(9), seed: 4)
    )
    #expect(try closed.limited(to: 1_000) == closed)
    let open = try LoadPlan(arrival: .openLoop(.poisson(rate: 5)), stop: .requests(9))
    #expect(try open.limited(to: 7).concurrencyLimit == 7)
    #expect(throws: LoadPlanError.self) { try open.limited(to: 0) }
  }

  @Test(
    "Without a limit a likely number of connections is prepared for",
    arguments: [(9, 9), (1_024, 1_024), (1_000_000, 1_024)])
  func expected(requests: Int, connections: Int) throws {
    #expect(
      try LoadPlan(arrival: .openLoop(.poisson(rate: 5)), stop: .requests(requests)).expectedConnections == connections)
  }

  /// A call that does not mind being cancelled.
  private struct Stubborn: Workload {
    let gate: OneShot<Void>

    func prepare(_ index: Int) async throws -> PreparedRequest? {
      guard index == 0 else { return nil }
      return PreparedRequest(
        operation: ServiceOperation { _ in
          await gate.wait()
          return OperationResult()
        })
    }
  }

  @Test("A call that goes on although it was cancelled is left to itself")
  func stubborn() async throws {
    let gate = OneShot<Void>()
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 1), stop: .requests(1), drainLimit: .seconds(60))
    let load = VirtualLoad(plan: plan)
    let outcome = try await LoadGenerator(plan: plan, workload: Stubborn(gate: gate), transport: load.transport)
      .collect()
    gate.give()
    #expect(outcome.records.map(\.outcome.kind) == [.init(.cancelled)])
    #expect(outcome.end.cancelledRequests == 1)
  }
}
