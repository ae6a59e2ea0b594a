import NPUBase
import NPULoad
import NPUMetrics
import Testing

/// What holds for every run, whatever the plan.
private func checkCommonRules(_ trace: SimulatedWorld.Trace, _ plan: LoadPlan, available: Int? = nil) {
  let isStuck = trace.stuck
  #expect(!isStuck, "the machine waits for nothing, or ticks forever")
  #expect(trace.ends.count == 1)
  #expect(trace.indices == Array(0..<trace.starts.count), "each index exactly once and in order")
  #expect(trace.measurementBegins.count <= 1)
  if let limit = plan.concurrencyLimit { #expect(trace.mostInFlight <= limit) }
  if let requests = plan.stop.requests { #expect(trace.measured.count <= requests) }
  if let available { #expect(trace.starts.count <= available) }
  guard let end = trace.end else { return }
  #expect(end.measuredRequests == trace.measured.count)
  #expect(end.warmUpRequests == trace.warmUps.count)
  if let duration = plan.stop.duration, let begin = trace.measurementBegins.first {
    #expect(trace.onWire.values.allSatisfy { $0.from < begin + duration })
  }
  if let last = trace.onWire.values.map(\.until).max(), trace.cancellations == 0 {
    #expect(SimulatedWorld.origin.duration(to: end.finishedAt) >= last)
  }
}

/// Exponential service times.
private func random(mean: Double) -> @Sendable (Int, inout SeededGenerator) -> Duration {
  { _, generator in .nanoseconds(Int64(generator.exponential(mean: mean) * 1e9) + 1) }
}

@Suite("Load state machine: closed loop")
struct ClosedLoopMachineTests {
  @Test(
    "Exactly the asked number is in flight from the ramp-up to the last requests",
    arguments: [1, 3, 16, 100])
  func holdsConcurrency(concurrency: Int) throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: concurrency), warmUp: .requests(7), stop: .requests(600))
    let world = SimulatedWorld(
      plan: plan, service: random(mean: 0.05), tickDelay: .microseconds(300), seed: UInt64(concurrency))
    let trace = world.run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 607)
    #expect(trace.end?.reason == .requests)
    let lastStart = trace.starts.map(\.handedOutAt).max() ?? .zero
    for sample in trace.inFlight where sample.at > plan.rampUp + .milliseconds(1) && sample.at < lastStart {
      #expect(sample.count == concurrency)
    }
    #expect(trace.starts.allSatisfy { $0.start.intended == nil })
  }

  @Test("A loop whose requests never reach the service waits between them, and is at full speed again once one does")
  func brake() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), rampUp: .zero, stop: .duration(.seconds(60)))
    var machine = LoadStateMachine(plan: plan)
    var now = SimulatedWorld.origin
    var started = 0
    func starts(_ actions: [LoadStateMachine.Action]) -> [Int] {
      actions.compactMap { if case .start(let start) = $0 { start.index } else { nil } }
    }
    _ = machine.handle(.prepared(count: .max), at: now)
    var waiting = starts(machine.handle(.started, at: now))
    // Nobody listens for a minute: every request ends 50 microseconds after its start.
    while SimulatedWorld.origin.duration(to: now) < .seconds(50) {
      started += waiting.count
      now = now.advanced(by: .microseconds(50))
      waiting = waiting.flatMap { starts(machine.handle(.ended(index: $0, refused: true), at: now)) }
      if waiting.isEmpty {
        now = max(now, try #require(machine.nextTick))
        waiting = starts(machine.handle(.tick, at: now))
      }
    }
    #expect((100...300).contains(started), "4 a second once the wait has grown to its longest")
    // The service is back: each end is followed by a start at once.
    for _ in 0..<100 {
      let last = waiting.popLast()
      let index = try #require(last)
      now = now.advanced(by: .milliseconds(1))
      let next = starts(machine.handle(.ended(index: index), at: now))
      #expect(!next.isEmpty)
      waiting += next
    }
  }

  @Test("The first requests follow the ramp-up even if earlier ones have ended", arguments: [5_000, 7])
  func rampUp(milliseconds: Int) throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 10), rampUp: .seconds(1), stop: .requests(2_000))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .milliseconds(milliseconds) }).run()
    checkCommonRules(trace, plan)
    // A slot whose request has ended takes the next one, so indices are no slots: count what is in flight instead.
    for slot in 0..<10 {
      let before = trace.inFlight.last { $0.at < .milliseconds(100 * slot) }?.count ?? 0
      let after = trace.inFlight.last { $0.at <= .milliseconds(100 * slot) }?.count
      #expect(before == slot)
      #expect(after == slot + 1)
    }
  }

  @Test("A burst is possible on request")
  func burst() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 50), rampUp: .zero, stop: .requests(50))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .seconds(1) }).run()
    checkCommonRules(trace, plan)
    #expect(trace.onWire.values.allSatisfy { $0.from == .zero })
  }

  @Test("A loop wider than the number of requests starts no more than asked")
  func wide() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 64), stop: .requests(5))
    let trace = SimulatedWorld(plan: plan, service: random(mean: 1)).run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 5)
  }

  @Test("A time limit ends the starts and waits for the rest")
  func duration() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 8), warmUp: .duration(.seconds(2)), stop: .duration(.seconds(10)))
    let trace = SimulatedWorld(plan: plan, service: random(mean: 0.2)).run()
    checkCommonRules(trace, plan)
    #expect(trace.measurementBegins == [.seconds(2)])
    #expect(trace.end?.reason == .duration)
    #expect(trace.end?.isComplete == true)
    #expect(trace.end.map { SimulatedWorld.origin.duration(to: $0.measuredUntil) } == .seconds(12))
    for (start, _) in trace.starts {
      let from = try #require(trace.onWire[start.index]).from
      #expect((from < .seconds(2)) == (start.phase == .warmup))
    }
    let count = Double(trace.measured.count)
    #expect(abs(count - 400) < 100)
  }

  @Test("Slow preparation delays starts and breaks nothing")
  func slowPreparation() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), stop: .requests(100))
    let trace = SimulatedWorld(
      plan: plan, service: random(mean: 0.001), preparation: .milliseconds(10)
    ).run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 100)
    #expect(trace.starts.allSatisfy { $0.handedOutAt >= .milliseconds(10) * ($0.start.index + 1) })
  }

  @Test("A source that runs dry ends the run as incomplete", arguments: [0, 1, 37])
  func exhausted(available: Int) throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), warmUp: .requests(2), stop: .requests(100))
    let trace = SimulatedWorld(plan: plan, service: random(mean: 0.1), available: available).run()
    checkCommonRules(trace, plan, available: available)
    #expect(trace.starts.count == available)
    #expect(trace.end?.reason == .exhausted)
    #expect(trace.end?.isComplete == false)
  }

  @Test("The drain limit cancels what is still in flight")
  func drainLimit() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 3), rampUp: .zero, stop: .duration(.seconds(5)), drainLimit: .seconds(1))
    let trace = SimulatedWorld(plan: plan, service: { index, _ in index == 1 ? .seconds(100) : .milliseconds(700) })
      .run()
    checkCommonRules(trace, plan)
    #expect(trace.cancellations == 1)
    #expect(trace.end?.cancelledRequests == 1)
    #expect(trace.end.map { SimulatedWorld.origin.duration(to: $0.finishedAt) } == .seconds(6))
  }
}

