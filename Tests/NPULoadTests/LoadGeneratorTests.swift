import HTTPTypes
import NPUBase
import NPUTransport
import Synchronization
import TestSupport
import Testing

@testable import NPULoad

@Suite("Load generator in virtual time")
struct LoadGeneratorTests {
  private func closed(
    _ concurrency: Int, rampUp: Duration = .zero, warmUp: WarmUp = .none, stop: StopCondition,
    drainLimit: Duration? = nil
  ) throws -> LoadPlan {
    try LoadPlan(
      arrival: .closedLoop(concurrency: concurrency), rampUp: rampUp, warmUp: warmUp, stop: stop, drainLimit: drainLimit
    )
  }

  /// What holds for every run: each index once, in its own record, with its own answer.
  private func checkRecords(_ outcome: LoadOutcome, count: Int) {
    #expect(outcome.byIndex.map(\.index) == Array(0..<count))
    #expect(outcome.end.warmUpRequests + outcome.end.measuredRequests == count)
    #expect(outcome.records.allSatisfy { $0.requested.outputTokens == 1 })
    let ends = outcome.records.compactMap(\.timeline.closed)
    #expect(ends.count == count)
    #expect(ends == ends.sorted(), "records come in the order of their ends")
  }

  #if os(Linux)
    @Test("While few requests are prepared the next is not left to a core that is idle")
    func urgentPreparing() async throws {
      let usual = Niceness.ofThisThread
      let seen = Mutex<[Int: Int32]>([:])
      let load = VirtualLoad(
        plan: try closed(64, stop: .requests(1_024)),
        onPrepare: { index in
          seen.withLock { $0[index] = Niceness.ofThisThread }
        })
      checkRecords(try await load.run(), count: 1_024)
      let prepared = seen.withLock { seen in (0..<1_024).map { seen[$0] } }
      #expect(prepared == Array(repeating: usual, count: 1_024))
    }
  #endif

  @Test(
    "A closed loop keeps exactly its concurrency in flight until nothing is left to start", arguments: [1, 7, 64, 300])
  func closedLoop(concurrency: Int) async throws {
    let load = VirtualLoad(
      plan: try closed(concurrency, stop: .requests(900)), service: { .microseconds(1_000 + $0 * 7_919 % 5_003) })
    let outcome = try await load.run()
    checkRecords(outcome, count: 900)
    #expect(outcome.successes == 900)
    let lastStart = try #require(outcome.records.map(\.timeline.started).max())
    let counts = outcome.inFlight(from: VirtualLoad.origin, before: lastStart)
    #expect(Set(counts) == [concurrency])
    // Each start but the first ones falls on the very instant of an end.
    let ends = Set(outcome.records.compactMap(\.timeline.closed))
    for record in outcome.byIndex.dropFirst(concurrency) { #expect(ends.contains(record.timeline.started)) }
    #expect(outcome.records.allSatisfy { $0.timeline.intended == nil })
    #expect(outcome.end.reason == .requests)
    #expect(outcome.end.isComplete)
  }

  @Test("The ramp-up spreads the first requests evenly")
  func rampUp() async throws {
    let outcome = try await VirtualLoad(
      plan: try closed(8, rampUp: .milliseconds(400), stop: .requests(16)), service: { _ in .seconds(1) }
    ).run()
    checkRecords(outcome, count: 16)
    let starts = outcome.byIndex.map(\.timeline.started)
    #expect(Array(starts.prefix(8)) == (0..<8).map { VirtualLoad.at($0 * 50) })
    #expect(Array(starts.suffix(8)) == (0..<8).map { VirtualLoad.at(1_000 + $0 * 50) })
  }

  @Test("An open loop starts every request exactly when it was intended", arguments: [0.5, 1, .infinity])
  func openLoop(burstiness: Double) async throws {
    let process = try ArrivalProcess(rate: 200, burstiness: burstiness)
    let plan = try LoadPlan(arrival: .openLoop(process), stop: .requests(700), seed: 11)
    let outcome = try await VirtualLoad(plan: plan, service: { .milliseconds(1 + $0 * 31 % 400) }).run()
    checkRecords(outcome, count: 700)
    let intended = ArrivalSchedule(process, seed: 11).prefix(700).map(VirtualLoad.origin.advanced(by:))
    #expect(outcome.byIndex.map(\.timeline.intended) == intended)
    #expect(outcome.byIndex.map(\.timeline.started) == intended)
    #expect(outcome.records.allSatisfy { $0.metrics.scheduleLag == .zero })
  }

  @Test("A limit on an open loop delays starts, and the delay is in the latency from the intended instant")
  func cappedOpenLoop() async throws {
    let plan = try LoadPlan(arrival: .openLoop(.constant(rate: 10), maxConcurrency: 1), stop: .requests(20))
    let outcome = try await VirtualLoad(plan: plan, service: { _ in .milliseconds(250) }).run()
    checkRecords(outcome, count: 20)
    for record in outcome.byIndex {
      #expect(record.timeline.intended == VirtualLoad.at(record.index * 100))
      #expect(record.timeline.started == VirtualLoad.at(record.index * 250))
      #expect(record.metrics.timeToFirstToken == .milliseconds(250))
      #expect(record.metrics.timeToFirstTokenFromIntended == .milliseconds(250 + record.index * 150))
      #expect(record.metrics.endToEndFromIntended == .milliseconds(250 + record.index * 150))
    }
  }

  @Test("Warm-up by number marks the first requests and comes on top of the measured ones")
  func warmUpRequests() async throws {
    let outcome = try await VirtualLoad(plan: try closed(4, warmUp: .requests(10), stop: .requests(30))).run()
    checkRecords(outcome, count: 40)
    #expect(
      outcome.byIndex.map(\.phase) == Array(repeating: .warmup, count: 10) + Array(repeating: .measured, count: 30))
    #expect(outcome.end.warmUpRequests == 10)
    #expect(outcome.end.measuredFrom == outcome.byIndex[10].timeline.started)
  }

