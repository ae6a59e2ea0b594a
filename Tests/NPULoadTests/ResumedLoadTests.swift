import NPUBase
import NPULoad
import NPUMetrics
import NPUTransport
import Synchronization
import Testing

@Suite("What is left of a load")
struct ResumedLoadTests {
  /// All of a hundred requests but those below 40, and of these every seventh.
  private var done: IndexRanges {
    var done = IndexRanges()
    for index in 0..<40 where index % 7 != 3 { done.insert(index) }
    return done
  }

  private var left: [Int] { (0..<100).filter { !done.contains($0) } }

  @Test("The requests without a record follow in their order, each once", arguments: [1, 8])
  func indices(concurrency: Int) async throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: concurrency), rampUp: .zero, stop: .requests(left.count))
    let sent = Mutex<[Int]>([])
    let load = VirtualLoad(plan: plan, onStart: { index in sent.withLock { $0.append(index) } })
    let generator = LoadGenerator(plan: plan, workload: load.workload, transport: load.transport, leavingOut: done)
    let outcome = try await generator.collect()
    #expect(outcome.byIndex.map(\.index) == left)
    // Each is the request of its number, and not of its place in what is left.
    #expect(sent.withLock(\.self) == left)
    #expect(outcome.end.isComplete)
  }

  @Test("A workload that ends ends what is left of the load", arguments: [50, 100])
  func exhausted(available: Int) async throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 3), rampUp: .zero, stop: .requests(1_000))
    let load = VirtualLoad(plan: plan, available: available)
    let generator = LoadGenerator(plan: plan, workload: load.workload, transport: load.transport, leavingOut: done)
    let outcome = try await generator.collect()
    #expect(outcome.byIndex.map(\.index) == left.filter { $0 < available })
    #expect(outcome.end.reason == .exhausted)
  }

  @Test(
    "In an open loop what is left keeps the gaps that the schedule has before each request",
    arguments: [0.5, 1, .infinity])
  func gaps(burstiness: Double) throws {
    let process = try ArrivalProcess(rate: 50, burstiness: burstiness)
    let plan = try LoadPlan(arrival: .openLoop(process), stop: .requests(left.count), seed: 5)
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .milliseconds(30) }, done: done).run()
    let whole = Array(ArrivalSchedule(process, seed: 5).prefix(100))
    var expected = [Duration.zero]
    for index in left.dropFirst() { expected.append((expected.last ?? .zero) + whole[index] - whole[index - 1]) }
    let intended = trace.starts.compactMap(\.start.intended).map { SimulatedWorld.origin.duration(to: $0) }
    #expect(intended == expected)
    #expect(trace.indices == Array(0..<left.count), "the machine counts what is left")
  }

  @Test("With nothing left out the schedule is the whole one, to the nanosecond", arguments: [1, 3, .infinity])
  func whole(burstiness: Double) throws {
    let process = try ArrivalProcess(rate: 170, burstiness: burstiness)
    let plan = try LoadPlan(arrival: .openLoop(process), stop: .requests(5_000), seed: 9)
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .milliseconds(1) }).run()
    let intended = trace.starts.compactMap(\.start.intended).map { SimulatedWorld.origin.duration(to: $0) }
    #expect(intended == Array(ArrivalSchedule(process, seed: 9).prefix(5_000)))
  }
}

@Suite("The pause of a closed loop")
struct LoadPauseTests {
  @Test("Each place of the loop rests after each response, however many there are", arguments: [1, 5])
  func rests(concurrency: Int) throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: concurrency), rampUp: .zero, pause: .seconds(2), stop: .requests(40))
    let trace = SimulatedWorld(plan: plan, service: { index, _ in .milliseconds(100 + index % 5 * 10) }).run()
    #expect(trace.starts.count == 40)
    #expect(trace.mostInFlight <= concurrency)
    // Each start but the first ones lies the pause behind an end.
    let ends = Set(trace.onWire.values.map { $0.until + .seconds(2) })
    for start in trace.starts.dropFirst(concurrency) { #expect(ends.contains(start.handedOutAt)) }
    #expect(trace.end?.reason == .requests)
  }

  @Test("A pause that is longer than the ramp-up holds no first request up")
  func rampUp() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 10), rampUp: .seconds(1), pause: .seconds(60), stop: .requests(10))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .milliseconds(1) }).run()
    #expect(trace.starts.map(\.handedOutAt) == (0..<10).map { .milliseconds($0 * 100) })
  }

  @Test("A pause ends with the time of the plan")
  func duration() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 1), pause: .seconds(10), stop: .duration(.seconds(35)))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .seconds(1) }).run()
    #expect(trace.starts.count == 4)
    #expect(trace.end?.reason == .duration)
  }

  @Test("A pause in an open loop, and one below zero, are refused")
  func refused() throws {
    let kind = LoadPlanError.Kind.pause
    #expect { try LoadPlan(arrival: .openLoop(.poisson(rate: 1)), pause: .seconds(1), stop: .requests(1)) } throws: {
      ($0 as? LoadPlanError)?.kind == kind
    }
    #expect { try LoadPlan(arrival: .closedLoop(concurrency: 1), pause: .seconds(-1), stop: .requests(1)) } throws: {
      ($0 as? LoadPlanError)?.kind == kind
    }
  }

  @Test("A plan says its pause in words and in JSON, and one without says nothing of it")
  func shown() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 1), rampUp: .zero, pause: .milliseconds(2_500), stop: .requests(1))
    #expect("\(plan)" == "closed loop, 1 at a time, a pause of 2.5 s after each response")
    let bytes = try JSONCoding.encode(plan)
    #expect(String(decoding: bytes, as: UTF8.self).contains(#""pause_ms":2500"#))
    #expect(try JSONCoding.decode(LoadPlan.self, from: bytes) == plan)
    let other = try LoadPlan(arrival: .closedLoop(concurrency: 1), stop: .requests(1))
    #expect(!String(decoding: try JSONCoding.encode(other), as: UTF8.self).contains("pause"))
    #expect(try plan.limited(to: 1).pause == .milliseconds(2_500))
  }
}
