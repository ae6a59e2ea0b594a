import Testing

@testable import NPUDeployment

@Suite("Readiness probes") struct ReadinessProbeTests {
  @Test(
    "judge status and body",
    arguments: [
      ([200], nil, 200, "", true), ([200], nil, 503, "", false), ([405], nil, 405, "<html>", true),
      ([200, 204], nil, 204, "", true), ([200], "\"pipeline_ready\":true", 200, #"{"pipeline_ready": true}"#, true),
      ([200], "\"pipeline_ready\": true", 200, #"{"status":"healthy","pipeline_ready":true}"#, true),
      ([200], "\"pipeline_ready\":true", 200, #"{"pipeline_ready":false}"#, false),
      ([200], "x", 200, "\u{FF}", false),
    ] as [([Int], String?, Int, String, Bool)])
  func judged(statuses: [Int], text: String?, status: Int, body: String, isReady: Bool) {
    let probe = ReadinessProbe(url: "http://127.0.0.1:1/health", statuses: statuses, text: text)
    #expect(probe.isMet(status: status, body: Array(body.utf8)) == isReady)
  }
}
