import HTTPTypes
import NPUBase
import NPUTransport
import Synchronization
import TestSupport
import Testing

@testable import NPULoad

/// What an examiner gets of a response.
@Suite("What is kept of a response to be examined")
struct ResponseEvidenceTests {
  private final class Seen: Sendable {
    let response = Mutex<ExaminedResponse?>(nil)
  }

  /// The response as it is examined, and the text of its record.
  private func examined(_ body: [UInt8], whole: Bool = true) -> (response: ExaminedResponse?, text: String?) {
    var expectation = StreamRecorder.Expectation(keepsText: true)
    expectation.isExamined = true
    let seen = Seen()
    let recorder = StreamRecorder(index: 0, expectation: expectation) { _ in }
    recorder.examination = { response, record in
      seen.response.withLock { $0 = response }
      return ResponseFindings(characters: response.text.count, endedByItself: record.finishReason == "stop")
    }
    let instant = MonotonicInstant(nanoseconds: 1)
    recorder.transferStarted(at: instant)
    recorder.transferReceived(
      head: HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"]), at: instant)
    if whole {
      _ = recorder.transferReceived(body: body.span, at: instant)
    } else {
      for byte in body { _ = recorder.transferReceived(body: [byte].span, at: instant) }
    }
    recorder.transferEnded(TransferEnd(instant: instant))
    let record = recorder.makeRecord()
    #expect(record.findings != nil)
    return (seen.response.withLock(\.self), record.text)
  }

  private static func chunk(_ choice: String) -> String { "data: {\"choices\":[{\"index\":0,\(choice)}]}\n\n" }
  private static func delta(_ delta: String, _ rest: String = "") -> String { chunk("\"delta\":{\(delta)}\(rest)") }
  private static let done = "data: [DONE]\n\n"

  /// Events with what they say.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var body: String
    var text = "one two"
    var reasoning = ""
    var numbers = 0
    var others = 0
    var lacksFirst = false
    /// The text of the record, where that is another.
    var recorded: String?

    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "chat",
      body: delta(#""role":"assistant","content":"""#) + delta(#""content":"one ""#) + delta(#""content":"two""#)),
    Case(name: "completion", body: chunk(#""text":"one ""#) + chunk(#""text":"two""#)),
    Case(
      name: "reasoning before the text",
      body: delta(#""reasoning_content":"let me ""#) + delta(#""reasoning_content":"see""#)
        + delta(#""content":"one two""#),
      reasoning: "let me see"),
    Case(
      name: "reasoning under two names",
      body: delta(#""reasoning":"hm","reasoning_content":"hm""#)
        + delta(#""content":"one two""#), reasoning: "hm"),
    Case(
      name: "reasoning and text in one",
      body: delta(#""reasoning":"hm","content":"one ""#) + delta(#""content":"two""#),
      reasoning: "hm"),
    Case(name: "escapes", body: delta(#""content":"o\u006ee\u0020""#) + delta(#""content":"tw\u006F""#)),
    Case(
      name: "a character in halves", body: delta(#""content":"\ud83d""#) + delta(#""content":"\ude00!""#), text: "😀!"),
    Case(name: "parts", body: delta(#""content":[{"type":"text","text":"one "}]"#) + delta(#""content":"two""#)),
    Case(
      name: "another choice",
      body: delta(#""content":"one ""#) + "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n"
        + delta(#""content":"two""#)),
    Case(
      name: "two choices in one",
      body:
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one \"}},{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n"
        + delta(#""content":"two""#)),
    Case(
      name: "log-probabilities of a chat",
      body: delta(
        #""content":"one ""#,
        #","logprobs":{"content":[{"token":"one ","logprob":-0.5,"top_logprobs":[{"token":"a","logprob":null}]}]}"#)
        + delta(#""content":"two""#, #","logprobs":{"content":[{"token":"two","logprob":null}]}"#),
      numbers: 1, others: 1),
    Case(
      name: "log-probabilities of a completion",
      body: chunk(#""text":"one ","logprobs":{"tokens":["one "],"token_logprobs":[null]}"#)
        + chunk(#""text":"two","logprobs":{"tokens":["two","!"],"token_logprobs":[-1.5,"NaN"]}"#),
      numbers: 1, others: 1, lacksFirst: true),
    Case(
      name: "log-probabilities that are all null",
      body: chunk(#""text":"one ","logprobs":{"token_logprobs":[null]}"#)
        + chunk(#""text":"t","logprobs":{"token_logprobs":[null]}"#)
        + chunk(#""text":"wo","logprobs":{"token_logprobs":[null]}"#),
      others: 2, lacksFirst: true),
    Case(
      name: "a refusal", body: delta(#""content":null,"refusal":"one ""#) + delta(#""refusal":"two""#), recorded: ""),
    Case(
      name: "thinking among the parts",
      body: delta(#""content":[{"type":"thinking","thinking":[{"type":"text","text":"let me "}]}]"#)
        + delta(#""content":[{"type":"thinking","thinking":"see"},{"type":"text","text":"one "}]"#)
        + delta(#""content":"two""#),
      reasoning: "let me see"),
    Case(
      name: "thinking in parts of the reasoning",
      body: delta(#""reasoning":[{"type":"thinking","thinking":"hm"}]"#) + delta(#""content":"one two""#),
      reasoning: "hm"),
    Case(
      name: "NaN, which is no JSON",
      body: delta(#""content":"one two""#) + delta(#""content":"!""#, #","logprobs":{"content":[{"logprob":NaN}]}"#),
      others: 1),
  ]

  @Test("The text, the reasoning and the log-probabilities of the first choice are kept", arguments: cases)
  func kept(_ test: Case) throws {
    let body = Array((test.body + Self.delta("", #","finish_reason":"stop""#) + Self.done).utf8)
    let (response, text) = examined(body)
    let kept = try #require(response)
    #expect(kept.text == test.text)
    #expect(kept.reasoning == test.reasoning)
    #expect((kept.logprobs, kept.brokenLogprobs) == (test.numbers, test.others))
    #expect(kept.lacksFirstLogprob == test.lacksFirst)
    #expect(text == test.recorded ?? test.text)
    #expect(examined(body, whole: false).response == response)
  }

  @Test("A stream that repeats its text is read once")
  func cumulative() {
    let body = ["one", "one two", "one two three"].map {
      Self.delta(#""role":"assistant","content":"\#($0)""#)
    }
    #expect(examined(Array((body.joined() + Self.done).utf8)).response?.text == "one two three")
  }

  @Test("Of a stream of more than 4 MiB the beginning is kept, and it says so")
  func bounded() throws {
    let piece = String(repeating: "word ", count: 1 << 16)
    let body = (0..<20).map { _ in Self.delta("\"content\":\"\(piece)\"") }.joined()
    let response = try #require(examined(Array((body + Self.done).utf8)).response)
    #expect(response.isCutOff)
    #expect(response.text.utf8.count <= 4 << 20)
  }
}
