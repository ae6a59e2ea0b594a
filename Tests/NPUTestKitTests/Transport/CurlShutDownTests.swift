import NPUTestKit
import Testing

@Suite("The end of a transport over libcurl")
struct CurlShutDownTests {
  @Test("A transport shuts down at once although something is due only later", .timeLimit(.minutes(10)))
  func pendingAlarm() throws {
    let transport = try CurlTransport()
    let start = transport.now
    transport.schedule(at: start.advanced(by: .seconds(600))) { Issue.record("what was not yet due must be dropped") }
    transport.shutDown()
    #expect(start.duration(to: transport.now) < .seconds(10))
  }
}
