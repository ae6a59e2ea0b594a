import NPULoad
import NPUReliability
import NPUServices
import NPUSimulator
import NPUTransport
import Synchronization
import TestSupport
import Testing

/// The state of simulated services, asked for in one call and watched.
struct ServiceStateTests {
  /// Long for a service that answers, however busy the machine; short enough to wait for where none comes.
  static let patient = StateProbe(bound: .seconds(30))
  static let short = StateProbe(bound: .milliseconds(400))

  @Test("a service without other requests is idle")
  func idle() async throws {
    try await withSimulator { simulator in
      let reading = try await Service(simulator.baseURL).state(Self.patient)
      #expect(reading.state == .idle, "\(reading.reason)")
      #expect(reading.evidence.canary == .progressed)
      #expect(reading.evidence.firstTokenMilliseconds != nil)
    }
  }

  @Test("a service that says that it is healthy and generates nothing hangs")
  func liar() async throws {
    try await withSimulator(behaviour: Behaviour(fault: Fault(.noResponse))) { simulator in
      let reading = try await Service(simulator.baseURL).state(Self.short)
      #expect(reading.state == .hung, "\(reading.reason)")
      #expect(reading.evidence.health == .healthy)
    }
  }

  @Test("a response of 200 without a token is no progress")
  func empty() async throws {
    try await withSimulator(behaviour: Behaviour(fault: Fault(.emptyBody))) { simulator in
      let reading = try await Service(simulator.baseURL).state(Self.patient)
      #expect(reading.state == .hung, "\(reading.reason)")
    }
  }

  @Test("a service whose places are taken is saturated, not hung")
  func saturated() async throws {
    let behaviour = Behaviour(interTokenLatency: .milliseconds(20), outputTokens: 100_000).with {
      $0.maxConcurrency = 1
      $0.maxModelLength = 1_000_000
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let service = try Service(simulator.baseURL)
      let other = Task { try await service.chat.measure("Talk for ever.") }
      try await simulator.wait { $0.active == 1 }
      let reading = try await Service(simulator.baseURL).state(StateProbe(bound: .seconds(2)))
      other.cancel()
      _ = await other.result
      #expect(reading.state == .saturated, "\(reading.reason)")
    }
  }

  @Test("nobody listens: dead")
  func dead() async throws {
    try await Loopback.withUnusedPort { port in
      let reading = try await Service("http://127.0.0.1:\(port)").state(Self.patient)
      #expect(reading.state == .dead, "\(reading.reason)")
    }
  }

  @Test("the use of the AI Cores is the greatest of several while the canary waits, and none where the tool shows none")
  func aiCores() async throws {
    try await withSimulator(behaviour: Behaviour(fault: Fault(.noResponse))) { simulator in
      let uses = Mutex<[Double?]>([0, 80, nil])
      var probe = Self.short
      probe.metricsRoute = nil
      probe.aiCoreInterval = .milliseconds(1)
      probe.aiCore = { uses.withLock { $0.isEmpty ? 0 : $0.removeFirst() } }
      let reading = try await Service(simulator.baseURL).state(probe)
      #expect(reading.evidence.aiCorePercent == 80)
      #expect(reading.state == .saturated, "\(reading.reason)")
      probe.aiCore = StateProbe.aiCoreUse(by: ["/bin/echo", "no table"])
      #expect(try await Service(simulator.baseURL).state(probe).evidence.aiCorePercent == nil)
    }
  }

  @Test("a watch tells each change of the state")
  func watch() async throws {
    try await withSimulator { simulator in
      let watch = try Service(simulator.baseURL).watchState(Self.short, every: .milliseconds(5))
      try await simulator.wait { $0.generations >= 2 }
      simulator.behaviour.fault = Fault(.emptyBody)
      while watch.changes.last?.reading.state != .hung { try await Task.sleep(for: .milliseconds(5)) }
      let changes = await watch.stop()
      #expect(changes.last?.reading.state == .hung)
      #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.reading.state != $1.reading.state })
    }
  }
}