@Suite("Load state machine: open loop")
struct OpenLoopMachineTests {
  @Test(
    "Intended instants are the schedule's, whatever the limit and the lateness of ticks",
    arguments: [nil, 1, 5, 64], [0, 2])
  func followsSchedule(limit: Int?, tickDelay: Int) throws {
    let process = try ArrivalProcess(rate: 50, burstiness: 0.5)
    let plan = try LoadPlan(
      arrival: .openLoop(process, maxConcurrency: limit), warmUp: .requests(20), stop: .requests(500), seed: 99)
    let trace = SimulatedWorld(plan: plan, service: random(mean: 0.08), tickDelay: .milliseconds(tickDelay)).run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 520)
    let offsets = Array(ArrivalSchedule(process, seed: 99).prefix(520))
    #expect(trace.starts.map(\.start.intended) == offsets.map(SimulatedWorld.origin.advanced(by:)))
    for (start, handedOutAt) in trace.starts {
      #expect(handedOutAt >= offsets[start.index], "started before it was due")
      if limit == nil { #expect(handedOutAt <= offsets[start.index] + .milliseconds(tickDelay)) }
    }
    #expect(trace.warmUps.map(\.index) == Array(0..<20))
  }

  @Test("Requests beyond the limit wait in order, start as places come free, and keep their intended time")
  func backlog() throws {
    let plan = try LoadPlan(
      arrival: .openLoop(.constant(rate: 10), maxConcurrency: 2), stop: .requests(50))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .seconds(1) }).run()
    checkCommonRules(trace, plan)
    for (start, _) in trace.starts {
      #expect(start.intended == SimulatedWorld.origin.advanced(by: .milliseconds(100 * start.index)))
      // Two places of one second each: pairs, the second of the first pair a tenth later.
      let from = Duration.seconds(start.index / 2) + .milliseconds(start.index % 2 * 100)
      #expect(trace.onWire[start.index]?.from == from)
    }
  }

  @Test("A time limit counts the overdue requests that it leaves unstarted")
  func overdue() throws {
    let plan = try LoadPlan(
      arrival: .openLoop(.constant(rate: 10), maxConcurrency: 2), stop: .duration(.seconds(10)))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .seconds(1) }).run()
    checkCommonRules(trace, plan)
    // Due in [0, 10): 100. Started: two in each of the ten seconds.
    #expect(trace.starts.count == 20)
    #expect(trace.end?.overdueRequests == 80)
    #expect(trace.end?.isComplete == true)
  }

  @Test("The measured requests of a timed run are those that the schedule puts into the window")
  func window() throws {
    let process = try ArrivalProcess.poisson(rate: 30)
    let plan = try LoadPlan(
      arrival: .openLoop(process), warmUp: .duration(.seconds(3)), stop: .duration(.seconds(20)), seed: 4)
    let trace = SimulatedWorld(plan: plan, service: random(mean: 0.5)).run()
    checkCommonRules(trace, plan)
    let offsets = ArrivalSchedule(process, seed: 4).prefix { $0 < .seconds(23) }
    #expect(trace.starts.count == offsets.count)
    #expect(trace.warmUps.count == offsets.filter { $0 < .seconds(3) }.count)
    #expect(trace.measurementBegins == [.seconds(3)])
    #expect(trace.end.map { SimulatedWorld.origin.duration(to: $0.measuredUntil) } == .seconds(23))
    #expect(trace.end?.overdueRequests == 0)
  }

  @Test("A warm-up request that starts late for want of a place is still a warm-up request")
  func lateWarmUp() throws {
    let plan = try LoadPlan(
      arrival: .openLoop(.constant(rate: 10), maxConcurrency: 1), warmUp: .duration(.seconds(1)), stop: .requests(5))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .milliseconds(500) }).run()
    checkCommonRules(trace, plan)
    // Ten requests are due in the first second, and the last of them starts at 4.5 seconds.
    #expect(trace.warmUps.map(\.index) == Array(0..<10))
    #expect(trace.onWire[9]?.from == .milliseconds(4_500))
    #expect(trace.measurementBegins == [.seconds(1)])
  }

  @Test("A timed run lasts its time even if no request falls into its end")
  func rareRequests() throws {
    let plan = try LoadPlan(arrival: .openLoop(.constant(rate: 0.001)), stop: .duration(.seconds(500)))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .seconds(1) }).run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 1)
    #expect(trace.end.map { SimulatedWorld.origin.duration(to: $0.finishedAt) } == .seconds(500))
    #expect(trace.events < 10)
  }

  @Test("An unlimited rate starts everything at once, or as fast as the limit allows", arguments: [nil, 10])
  func unlimited(limit: Int?) throws {
    let plan = try LoadPlan(
      arrival: .openLoop(.poisson(rate: .infinity), maxConcurrency: limit), stop: .requests(100))
    let trace = SimulatedWorld(plan: plan, service: { _, _ in .seconds(1) }).run()
    checkCommonRules(trace, plan)
    #expect(trace.mostInFlight == limit ?? 100)
    #expect(
      trace.end.map { SimulatedWorld.origin.duration(to: $0.finishedAt) } == .seconds(limit == nil ? 1 : 10))
  }

  @Test("Whichever limit comes first ends the run", arguments: [(1_000, 5, "duration"), (20, 500, "requests")])
  func whicheverFirst(requests: Int, seconds: Int, reason: String) throws {
    let plan = try LoadPlan(
      arrival: .openLoop(.poisson(rate: 10)),
      stop: .whicheverFirst(requests: requests, duration: .seconds(seconds)))
    let trace = SimulatedWorld(plan: plan, service: random(mean: 0.1)).run()
    checkCommonRules(trace, plan)
    #expect(trace.end?.reason.rawValue == reason)
    #expect(trace.end?.isComplete == true)
  }
}

