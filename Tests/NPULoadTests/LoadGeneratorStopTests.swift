import NPULoad
import NPUTransport
import TestSupport
import Testing

@Suite("Load generator: early ends")
struct LoadGeneratorStopTests {
  private struct Broken: Error, Equatable { var index: Int }

  private let plan: LoadPlan

  init() throws {
    plan = try LoadPlan(arrival: .closedLoop(concurrency: 5), rampUp: .zero, stop: .requests(500))
  }

  @Test("A graceful stop waits for what is in flight and hands over all of it")
  func graceful() async throws {
    let generator = Later<LoadGenerator>()
    var load = VirtualLoad(plan: plan)
    load.onStart = { if $0 == 42 { generator.value?.stop(cancellingRequests: false) } }
    let made = load.generator
    generator.set(made)
    let outcome = try await made.collect()
    #expect(outcome.byIndex.map(\.index) == Array(0..<43))
    #expect(outcome.successes == 43)
    #expect(outcome.end.reason == .interrupted)
    #expect(!outcome.end.isComplete)
    #expect(outcome.end.cancelledRequests == 0)
  }

  @Test("A stop at once cancels what is in flight, and records say so")
  func atOnce() async throws {
    let generator = Later<LoadGenerator>()
    var load = VirtualLoad(plan: plan)
    load.onStart = { if $0 == 42 { generator.value?.stop(cancellingRequests: true) } }
    let made = load.generator
    generator.set(made)
    let outcome = try await made.collect()
    #expect(outcome.byIndex.map(\.index) == Array(0..<43))
    #expect(outcome.byIndex.suffix(5).allSatisfy { $0.outcome.kind == .init(.cancelled) })
    #expect(outcome.successes == 38)
    #expect(outcome.end.cancelledRequests == 5)
    #expect(outcome.end.reason == .interrupted)
  }

  @Test("A second stop cancels what the first one waits for")
  func twice() async throws {
    let generator = Later<LoadGenerator>()
    var load = VirtualLoad(plan: plan)
    load.steps = { _ in [.head(status: 200), .hang] }
    load.onStart = {
      guard $0 == 4 else { return }
      generator.value?.stop(cancellingRequests: false)
      generator.value?.stop(cancellingRequests: true)
    }
    let made = load.generator
    generator.set(made)
    let outcome = try await made.collect()
    #expect(outcome.records.map(\.outcome.kind) == Array(repeating: .init(.cancelled), count: 5))
  }

  @Test("A stop before the run lets nothing start")
  func beforeRun() async throws {
    let generator = VirtualLoad(plan: plan).generator
    generator.stop(cancellingRequests: false)
    let outcome = try await generator.collect()
    #expect(outcome.records.isEmpty)
    #expect(outcome.end.reason == .interrupted)
  }

  @Test("Cancelling the task cancels what is in flight and still hands over every record", arguments: [5, 1_000])
  func cancellation(concurrency: Int) async throws {
    let (inFlight, continuation) = AsyncStream.makeStream(of: Void.self)
    var load = VirtualLoad(
      plan: try LoadPlan(arrival: .closedLoop(concurrency: concurrency), rampUp: .zero, stop: .requests(5_000)))
    load.steps = { $0 < 20 ? VirtualLoad.answer(after: .milliseconds(5)) : [.head(status: 200), .hang] }
    load.onStart = { if $0 == concurrency + 19 { continuation.yield() } }
    let generator = load.generator
    let task = Task { try await generator.collect() }
    for await _ in inFlight { break }
    task.cancel()
    let outcome = try await task.value
    #expect(outcome.byIndex.map(\.index) == Array(0..<(concurrency + 20)))
    #expect(outcome.successes == 20)
    #expect(outcome.records.count { $0.outcome.kind == .init(.cancelled) } == concurrency)
    #expect(outcome.end.cancelledRequests == concurrency)
    #expect(outcome.end.reason == .interrupted)
    #expect(!outcome.end.isComplete)
    #expect(generator.progress.inFlight == 0)
  }

  @Test("Cancelling the task while the workload waits ends the run as any other cancellation")
  func cancellationInPreparation() async throws {
    let (waiting, continuation) = AsyncStream.makeStream(of: Void.self)
    var load = VirtualLoad(plan: plan)
    load.onPrepare = { index in
      guard index == 7 else { return }
      continuation.yield()
      try await Task.sleep(for: .seconds(3_600))
    }
    let generator = load.generator
    let task = Task { try await generator.collect() }
    for await _ in waiting { break }
    task.cancel()
    let outcome = try await task.value
    #expect(outcome.end.reason == .interrupted)
    #expect(outcome.records.count == outcome.end.measuredRequests)
  }

  @Test(
    "What the workload throws ends the run, after every record of what had begun was handed over",
    arguments: [0, 3, 2_000])
  func workloadThrows(index: Int) async throws {
    var load = VirtualLoad(plan: try LoadPlan(arrival: .closedLoop(concurrency: 5), stop: .requests(5_000)))
    load.onPrepare = { if $0 == index { throw Broken(index: $0) } }
    let started = Counter()
    load.onStart = { _ in started.add() }
    let generator = load.generator
    let handedOver = Counter()
    await #expect(throws: Broken(index: index)) {
      _ = try await generator.run { handedOver.add($0.count) }
    }
    #expect(handedOver.value == started.value)
    #expect(generator.progress.inFlight == 0)
  }

  @Test("What the receiver throws ends the run, and it gets nothing more")
  func receiverThrows() async throws {
    weak var released: LoadGenerator?
    do {
      var load = VirtualLoad(plan: try LoadPlan(arrival: .closedLoop(concurrency: 5), stop: .requests(5_000)))
      let started = Counter()
      load.onStart = { _ in started.add() }
      let generator = load.generator
      released = generator
      let calls = Counter()
      await #expect(throws: Broken(index: -1)) {
        _ = try await generator.run { _ in
          calls.add()
          throw Broken(index: -1)
        }
      }
      #expect(calls.value == 1)
      #expect(started.value < 5_000)
      #expect(generator.progress.inFlight == 0)
    }
    #expect(released == nil, "records that nobody took keep nothing alive")
  }
}