  @Test("Warm-up by time marks what starts in it, and a duration ends the starts")
  func durations() async throws {
    let plan = try closed(3, warmUp: .duration(.seconds(1)), stop: .duration(.seconds(2)))
    let outcome = try await VirtualLoad(plan: plan).run()
    // Three slots of 100 ms, and none that starts at 3 s.
    checkRecords(outcome, count: 90)
    for record in outcome.records {
      #expect((record.phase == .warmup) == (record.timeline.started < VirtualLoad.at(1_000)))
      #expect(record.timeline.started < VirtualLoad.at(3_000))
    }
    #expect(outcome.end.reason == .duration)
    #expect(outcome.end.measuredFrom == VirtualLoad.at(1_000))
    #expect(outcome.end.measuredUntil == VirtualLoad.at(3_000))
    #expect(outcome.end.finishedAt == VirtualLoad.at(3_000))
  }

  @Test("What hangs after the end is cancelled by the drain limit and recorded as such")
  func drainLimit() async throws {
    let plan = try closed(4, stop: .duration(.seconds(1)), drainLimit: .seconds(5))
    var load = VirtualLoad(plan: plan)
    load.steps = { $0 % 4 == 1 ? [.head(status: 200), .hang] : VirtualLoad.answer(after: .milliseconds(100)) }
    let outcome = try await load.run()
    checkRecords(outcome, count: outcome.records.count)
    let cancelled = outcome.records.filter { $0.outcome.kind == .init(.cancelled) }
    #expect(cancelled.count == 4)
    #expect(cancelled.allSatisfy { $0.timeline.closed == VirtualLoad.at(6_000) })
    #expect(outcome.end.cancelledRequests == 4)
    #expect(outcome.end.finishedAt == VirtualLoad.at(6_000))
  }

  @Test("A workload that runs out ends the run as incomplete", arguments: [0, 1, 25])
  func exhausted(available: Int) async throws {
    let outcome = try await VirtualLoad(plan: try closed(4, stop: .requests(100)), available: available).run()
    checkRecords(outcome, count: available)
    #expect(outcome.end.reason == .exhausted)
    #expect(!outcome.end.isComplete)
  }

  @Test("Failures are records like others, and the run goes on")
  func failures() async throws {
    var load = VirtualLoad(plan: try closed(4, stop: .requests(200)))
    load.steps = { index in
      switch index % 4 {
      case 0: [.fail(.connectionRefused)]
      case 1: [.head(status: 503), .body("{}")]
      case 2: [.head(status: 200), .body(ChatEvents.role), .fail(.connectionLost)]
      default: VirtualLoad.answer(after: .milliseconds(3))
      }
    }
    let outcome = try await load.run()
    checkRecords(outcome, count: 200)
    let classes: [Outcome.Kind] = [.init(.connectionRefused), .httpStatus(503), .init(.connectionLost), .success]
    #expect(outcome.byIndex.map(\.outcome.kind) == (0..<200).map { classes[$0 % 4] })
    #expect(outcome.end.isComplete)
  }

