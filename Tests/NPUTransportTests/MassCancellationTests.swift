internal import Foundation
import HTTPTypes
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Cancelling half of a thousand running streams", .everyReader, .timeLimit(.minutes(30)))
struct MassCancellationTests {
  private static let streams = 1000

  /// All two hundred rounds on demand; a part of them in every run.
  private static var rounds: Int {
    ProcessInfo.processInfo.environment["NPUTESTKIT_LONG_TESTS"] == nil ? 20 : 200
  }

  // In a process of its own: what is counted must be this test's. Of what is not as expected there only the comment is
  // told.

  @Test("again and again ends each of them once, leaves the others running, and leaves no descriptor and no thread")
  func cancelsByHandle() async {
    await #expect(processExitsWith: .success) { [reader = PlainHTTPReader.ofThisRun as PlainHTTPReader] in
      let behaviour = Behaviour(interTokenLatency: .seconds(2), outputTokens: 1_000_000)
      var options = Simulator.Options()
      options.logCapacity = 0
      let simulator = try await Simulator.start(behaviour: behaviour, options: options)
      var random = SplitMix(state: 2026)
      let transport = try CurlTransport.make(reader: reader)
      func open(_ count: Int) async -> [RecordingObserver] {
        let observers = (0..<count).map { _ in RecordingObserver(keepsBody: false) }
        for observer in observers {
          observer.start(.chat(simulator), on: transport)
        }
        for observer in observers { await observer.wait { $0.bodyBytes > 0 || $0.end != nil } }
        return observers
      }

      func cancel(_ observers: [RecordingObserver]) async {
        for observer in observers { observer.log.handle?.cancel() }
        for observer in observers {
          let end = await observer.ended()
          #expect(end.error?.kind == .cancelled, "\(String(describing: end.error))")
          #expect(end.metrics.bytesReceived > 0, "no byte received")
        }
      }

      // The first thousand make what the transport keeps: its handles with two descriptors each.
      await cancel(await open(MassCancellationTests.streams))
      try await simulator.wait { $0.openConnections == 0 }
      let (descriptors, threads) = (ProcessResources.descriptors, ProcessResources.threads)

      var running = await open(MassCancellationTests.streams)
      // Several threads run what one runs: a few rounds show whether they get in each other's way.
      let rounds = reader == .ownOnThreeThreads ? 4 : MassCancellationTests.rounds
      for round in 0..<rounds {
        running.shuffle(using: &random)
        let cancelled = Array(running.prefix(MassCancellationTests.streams / 2))
        running.removeFirst(cancelled.count)
        await cancel(cancelled)
        #expect(running.allSatisfy { $0.log.end == nil }, "round \(round): a stream ended that nobody cancelled")
        running += await open(cancelled.count)
        for observer in cancelled { #expect(observer.log.count("ended") == 1, "\(observer.log)") }
        if Issue.hasStopped(running) { break }
      }
      await cancel(running)
      let counters = try await simulator.wait { $0.openConnections == 0 }
      let started = MassCancellationTests.streams * 2 + rounds * MassCancellationTests.streams / 2
      #expect(counters.disconnectedClients == started, "\(counters.disconnectedClients) of \(started)")
      // A leak would be one for each of thousands of streams. A thread that is held up has more connections to make at
      // once than before, and takes up to sixteen handles of two descriptors for them.
      let handles = reader == .libcurl ? 0 : transport.networkThreads * 16 * 2
      let left = ProcessResources.descriptors
      #expect(left <= descriptors + handles, "\(left) descriptors, before \(descriptors)")
      // The pool of tasks may have grown by some meanwhile.
      let alive = ProcessResources.threads
      #expect(alive <= threads + 8, "\(alive) threads, before \(threads)")

      // The transport is as good as new.
      let response = try await transport.response(to: .to("127.0.0.1:\(simulator.port)", path: "/health"))
      #expect(response.head.status == .ok, "\(response.head.status)")
      transport.shutDown()
      try await simulator.shutDown()
    }
  }

  @Test("by their tasks ends each of them, and every other task reads on")
  func cancelsByTask() async throws {
    let behaviour = Behaviour(interTokenLatency: .milliseconds(200), outputTokens: 1_000_000)
    try await withSimulator(behaviour: behaviour) { simulator in
      try await CurlTransport.with { transport in
        for _ in 0..<3 {
          let count = 200
          let read = Watched([Int](repeating: 0, count: count))
          let tasks = (0..<count).map { index in
            Task {
              for try await _ in try await transport.stream(.chat(simulator)).body { read.change { $0[index] += 1 } }
            }
          }
          await read.wait { $0.allSatisfy { $0 > 0 } }
          for index in stride(from: 0, to: count, by: 2) { tasks[index].cancel() }
          for index in stride(from: 0, to: count, by: 2) {
            await #expect(throws: CancellationError.self) { try await tasks[index].value }
          }
          let seen = read.value
          await read.wait { now in stride(from: 1, to: count, by: 2).allSatisfy { now[$0] > seen[$0] } }
          for task in tasks { task.cancel() }
          for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        }
        try await simulator.wait { $0.disconnectedClients == 600 && $0.openConnections == 0 }
      }
    }
  }
}

extension Issue {
  /// Whether streams that should run have ended, so that a test need not go on.
  fileprivate static func hasStopped(_ observers: [RecordingObserver]) -> Bool {
    guard let ended = observers.first(where: { $0.log.end != nil }) else { return false }
    record("a stream ended by itself: \(String(describing: ended.log.end?.error))")
    return true
  }
}

/// A small seeded generator, so that every run cancels the same streams.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
