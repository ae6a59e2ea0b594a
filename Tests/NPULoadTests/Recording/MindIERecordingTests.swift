import NPUBase
import NPULoad
import NPUServices
import TestSupport
import Testing

@Suite("The stream recorder on MindIE's own protocols")
struct MindIERecordingTests {
  /// A stream, and what a record of it must hold.
  struct Example: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var wireProtocol: MindIERequest.WireProtocol
    var body: String
    var outcome = Outcome.Kind.success
    var text = "am a French"
    var tokens: Int?
    /// Bytes of new text in each event.
    var bytes: [Int32] = []
    var streamedText = StreamedText.detect

    init(
      _ name: String, _ wireProtocol: MindIERequest.WireProtocol, _ body: String, _ outcome: Outcome.Kind = .success,
      text: String = "am a French", tokens: Int? = nil, bytes: [Int32] = [], streamedText: StreamedText = .detect
    ) {
      (testDescription, self.wireProtocol, self.body, self.outcome) = (name, wireProtocol, body, outcome)
      (self.text, self.tokens, self.bytes, self.streamedText) = (text, tokens, bytes, streamedText)
    }

    var response: ScriptedResponse {
      var response = ScriptedResponse(testDescription, contentType: "text/event-stream", body: body)
      response.expectation.form = wireProtocol.form
      response.expectation.ending = MindIERequest(prompt: "").ending(wireProtocol)
      response.expectation.streamedText = streamedText
      return response
    }
  }

  private static func tgi(_ texts: [String], whole: String, finish: String = "length") -> String {
    texts.enumerated().map { index, text in
      let rest =
        index < texts.count - 1
        ? #","generated_text":null,"details":null"#
        : #","generated_text":"\#(whole)","details":{"prompt_tokens":4,"finish_reason":"\#(finish)","#
          + #""generated_tokens":\#(texts.count),"seed":null}"#
      return #"data: {"token":{"id":[\#(index)],"text":"\#(text)"}\#(rest)}"# + "\n\n"
    }.joined()
  }

  private static func infer(_ texts: [String], whole: String) -> String {
    texts.map { #"data: {"prefill_time":45,"token":{"id":[7],"text":"\#($0)"}}"# + "\n\n" }.joined()
      + #"data: {"generated_text":"\#(whole)","details":{"finish_reason":"length","generated_tokens":3},"#
      + #""token":{"id":[8],"text":null}}"# + "\n\n"
  }

  private static func triton(_ texts: [String], finish: String? = "eos_token") -> String {
    texts.enumerated().map { index, text in
      let reason = finish.flatMap { index < texts.count - 1 ? nil : #""finish_reason":"\#($0)","# } ?? ""
      return #"data:{"id":"a1","text_output":"\#(text)","details":{\#(reason)"generated_tokens":\#(index + 1)}}"#
        + "\n\n"
    }.joined()
  }

  private static func vllm(_ texts: [String]) -> String { texts.map { #"{"text":["\#($0)"]}"# + "\0" }.joined() }

  static let examples: [Example] = [
    Example("TGI", .tgi, tgi(["am", " a", " French"], whole: "am a French"), tokens: 3, bytes: [2, 2, 7]),
    Example(
      "TGI that repeats its text", .tgi, tgi(["am", "am a", "am a", "am a French"], whole: "am a French"), tokens: 4,
      bytes: [2, 2, 0, 7]),
    Example(
      "TGI that is told to repeat its text, in two events", .tgi, tgi(["am a", "am a French"], whole: "am a French"),
      tokens: 2, bytes: [4, 7], streamedText: .cumulative),
    Example(
      "TGI whose pieces only look like repetitions", .tgi, tgi(["a", "aa", "aaa"], whole: "aaaaaa"), text: "aaaaaa",
      tokens: 3, bytes: [1, 2, 3]),
    Example(
      "TGI that was given up", .tgi, tgi(["am", " a"], whole: "am a", finish: "abort"), .failedFinish, text: "am a",
      tokens: 2, bytes: [2, 2]),
    Example(
      "/infer whose last token has no text", .infer, infer(["am", " a"], whole: "am a French"), tokens: 3,
      bytes: [2, 2, 7]),
    Example(
      "/infer that repeats its text", .infer, infer(["am", "am a", "am a Fre"], whole: "am a French"), tokens: 3,
      bytes: [2, 2, 4, 3]),
    Example("Triton", .triton, triton(["am", " a", " French"]), tokens: 3, bytes: [2, 2, 7]),
    Example(
      "Triton that repeats its text", .triton, triton(["am", "am a", "am a French", "am a French"]), tokens: 4,
      bytes: [2, 2, 7, 0]),
    Example(
      "Triton without a reason", .triton, triton(["am", " a", " French"], finish: nil), .truncatedStream, tokens: 3,
      bytes: [2, 2, 7]),
    Example("vLLM", .vllm, vllm(["am", " a", " French", ""]), bytes: [2, 2, 7, 0]),
    Example(
      "vLLM that repeats its text", .vllm, vllm(["am", "am a", "am a French", "am a French"]), bytes: [2, 2, 7, 0]),
    Example(
      "vLLM that gives up in plain words", .vllm, vllm(["am"]) + "Engine callback timeout: server tokenTimeout",
      .rawTextError, text: "am", bytes: [2]),
    Example("TGI that gives up in plain words", .tgi, "Failed to get engine response", .rawTextError, text: ""),
  ]

  @Test("A stream has its outcome, text, tokens and new bytes, the same however it is cut", arguments: examples)
  func records(_ example: Example) throws {
    let record = try example.response.record()
    #expect(record.outcome.kind == example.outcome, "\(record.outcome)")
    #expect(record.text == example.text)
    #expect(record.tokens.completion == example.tokens)
    #expect(record.timeline.events.map(\.bytes) == example.bytes)
    for event in record.timeline.events { #expect(event.bearsToken == (event.bytes > 0)) }
    for cut in [ScriptedResponse.Cut.bytes] + (0..<10).map(ScriptedResponse.Cut.random) {
      #expect(try example.response.record(cut) == record)
    }
  }

  @Test("A completed response of vLLM's protocol has no reason, and only the end of its body says that it is whole")
  func noReason() throws {
    let record = try Example("", .vllm, Self.vllm(["am"])).response.record()
    #expect(record.outcome.isSuccess && record.finishReason == nil && record.form.notes == .unmarkedEnd)
    #expect(record.tokens.source == .unknown)
  }

  @Test("An event of too many bytes breaks a stream off, with NUL as with lines")
  func limits() throws {
    for example in [
      Example("", .vllm, #"{"text":[""# + String(repeating: "a", count: 17 << 20)),
      Example("", .tgi, #"data: {"token":""# + String(repeating: "a", count: 17 << 20)),
    ] {
      #expect(try example.response.record().outcome.kind == .eventTooLarge)
    }
  }

  /// A chat whose chunks repeat the text so far, as MindIE's do with `fullTextEnabled`.
  private static func chat(_ texts: [String], full: String?) -> String {
    texts.enumerated().map { index, text in
      let isLast = index == texts.count - 1
      let more = isLast ? full.map { #","full_text":"\#($0)""# } ?? "" : ""
      return ChatEvents.event(
        #"{"index":0,"delta":{"role":"assistant","content":"\#(text)"},"finish_reason":\#(isLast ? #""stop""# : "null")}"#,
        more)
    }.joined() + ChatEvents.done
  }

  @Test(
    "Text that chunks of a chat repeat is counted once",
    arguments: [
      (["", "Hello", "Hello!", "Hello!", "Hello! How"], "Hello! How", StreamedText.detect, [0, 5, 1, 0, 4]),
      (["Hello", "Hello! How"], "Hello! How", .detect, [5, 5]),
      // Servers of 2024 gave the whole text beside pieces.
      (["\\t", "", "Hello", " world", ""], "Hello world", .detect, [2, 0, 5, 6, 0]),
      (["Hello", "Hello!", "Hello! How"], nil, .detect, [5, 6, 10]),
      (["Hello", "Hello!", "Hello! How"], nil, .cumulative, [5, 1, 4]),
      (["Hello", "Hello!"], "Hello!", .pieces, [5, 6]),
    ] as [([String], String?, StreamedText, [Int32])])
  func chats(texts: [String], full: String?, mode: StreamedText, bytes: [Int32]) throws {
    var response = ScriptedResponse("", body: Self.chat(texts, full: full))
    response.expectation.streamedText = mode
    let record = try response.record()
    #expect(record.outcome.isSuccess, "\(record.outcome)")
    #expect(record.timeline.events.dropLast().map(\.bytes) == bytes)
    #expect(record.timeline.tokenEventCount == bytes.filter { $0 > 0 }.count)
    #expect(try response.record(.bytes) == record)
  }
}

@Suite(
  "The stream recorder on recorded streams of MindIE",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedMindIEStreamTests {
  @Test(
    "Each is whole, with its tokens, and the same however it is cut",
    arguments: [
      ("mindie-infer-stream.sse", .infer, 3, 3), ("mindie-infer-stream-docs-v21rc1.sse", .infer, 3, 3),
      ("mindie-triton-generate-stream.sse", .triton, 20, 2), ("mindie-vllm-generate-stream.nul", .vllm, nil, 3),
    ] as [(String, MindIERequest.WireProtocol, Int?, Int)])
  func streams(name: String, wireProtocol: MindIERequest.WireProtocol, tokens: Int?, events: Int) throws {
    var example = MindIERecordingTests.Example(name, wireProtocol, "")
    let bytes = try #require(try RecordedResponses.wire { $0 == name }.first?.bytes)
    example.body = String(decoding: bytes, as: UTF8.self)
    let record = try example.response.record()
    #expect(record.outcome.isSuccess, "\(record.outcome)")
    #expect(record.text == "am a French")
    #expect(record.tokens.completion == tokens)
    #expect(record.timeline.tokenEventCount == events)
    #expect(record.finishReason == (wireProtocol == .vllm ? nil : "length"))
    for cut in [ScriptedResponse.Cut.bytes] + (0..<10).map(ScriptedResponse.Cut.random) {
      #expect(try example.response.record(cut) == record)
    }
  }

  @Test("A chat that repeats its text counts each character once")
  func cumulativeChat() throws {
    let bytes = try #require(try RecordedResponses.wire { $0 == "mindie-chat-stream-fulltext.sse" }.first?.bytes)
    let record = try ScriptedResponse("", body: String(decoding: bytes, as: UTF8.self)).record()
    #expect(record.timeline.events.map(\.bytes).reduce(0, +) == Int32("Hello! How can I help?".utf8.count))
    #expect(record.tokens.completion == 6 && record.text == "Hello! How can I help?")
  }
}