@Suite("Load state machine: preparation")
struct PreparationMachineTests {
  @Test(
    "The time in which a free place had no prepared request is counted, that of the warm-up apart", arguments: [0, 10])
  func closed(warmUp: Int) throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 4), rampUp: .zero, warmUp: .requests(warmUp), stop: .requests(40))
    let world = SimulatedWorld(
      plan: plan, service: { _, _ in .milliseconds(10) }, preparation: .milliseconds(100))
    let trace = world.run()
    // Request n is prepared at 100 (n + 1) ms, and a place waits for it; of a warm-up the first measured one ends it.
    #expect(trace.end?.unpreparedTime == .milliseconds(warmUp == 0 ? 4_000 : 3_900))
  }

  @Test("A schedule that preparation cannot follow is counted until the end")
  func open() throws {
    let plan = try LoadPlan(arrival: .openLoop(.constant(rate: 10)), stop: .duration(.seconds(10)))
    let world = SimulatedWorld(
      plan: plan, service: { _, _ in .milliseconds(10) }, preparation: .milliseconds(200))
    #expect(world.run().end?.unpreparedTime == .seconds(10))
  }

  @Test("Where preparation is faster than the service nothing is counted but the wait for the first request")
  func fast() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), rampUp: .zero, stop: .requests(40))
    var world = SimulatedWorld(plan: plan, service: { _, _ in .milliseconds(500) })
    #expect(world.run().end?.unpreparedTime == .zero)
    world.preparation = .milliseconds(1)
    #expect(world.run().end?.unpreparedTime == .milliseconds(4))
  }
}

