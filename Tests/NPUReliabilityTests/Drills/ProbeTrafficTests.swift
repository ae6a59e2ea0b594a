import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@testable import NPUReliability

/// The probes that run beside a fault.
struct ProbeTrafficTests {
  @Test("probes that a fault has silenced keep no others back once it is over", .timeLimit(.minutes(2)))
  func renewed() async throws {
    // Connections are made and nobody says a word, as behind a firewall that drops packets.
    let (socket, port) = try Loopback.listen(backlog: 128)
    defer { Loopback.close(socket) }
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    let service = Service(
      try ServiceConfiguration("http://127.0.0.1:\(port)"), model: "any", transport: transport)
    var limits = DrillLimits()
    limits.interval = .milliseconds(1)
    let supply = ProbeSupply(kind: .llm, protocols: DrillProtocols(), showsImage: false)
    let traffic = ProbeTraffic(service.bounded(by: .seconds(3600)), supply, KnownAnswers(), limits)
    traffic.start()
    while traffic.leftOut == 0 { try await Task.sleep(for: .milliseconds(1)) }
    let silent = traffic.underWay
    let ended = transport.now
    traffic.renew()
    while traffic.underWay == silent { try await Task.sleep(for: .milliseconds(1)) }
    #expect(traffic.sent(in: ended...MonotonicInstant(nanoseconds: .max)) > 0)
    // What was sent before the end of the fault does not keep what came after it from being known.
    let known = traffic.known(since: ended).until
    #expect(known.map { $0 >= ended } ?? true)
    await traffic.cancel()
  }

  @Test(
    "a slow service is asked less often, one that works for one client after the other least",
    arguments: [
      (40, ProbedService.llm, 250), (1000, .llm, 250), (2000, .llm, 500), (100, .asr, 250), (1000, .asr, 1250),
      (20_000, .image, 25_000),
    ])
  func pace(_ slowest: Int, _ kind: ProbedService, _ interval: Int) {
    #expect(DrillLimits().paced(by: .milliseconds(slowest), kind).interval == .milliseconds(interval))
  }
}
