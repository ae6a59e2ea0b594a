import HTTPTypes
import NPUConformance
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// The checks of streams against responses that break the protocol and are read all the same.
@Suite("The checks of a stream against broken ones") struct StreamCheckTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var check: String
    var type = "text/event-stream"
    var hasLength = false
    var events: [String]
    /// How long before the first event and between two of them, in milliseconds.
    var wait = 100
    var gap = 10
    var verdict = Finding.Verdict.fail
    var says: String
  }

  private static let text =
    [ChatEvents.role]
    + ["One, ", "two, ", "three."].map { word in
      ChatEvents.delta(#"{"content":"\#(word)"}"#)
    }
  private static let end = [ChatEvents.delta("{}", finish: "stop"), ChatEvents.done]
  private static func finish(_ reason: String) -> [String] {
    [ChatEvents.delta("{}", finish: reason), ChatEvents.done]
  }

  static let cases = [
    Case(testDescription: "a good one", check: "llm.stream", events: text + end, verdict: .pass, says: "3 chunks"),
    Case(
      testDescription: "a buffered one", check: "llm.stream", events: text + end, wait: 3000, gap: 0,
      says: "buffers the stream"),
    Case(
      testDescription: "one too quick to tell", check: "llm.stream", events: text + end, wait: 2, gap: 0,
      verdict: .inconclusive, says: "too soon to tell"),
    Case(
      testDescription: "a quick one of known length", check: "llm.stream", hasLength: true, events: text + end, wait: 2,
      gap: 0, says: "Content-Length"),
    Case(
      testDescription: "plain text", check: "llm.stream", type: "text/plain", events: text + end, says: "text/plain"),
    Case(
      testDescription: "no finish reason", check: "llm.stream", events: text + [ChatEvents.done],
      says: "no chunk has a finish reason"),
    Case(testDescription: "neither end", check: "llm.stream", events: text, says: "without an end mark"),
    Case(testDescription: "an abort", check: "llm.stream", events: text + finish("abort"), says: "\"abort\""),
    Case(testDescription: "an error", check: "llm.stream.done", events: text + finish("error"), says: "\"error\""),
    Case(
      testDescription: "a filter", check: "llm.stream", events: text + finish("content_filter"), says: "content_filter"),
    Case(
      testDescription: "no text", check: "llm.stream.done",
      events: [ChatEvents.role] + end, says: "holds no text"),
    Case(
      testDescription: "halves of a character", check: "llm.stream.utf8",
      events: [#"Hi \ud83d"#, #"\ude00!"#].map { ChatEvents.delta(#"{"content":"\#($0)"}"#) } + end,
      says: "cut in two"),
  ]

  @Test("A check says what is wrong", arguments: cases)
  func finding(example: Case) async throws {
    var fields: HTTPFields = [.contentType: example.type]
    if example.hasLength { fields[.contentLength] = "1000" }
    let head = HTTPResponse(status: .ok, headerFields: fields)
    let transport = ScriptedTransport { _ in
      [.head(head), .wait(.milliseconds(example.wait))]
        + example.events.flatMap { [.body($0), .wait(.milliseconds(example.gap))] }
    }
    let context = LLMCheckContext(transport: transport, service: try .local, model: "m")
    let finding = await (try CheckSuite.check(example.check)).run(in: context).finding
    #expect(finding.verdict == example.verdict, "\(finding.reason)")
    #expect(finding.reason.contains(example.says), "\(finding.reason)")
  }
}