@Suite("Load state machine: interruption")
struct InterruptionMachineTests {
  @Test("A graceful stop waits for what is in flight and is incomplete")
  func graceful() throws {
    let plan = try LoadPlan(arrival: .openLoop(.constant(rate: 10), maxConcurrency: 8), stop: .requests(100))
    let trace = SimulatedWorld(
      plan: plan, service: { _, _ in .seconds(2) }, stops: [(.milliseconds(1_050), .gracefully)]
    ).run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 8)
    #expect(trace.end?.reason == .interrupted)
    #expect(trace.end?.isComplete == false)
    #expect(trace.end?.cancelledRequests == 0)
    // Due at 0.8, 0.9 and 1.0 seconds, when all places were taken.
    #expect(trace.end?.overdueRequests == 3)
    #expect(trace.end.map { SimulatedWorld.origin.duration(to: $0.finishedAt) } == .milliseconds(2_700))
  }

  @Test("A second stop cancels what is in flight")
  func twice() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 6), rampUp: .zero, stop: .requests(1_000))
    let trace = SimulatedWorld(
      plan: plan, service: { _, _ in .seconds(60) }, stops: [(.seconds(1), .gracefully), (.seconds(2), .atOnce)]
    ).run()
    checkCommonRules(trace, plan)
    #expect(trace.starts.count == 6)
    #expect(trace.cancellations == 1)
    #expect(trace.end?.cancelledRequests == 6)
    #expect(trace.end.map { SimulatedWorld.origin.duration(to: $0.finishedAt) } == .seconds(2))
  }

  @Test("A stop before the start ends the run at once")
  func beforeStart() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 6), stop: .requests(1_000))
    var machine = LoadStateMachine(plan: plan)
    let actions = machine.handle(.stop(.gracefully), at: SimulatedWorld.origin)
    #expect(actions.count == 1)
    #expect(machine.isFinished)
    #expect(machine.handle(.started, at: SimulatedWorld.origin).isEmpty)
  }

  @Test("A stop during the warm-up leaves the measurement unbegun")
  func duringWarmUp() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 2), warmUp: .duration(.seconds(10)), stop: .duration(.seconds(10)))
    let trace = SimulatedWorld(plan: plan, service: random(mean: 0.1), stops: [(.seconds(4), .gracefully)]).run()
    checkCommonRules(trace, plan)
    #expect(trace.measurementBegins.isEmpty)
    #expect(trace.end?.measuredFrom == nil)
    #expect(trace.measured.isEmpty)
  }

  @Test("A draining run that is stopped is reported as interrupted only if its plan was cut")
  func whileDraining() throws {
    let plan = try LoadPlan(arrival: .closedLoop(concurrency: 4), rampUp: .zero, stop: .requests(4))
    let trace = SimulatedWorld(
      plan: plan, service: { _, _ in .seconds(9) }, stops: [(.seconds(1), .gracefully)]
    ).run()
    checkCommonRules(trace, plan)
    // Every request was started and is waited for: nothing is missing from the result.
    #expect(trace.end?.reason == .requests)
    #expect(trace.end?.isComplete == true)
  }

  @Test("A tick that comes after both the warm-up and the end still tells when the measurement began")
  func veryLateTick() throws {
    let plan = try LoadPlan(
      arrival: .closedLoop(concurrency: 1), warmUp: .duration(.seconds(1)), stop: .duration(.seconds(1)))
    var machine = LoadStateMachine(plan: plan)
    _ = machine.handle(.prepared(count: 100), at: SimulatedWorld.origin)
    _ = machine.handle(.started, at: SimulatedWorld.origin)
    #expect(machine.nextTick == SimulatedWorld.origin.advanced(by: .seconds(1)))
    let actions = machine.handle(.ended(index: 0), at: SimulatedWorld.origin.advanced(by: .seconds(5)))
    #expect(actions.first == .beginMeasurement(at: SimulatedWorld.origin.advanced(by: .seconds(1))))
    #expect(actions.count == 2)
    #expect(machine.isFinished)
  }
}

