import NPULoad
import NPUServices
import TestSupport
import Testing

/// What the two readers of a stream make of it: the recorder of a load, and the client.
struct StreamReading {
  var name: String
  var answer: ScriptedResponse
  var record: RequestRecord

  init(_ name: String, _ bytes: [UInt8]) throws {
    self.name = name
    answer = ScriptedResponse(name, body: "")
    answer.body = bytes
    record = try answer.record()
  }

  /// The record is the same however the stream is cut.
  func expectSameRecordHoweverCut() throws {
    for cut in [ScriptedResponse.Cut.bytes] + (0..<20).map(ScriptedResponse.Cut.random) {
      #expect(try answer.record(cut) == record, "\(name)")
    }
  }

  /// The client reads the same response in it.
  func expectSameAnswerOfClient() async throws {
    let text = String(decoding: answer.body, as: UTF8.self)
    let whole = await (try ChatClient(streaming(text))).collect().chunks.assembled()
    #expect(record.text == whole.choices.first?.message.content ?? "", "\(name)")
    #expect(record.finishReason == whole.choices.first?.finishReason?.rawValue, "\(name)")
    #expect(record.tokens.completion == whole.usage?.completionTokens ?? record.tokens.completion, "\(name)")
    #expect(record.requestID == whole.id, "\(name)")
  }
}

/// Streams written for this test, in the manners of several servers.
@Suite("The stream recorder beside the chat client")
struct StreamReadingTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: String
    var outcome = Outcome.Kind.success
    var text: String

    init(_ name: String, _ body: String, _ outcome: Outcome.Kind = .success, text: String = "Hello") {
      (testDescription, self.body, self.outcome, self.text) = (name, body, outcome, text)
    }
  }

  /// A service that repeats the whole text in each event, as MindIE does when it is asked to.
  private static let cumulative =
    ["Hel", "Hello"].map { ChatEvents.delta(#"{"role":"assistant","content":"\#($0)"}"#) }.joined()
    + ChatEvents.event(
      #"{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}"#,
      #","full_text":"Hello","usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}"#)

  static let examples = [
    Example("with its usage", ChatEvents.hello + StreamText.usage + ChatEvents.done),
    Example("without usage", StreamText.whole),
    Example("with lines that end by CR LF", StreamText.whole.replacing("\n", with: "\r\n")),
    Example("with lines that end by CR", StreamText.whole.replacing("\n", with: "\r")),
    Example("with a byte order mark", "\u{FEFF}" + StreamText.whole),
    Example("with comments between its events", StreamText.whole.replacing("data: ", with: ": ping\n\ndata: ")),
    Example("without a line end at its end", String(StreamText.whole.dropLast(2))),
    Example("that repeats its text", cumulative + ChatEvents.done),
    Example("that breaks off", ChatEvents.role + ChatEvents.delta(#"{"content":"Hello"}"#), .truncatedStream),
    Example(
      "with an error in it", ChatEvents.role + ChatEvents.delta(#"{"content":"Hello"}"#) + StreamText.error, .errorEvent
    ),
  ]

  @Test(
    "A stream has its outcome, the same record however it is cut, and the response that the client reads",
    arguments: examples)
  func agree(_ example: Example) async throws {
    let reading = try StreamReading(example.testDescription, Array(example.body.utf8))
    #expect(reading.record.outcome.kind == example.outcome, "\(reading.record.outcome)")
    #expect(reading.record.text == example.text)
    try reading.expectSameRecordHoweverCut()
    if example.outcome == .success { try await reading.expectSameAnswerOfClient() }
  }
}

/// Streams as servers sent them, where the folder of test data holds them.
@Suite(
  "The stream recorder on recorded streams",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedStreamOutcomeTests {
  private static func expected(_ name: String) -> Outcome.Kind? {
    switch name {
    case "vllm-chat-stream-truncated.sse": .truncatedStream
    case "mindie-chat-stream-engine-error.sse": .rawTextError
    case let name where name.contains("-chat-stream-error"): .errorEvent
    case let name where name.contains("-chat-stream") || name.contains("-completions-stream"): .success
    case "nasty-bom.sse", "nasty-comment-openrouter-style.sse", "nasty-cr-only.sse", "nasty-crlf.sse",
      "nasty-no-final-newline.sse", "nasty-pings.sse":
      .success
    default: nil
    }
  }

  @Test("Each has its outcome, and the same record however it is cut")
  func outcomes() async throws {
    let streams = try RecordedResponses.wire { $0.hasSuffix(".sse") }
    #expect(streams.count >= 35)
    for (name, bytes) in streams {
      let reading = try StreamReading(name, bytes)
      if let expected = Self.expected(name) {
        #expect(reading.record.outcome.kind == expected, "\(name): \(reading.record.outcome)")
      }
      try reading.expectSameRecordHoweverCut()
      guard reading.record.outcome.isSuccess, name.contains("chat-stream") else { continue }
      try await reading.expectSameAnswerOfClient()
    }
  }
}
