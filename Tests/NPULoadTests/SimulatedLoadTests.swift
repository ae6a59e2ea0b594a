import Foundation
import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Load generator against the simulator", .timeLimit(.minutes(30)))
struct SimulatedLoadTests {
  private let transport: CurlTransport

  init() throws { transport = try CurlTransport() }

  private func closed(_ concurrency: Int, _ requests: Int) throws -> LoadPlan {
    try LoadPlan(arrival: .closedLoop(concurrency: concurrency), stop: .requests(requests))
  }

  private func checkStamps(_ records: [RequestRecord]) {
    for record in records {
      let timeline = record.timeline
      let stamps =
        [timeline.started, timeline.sent, timeline.head, timeline.firstByte].compactMap(\.self)
        + timeline.events.map(\.instant) + [timeline.closed].compactMap(\.self)
      #expect(stamps == stamps.sorted())
      if let intended = timeline.intended { #expect(intended <= timeline.started) }
    }
  }

  @Test(
    "A closed loop of 64 sends its 256 requests, and every response is counted as the server made it",
    arguments: [1, 3])
  func closedLoop(networkThreads: Int) async throws {
    let transport = try CurlTransport(configuration: TransportConfiguration(networkThreads: networkThreads))
    defer { transport.shutDown() }
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(20), interTokenLatency: .milliseconds(1), outputTokens: 20)
    try await withSimulator(behaviour: behaviour) { simulator in
      let outcome = try await LoadGenerator(
        plan: try closed(64, 256), workload: try SimulatedChats(simulator.baseURL), transport: transport
      ).collect()
      #expect(outcome.byIndex.map(\.index) == Array(0..<256))
      #expect(outcome.successes == 256, "\(outcome.records.first { !$0.outcome.isSuccess }?.outcome as Outcome?)")
      #expect(outcome.end.isComplete)
      for record in outcome.records {
        #expect(record.tokens.completion == 20)
        #expect(record.tokens.source == .usage)
        #expect(record.timeline.tokenEventCount == 20)
        #expect(try #require(record.metrics.timeToFirstToken) >= .milliseconds(20))
        #expect(try #require(record.metrics.endToEnd) >= .milliseconds(39))
      }
      checkStamps(outcome.records)
      let lastStart = try #require(outcome.records.map(\.timeline.started).max())
      let counts = outcome.inFlight(
        from: outcome.end.startedAt.advanced(by: .milliseconds(100)), before: lastStart)
      #expect(counts.allSatisfy { $0 <= 64 })
      // A connection stays with its thread; a place whose next request was late may go on in another one.
      #expect((64...64 * networkThreads).contains(simulator.counters.peakConnections))
      #expect(simulator.counters.generations == 256)
    }
  }

  @Test("An open loop at 200 requests per second sends what its schedule holds", arguments: [1, 3])
  func openLoop(networkThreads: Int) async throws {
    let transport = try CurlTransport(configuration: TransportConfiguration(networkThreads: networkThreads))
    defer { transport.shutDown() }
    try await withSimulator(behaviour: Behaviour(timeToFirstToken: .milliseconds(5), outputTokens: 3)) { simulator in
      let process = try ArrivalProcess.poisson(rate: 200)
      let plan = try LoadPlan(arrival: .openLoop(process), stop: .duration(.seconds(2)), seed: 3)
      let outcome = try await LoadGenerator(
        plan: plan, workload: try SimulatedChats(simulator.baseURL), transport: transport
      ).collect()
      let offsets = ArrivalSchedule(process, seed: 3).prefix { $0 < .seconds(2) }
      #expect(outcome.records.count + outcome.end.overdueRequests == offsets.count)
      #expect(outcome.successes == outcome.records.count)
      #expect(outcome.records.allSatisfy { $0.tokens.completion == 3 })
      for (record, offset) in zip(outcome.byIndex, offsets) {
        #expect(record.timeline.intended == outcome.end.startedAt.advanced(by: offset))
      }
      checkStamps(outcome.records)
    }
  }

  struct Faulty: Sendable, CustomTestStringConvertible {
    var fault: Fault
    var outcomes: [Outcome.Kind]
    var testDescription: String { fault.kind.rawValue }

    init(_ fault: Fault, _ outcomes: Outcome.Kind...) {
      self.fault = fault
      self.outcomes = outcomes
    }
  }

