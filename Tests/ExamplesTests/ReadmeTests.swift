import NPUSimulator
import NPUTestKit
import Testing

/// The README's samples are compiled in DocumentationTests; the one that needs no service does what it promises.
@Suite("The README")
struct ReadmeTests {
  @Test("The simulator keeps the pace that the README asks for", .timeLimit(.minutes(10)))
  func simulatorKeepsItsPace() async throws {
    let simulator = try await Simulator.start(
      behaviour: Behaviour(
        timeToFirstToken: .milliseconds(50), interTokenLatency: .milliseconds(5), outputTokens: 20))
    let record = try await Service(simulator.baseURL).chat.measure("Count to ten.")
    #expect(try #require(record.metrics.timeToFirstToken) >= .milliseconds(50))
    try await simulator.shutDown()
  }
}
