import NPUBase
import NPUTransport
import Testing

@Suite("The end of a transport over libcurl")
struct CurlShutDownTests {
  @Test("A transport shuts down at once although something is due only later", .timeLimit(.minutes(30)))
  func pendingAlarm() throws {
    let transport = try CurlTransport()
    // Hours after the time limit.
    let due = transport.now.advanced(by: .seconds(86_400))
    transport.schedule(at: due) { Issue.record("what was not yet due must be dropped") }
    transport.shutDown()
  }
}