  static let faults: [Faulty] = [
    Faulty(.status(500), .httpStatus(500)),
    Faulty(.status(429, retryAfter: 1), .httpStatus(429)),
    Faulty(.errorFirst, .errorEvent),
    Faulty(.errorEvent(afterTokens: 2), .errorEvent),
    Faulty(.stall(afterTokens: 2), .init(.idleTimeout)),
    Faulty(.reset(afterTokens: 2), .init(.connectionLost)),
    Faulty(.truncate(afterTokens: 2), .init(.truncatedBody), .init(.connectionLost)),
    Faulty(.cutInsideEvent(afterTokens: 2), .init(.truncatedBody), .init(.connectionLost)),
    Faulty(.cutInsideEvent(afterTokens: 2, endsCleanly: true), .truncatedStream),
    Faulty(Fault(.noDone), .success),
    Faulty(Fault(.noFinish), .success),
    Faulty(.slowHeaders(.seconds(60)), .init(.firstByteTimeout)),
    Faulty(.wrongContentType(), .success),
    Faulty(Fault(.htmlPage), .wrongContentType),
    Faulty(.hugeHeader(bytes: 100 << 20), .init(.headerTooLarge)),
    Faulty(.endlessLine(afterTokens: 1), .init(.bodyTooLarge)),
    Faulty(.hugeBody(bytes: 8 << 20), .init(.bodyTooLarge)),
    Faulty(Fault(.emptyBody), .emptyResponse),
    Faulty(.invalidJSON(afterTokens: 2), .malformedPayload),
    Faulty(.rawTextError(afterTokens: 2), .rawTextError),
    Faulty(Fault(.noResponse), .init(.firstByteTimeout)),
    Faulty(Fault(.splitBytes), .success),
    Faulty(Fault(.splitInsideUTF8), .success),
  ]

  @Test("Each fault becomes its outcome within its timeout, and the run goes on", .serialized, arguments: faults)
  func fault(_ example: Faulty) async throws {
    let faulty = [3, 4, 9]
    let behaviour = Behaviour(outputTokens: 5).with { $0.script = .mixed }
    let fault = String(decoding: try JSONEncoder().encode(["fault": example.fault]), as: UTF8.self)
    let patient = Duration.seconds(300)
    try await withSimulator(behaviour: behaviour) { simulator in
      var workload = try SimulatedChats(
        simulator.baseURL, timeouts: TransferTimeouts(connect: patient, firstByte: patient, idle: patient),
        limits: TransferLimits(headerBytes: 64 << 10, bodyBytes: 1 << 20))
      workload.change = { index, request in
        guard faulty.contains(index) else { return }
        request.head.headerFields[.named("X-Simulator-Behaviour")] = fault
        // Short only where a silence is to be noticed: a busy machine makes silences of its own.
        switch example.fault.kind {
        case .stall: request.timeouts.idle = .milliseconds(300)
        case .slowHeaders, .noResponse: request.timeouts.firstByte = .milliseconds(300)
        default: break
        }
      }
      let outcome = try await LoadGenerator(plan: try closed(4, 24), workload: workload, transport: transport).collect()
      #expect(outcome.byIndex.map(\.index) == Array(0..<24))
      let bad = outcome.records.filter { !($0.outcome.isSuccess && $0.tokens.completion == 5) }
      #expect(outcome.end.isComplete)
      if example.outcomes == [.success] {
        #expect(bad.isEmpty, "\(bad.map(\.outcome))")
        // What leaves the protocol is noted.
        let note: ResponseNotes? =
          switch example.fault.kind {
          case .noFinish: .noFinishReason
          case .wrongContentType: .mediaType
          default: nil
          }
        let noted = outcome.records.filter { !$0.form.notes.isEmpty }
        #expect(noted.map(\.index).sorted() == (note == nil ? [] : faulty))
        #expect(noted.allSatisfy { $0.form.notes == note })
      } else {
        #expect(bad.map(\.index).sorted() == faulty)
        for record in bad { #expect(example.outcomes.contains(record.outcome.kind), "\(record.outcome)") }
        #expect(bad.allSatisfy { $0.outcome.message?.isEmpty == false })
      }
      checkStamps(outcome.records)
    }
  }

  @Test("Faults by chance fail as many requests as the server says")
  func faultRate() async throws {
    let behaviour = Behaviour(outputTokens: 3, fault: .reset(afterTokens: 1)).with { $0.faultRate = 0.3 }
    try await withSimulator(behaviour: behaviour) { simulator in
      let outcome = try await LoadGenerator(
        plan: try closed(8, 300), workload: try SimulatedChats(simulator.baseURL), transport: transport
      ).collect()
      #expect(outcome.records.count == 300)
      let failed = outcome.records.filter { !$0.outcome.isSuccess }
      #expect((50...130).contains(failed.count))
      #expect(failed.count == simulator.requests.count { $0.fault == .reset })
      #expect(failed.allSatisfy { $0.outcome.kind == .init(.connectionLost) })
    }
  }

  @Test("A server that closes every connection at once, and a port where nobody listens, fail every request")
  func refused() async throws {
    try await withSimulator(behaviour: Behaviour(fault: Fault(.closeOnAccept))) { simulator in
      let outcome = try await LoadGenerator(
        plan: try closed(4, 40), workload: try SimulatedChats(simulator.baseURL), transport: transport
      ).collect()
      #expect(outcome.records.count == 40)
      #expect(
        outcome.records.allSatisfy { [.init(.connectionLost)].contains($0.outcome.kind) },
        "\(outcome.records[0].outcome)")
    }
    try await Loopback.withUnusedPort { port in
      let outcome = try await LoadGenerator(
        plan: try closed(4, 40), workload: try SimulatedChats("http://127.0.0.1:\(port)"), transport: transport
      ).collect()
      #expect(outcome.records.count == 40)
      #expect(outcome.records.allSatisfy { $0.outcome.kind == .init(.connectionRefused) })
    }
  }

