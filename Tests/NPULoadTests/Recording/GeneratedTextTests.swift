import HTTPTypes
import NPUBase
import NPULoad
import NPUTransport
import Synchronization
import Testing

@Suite("Generated text of a record")
struct GeneratedTextTests {
  /// The text of the record of a response that arrives in one piece.
  private func text(_ body: String, type: String, isStreamed: Bool) -> String? {
    let recorder = StreamRecorder(
      index: 0, expectation: StreamRecorder.Expectation(isStreamed: isStreamed, keepsText: true)
    ) { _ in }
    let instant = MonotonicInstant(nanoseconds: 1)
    recorder.transferStarted(at: instant)
    recorder.transferReceived(
      head: HTTPResponse(status: .ok, headerFields: [.contentType: type]), at: instant)
    _ = recorder.transferReceived(body: Array(body.utf8).span, at: instant)
    recorder.transferEnded(TransferEnd(instant: instant))
    return recorder.makeRecord().text
  }

  @Test(
    "A whole response gives its text however it is laid out",
    arguments: [
      #"{"choices":[{"index":0,"message":{"content":"a\nb"},"finish_reason":"stop"}]}"#,
      "{\n  \"choices\": [\n    {\n      \"message\": {\n        \"content\": \"a\\nb\"\n      }\n    }\n  ]\n}\n",
      "{\r\n\"choices\": [{\"index\": 0,\r\n\"text\": \"a\\nb\"}]}",
    ])
  func whole(body: String) {
    #expect(text(body, type: "application/json", isStreamed: false) == "a\nb")
  }

  @Test("Chunks of several lines add up like chunks of one")
  func chunks() {
    let body = """
      data: {"choices": [{"delta":
      data: {"content": "one "}}]}

      data: {"choices":[{"index":1,"delta":{"content":"other"}}]}

      data: {"choices":[{"index":0,"delta":{"content":"two"}}]}

      data: [DONE]


      """
    #expect(text(body, type: "text/event-stream", isStreamed: true) == "one two")
  }
}