  @Test("Time that preparing takes delays starts and loses nothing")
  func slowPreparation() async throws {
    let transport = Later<ScriptedTransport>()
    var load = VirtualLoad(plan: try closed(4, stop: .requests(60)), service: { _ in .milliseconds(1) })
    load.onPrepare = { _ in
      guard let transport = transport.value else { return }
      await withCheckedContinuation { continuation in
        transport.schedule(at: transport.now.advanced(by: .seconds(1))) { continuation.resume() }
      }
    }
    let double = load.transport
    transport.set(double)
    let handedOver = Counter()
    let workload = IndexedWorkload(onPrepare: { [load] index in
      // A request that ended some preparations ago has been handed over, although preparing never pauses.
      if index >= 24 { #expect(handedOver.value >= index - 23) }
      try await load.onPrepare(index)
    })
    let generator = LoadGenerator(plan: load.plan, workload: workload, transport: double)
    var records: [RequestRecord] = []
    let end = try await generator.run { batch in
      records += batch
      handedOver.add(batch.count)
    }
    #expect(Set(records.map(\.index)) == Set(0..<60))
    #expect(records.count == 60)
    #expect(end.isComplete)
    #expect(records.allSatisfy { $0.timeline.started >= VirtualLoad.at(1_000 * ($0.index + 1)) })
  }

  @Test("Of many requests few are held at any time, and each is handed over once")
  func manyRequests() async throws {
    let count = 15_000
    let held = Counter()
    let mostHeld = Later<Int>()
    var load = VirtualLoad(plan: try closed(64, stop: .requests(count)), service: { _ in .milliseconds(2) })
    load.onPrepare = { _ in mostHeld.set(max(mostHeld.value ?? 0, held.add())) }
    var handedOver = [Int](repeating: 0, count: count)
    let end = try await load.generator.run { batch in
      held.add(-batch.count)
      for record in batch { handedOver[record.index] += 1 }
    }
    let wrong = handedOver.count { $0 != 1 }
    #expect(wrong == 0)
    #expect(end.measuredRequests == count)
    #expect(try #require(mostHeld.value) <= 6_000)
  }

  @Test("Prepared requests are bounded in number and in bytes")
  func boundedPreparation() throws {
    for (bytes, limit) in [(10, 4_096), (1 << 20, 64)] {
      var run = LoadRun(plan: try closed(2_000, stop: .duration(.seconds(10))))
      let request = Self.request(bytes: bytes)
      while let index = run.nextToPrepare, index < 10_000 { _ = run.add(request, at: index) }
      #expect(run.preparedCount <= limit)
      #expect(run.preparedCount >= 64)
    }
  }

  @Test("Media that wait for their examination are bounded in bytes; what comes beyond is counted as not examined")
  func boundedMedia() throws {
    var run = LoadRun(plan: try closed(4, stop: .requests(10)))
    var prepared = PreparedRequest(operation: ServiceOperation { _ in OperationResult() })
    prepared.mediaExamination = { _, _ in ResponseFindings(characters: 0, endedByItself: false) }
    var result = OperationResult()
    result.media = .speech([UInt8](repeating: 0, count: 64 << 20))
    let record = RequestRecord(
      index: 0, timeline: StreamTimeline(started: MonotonicInstant(nanoseconds: 1)), outcome: Outcome(.success))
    let ended = EndedRequest.operation(
      EndedOperation(record, OperationEnd(result, redactor: Redactor([])), of: prepared))
    var counter = QualityCounter()
    func examined(_ count: Int) -> [Bool] {
      for index in 0..<count { run.add(ended: ended, index) }
      run.handOverIntervalPassed()
      return run.takeEnded().0.map {
        let record = $0.makeRecord()
        counter.add(record, isGood: true)
        return record.findings != nil
      }
    }
    #expect(examined(6) == [true, true, true, true, false, false])
    // What was handed over counts until more is asked for.
    #expect(examined(2) == [false, false])
    #expect(examined(1) == [true])
    let figures = counter.figures(since: nil, perSecond: { _ in nil }, hasObjectives: false)
    #expect(figures?.answers == 5 && figures?.unexamined == 4 && figures?.right == 5)
  }

  private static func request(bytes: Int) -> PreparedRequest {
    PreparedRequest(
      request: TransferRequest(
        head: .init(method: .post, scheme: "http", authority: "h", path: "/"),
        body: .bytes([UInt8](repeating: 0x61, count: bytes))))
  }
}