  @Test("A server that is restarted fails the requests of its absence alone")
  func restart() async throws {
    // Those from the 50th on have begun when the first server goes: their role has come, their token never does.
    let behaviour = Behaviour(outputTokens: 2, fault: .stall(afterTokens: 0)).with {
      $0.faultRequests = Array(50..<200)
    }
    // Nobody else takes a path, as somebody may a port that is free for a while.
    let path = "/tmp/nputestkit-restart-\(UInt64.random(in: .min ... .max)).sock"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    let first = try await Simulator.start(behaviour: behaviour, unixSocket: path)
    let generator = LoadGenerator(
      plan: try closed(8, 1_000_000), workload: try SimulatedChats("unix:\(path)"), transport: transport)
    async let running = generator.collect()
    try await first.wait { $0.generations >= 58 }
    try await first.shutDown()
    let second = try await Simulator.start(behaviour: Behaviour(outputTokens: 2), unixSocket: path)
    try await second.wait { $0.generations >= 100 }
    generator.stop(cancellingRequests: false)
    let outcome = try await running
    let answered = try await second.wait { $0.active == 0 }.completed
    try await second.shutDown()
    #expect(outcome.byIndex.map(\.index) == Array(0..<outcome.records.count))
    let failures = Set(outcome.records.map(\.outcome.kind)).subtracting([.success])
    #expect(!failures.isEmpty)
    let absence: [TransportError.Kind] = [.connectionLost, .connectionRefused, .connectionFailed, .truncatedBody]
    #expect(failures.isSubset(of: absence.map { Outcome.Kind($0) }), "\(failures)")
    #expect(outcome.successes == 50 + answered)
    #expect(outcome.byIndex.suffix(50).count { $0.outcome.isSuccess } == 50)
  }

  @Test("A stop at once cancels what runs, hands everything over and closes the connections")
  func stopAtOnce() async throws {
    let behaviour = Behaviour(timeToFirstToken: .milliseconds(5), outputTokens: 3, fault: .stall(afterTokens: 1)).with {
      $0.faultRequests = Array(40..<200)
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let generator = LoadGenerator(
        plan: try closed(16, 5_000), workload: try SimulatedChats(simulator.baseURL), transport: transport)
      async let running = generator.collect()
      try await simulator.wait { $0.generations >= 56 }
      generator.stop(cancellingRequests: true)
      let outcome = try await running
      #expect(outcome.byIndex.map(\.index) == Array(0..<56))
      #expect(outcome.successes == 40)
      #expect(outcome.records.count { $0.outcome.kind == .init(.cancelled) } == 16)
      #expect(outcome.end.cancelledRequests == 16)
      #expect(outcome.end.reason == .interrupted)
      try await simulator.wait { $0.openConnections == 0 }
    }
  }

  @Test("A slow receiver slows the load down and loses nothing")
  func slowReceiver() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 1)) { simulator in
      let generator = LoadGenerator(
        plan: try closed(8, 3_000), workload: try SimulatedChats(simulator.baseURL), transport: transport)
      var indices: Set<Int> = []
      var calls = 0
      var records = 0
      let end = try await generator.run { batch in
        calls += 1
        // While the first records are being received, the load goes on with what is prepared.
        if calls == 1 { try await simulator.wait { $0.completed >= 1_000 } }
        records += batch.count
        indices.formUnion(batch.map(\.index))
      }
      #expect(records == 3_000)
      #expect(indices == Set(0..<3_000))
      #expect(end.isComplete)
    }
  }

  @Test("A transport that is shut down in mid-run ends the run, and no request is lost")
  func shutDown() async throws {
    let behaviour = Behaviour(outputTokens: 1, fault: Fault(.noResponse)).with {
      $0.faultRequests = Array(100..<10_000)
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let generator = LoadGenerator(
        plan: try closed(50, 20_000), workload: try SimulatedChats(simulator.baseURL), transport: transport)
      async let running = generator.collect()
      try await simulator.wait { $0.requests >= 150 }
      transport.shutDown()
      let outcome = try await running
      #expect(outcome.byIndex.map(\.index) == Array(0..<outcome.records.count))
      #expect(outcome.records.count < 20_000)
      #expect(outcome.end.reason == .interrupted)
      #expect(outcome.records.count { $0.outcome.kind == .init(.shutDown) } >= 50)
    }
    let afterwards = try await LoadGenerator(
      plan: try closed(50, 20_000), workload: try SimulatedChats("http://127.0.0.1:1"), transport: transport
    ).collect()
    #expect(afterwards.end.reason == .interrupted)
    #expect(afterwards.records.allSatisfy { $0.outcome.kind == .init(.shutDown) })
  }
}