@Suite("Load state machine: any plan")
struct AnyPlanMachineTests {
  @Test("A thousand random plans keep every rule", arguments: 0..<10)
  func random(block: Int) throws {
    for number in 0..<100 {
      var generator = SeededGenerator(seed: UInt64(block * 100 + number))
      let plan = try randomPlan(&generator)
      let available = generator.integer(in: 0...3) == 0 ? generator.integer(in: 0...150) : nil
      let stops: [(at: Duration, how: LoadStateMachine.Stop)] =
        generator.integer(in: 0...3) == 0
        ? [(.milliseconds(generator.integer(in: 0...3_000)), generator.integer(in: 0...1) == 0 ? .gracefully : .atOnce)]
        : []
      let mean = generator.exponential(mean: 0.1) + 0.001
      let world = SimulatedWorld(
        plan: plan, service: NPULoadTests.random(mean: mean),
        preparation: .microseconds(generator.integer(in: 0...1) * generator.integer(in: 0...5_000)),
        tickDelay: .microseconds(generator.integer(in: 0...3_000)), available: available, stops: stops,
        seed: generator.next())
      let trace = world.run(eventLimit: 50_000)
      checkCommonRules(trace, plan, available: available)
      if case .openLoop(let process, _) = plan.arrival {
        let schedule = ArrivalSchedule(process, seed: plan.seed).prefix(trace.starts.count)
        #expect(trace.starts.map(\.start.intended) == schedule.map(SimulatedWorld.origin.advanced(by:)))
      }
      if available == nil, stops.isEmpty, plan.stop.duration == nil {
        #expect(trace.measured.count == plan.stop.requests)
      }
    }
  }

  private func randomPlan(_ generator: inout SeededGenerator) throws -> LoadPlan {
    let concurrency = generator.integer(in: 1...12)
    let warmUp: WarmUp =
      switch generator.integer(in: 0...2) {
      case 0: .none
      case 1: .requests(generator.integer(in: 0...15))
      default: .duration(.milliseconds(generator.integer(in: 0...700)))
      }
    let requests = generator.integer(in: 1...120)
    let duration = Duration.milliseconds(generator.integer(in: 1...3_000))
    let stop: StopCondition =
      switch generator.integer(in: 0...2) {
      case 0: .requests(requests)
      case 1: .duration(duration)
      default: .whicheverFirst(requests: requests, duration: duration)
      }
    let drainLimit: Duration? = generator.integer(in: 0...1) == 0 ? .milliseconds(generator.integer(in: 0...300)) : nil
    if generator.integer(in: 0...1) == 0 {
      return try LoadPlan(
        arrival: .closedLoop(concurrency: concurrency), rampUp: .milliseconds(generator.integer(in: 0...400)),
        warmUp: warmUp, stop: stop, drainLimit: drainLimit)
    }
    let process = try ArrivalProcess(
      rate: generator.exponential(mean: 60) + 1, burstiness: generator.integer(in: 0...2) == 0 ? .infinity : 0.5)
    return try LoadPlan(
      arrival: .openLoop(process, maxConcurrency: generator.integer(in: 0...1) == 0 ? concurrency : nil),
      warmUp: warmUp, stop: stop, drainLimit: drainLimit, seed: generator.next())
  }
}
