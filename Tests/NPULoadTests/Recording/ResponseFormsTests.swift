import NPUBase
import NPULoad
import NPUMetrics
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// One form in which servers write responses, and what both doors read in it.
struct ResponseFormCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// The choices of each event, without their brackets, or whole payloads.
  var payloads: [String]
  var text: String?
  var reasoning: String?
  var calls = 0
  var finish: String?
  var completion: Int?
  var notes: ResponseNotes = []

  init(
    _ name: String, _ payloads: [String], text: String? = "Hello", reasoning: String? = nil, calls: Int = 0,
    finish: String? = "stop", completion: Int? = nil, notes: ResponseNotes = []
  ) {
    testDescription = name
    self.payloads = payloads
    (self.text, self.reasoning, self.calls, self.finish) = (text, reasoning, calls, finish)
    (self.completion, self.notes) = (completion, notes)
  }

  var body: String {
    payloads.map { payload in
      payload.hasPrefix(#"{"choices"#) ? "data: \(payload)\n\n" : "data: {\"choices\":[\(payload)]}\n\n"
    }.joined() + "data: [DONE]\n\n"
  }

  private static let stop = #"{"index":0,"delta":{},"finish_reason":"stop"}"#
  private static let hello = #"{"index":0,"delta":{"content":"Hello"}}"#
  private static func usage(_ count: String) -> String {
    #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":\#(count)}}"#
  }

  static let all: [Self] = [
    .init("as the protocol has it", [hello, stop, usage("4")], completion: 4),
    .init(
      "content as a list of parts",
      [
        #"{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"A greeting"}]}]}}"#,
        #"{"index":0,"delta":{"content":[{"type":"text","text":"Hel"},{"text":"l"},"o",null,{"type":"image_url"}]}}"#,
        stop,
      ], reasoning: "A greeting"),
    .init(
      "thinking as a text", [#"{"delta":{"content":[{"type":"thinking","thinking":"why"}]}}"#, hello, stop],
      reasoning: "why"),
    .init(
      "reasoning as a part", [#"{"delta":{"content":[{"text":"why","type":"reasoning"}]}}"#, hello, stop],
      reasoning: "why"),
    .init(
      "reasoning under both names", [#"{"delta":{"reasoning":"why","reasoning_content":"why"}}"#, hello, stop],
      reasoning: "why"),
    .init(
      "reasoning as a list", [#"{"delta":{"reasoning_content":[{"type":"text","text":"why"}]}}"#, hello, stop],
      reasoning: "why"),
    .init("counts with a fraction of zero", [hello, stop, usage("4.0")], completion: 4),
    .init("counts with an exponent", [hello, stop, usage("4e0")], completion: 4),
    .init("counts as texts", [hello, stop, usage("\"4\"")], completion: 4),
    .init("half a count", [hello, stop, usage("4.5")]),
    .init("a negative count", [hello, stop, usage("-4")]),
    .init("an index with a fraction of zero", [hello, #"{"index":0.0,"delta":{},"finish_reason":"stop"}"#]),
    .init("choices without index", [#"{"delta":{"content":"Hello"}}"#, #"{"finish_reason":"stop"}"#]),
    .init(
      "two choices without index",
      [
        #"{"delta":{"content":"Hello"}},{"delta":{"content":"other"}}"#,
        #"{"finish_reason":"stop"},{"finish_reason":"stop"}"#,
      ]),
    .init(
      "a delta that is null",
      [#"{"index":0,"delta":null}"#, hello, #"{"index":0,"delta":null,"finish_reason":"stop"}"#]),
    .init("a delta of another type", [#"{"index":0,"delta":7}"#, #"{"index":0,"delta":["no"]}"#, hello, stop]),
    .init("an empty choice", ["{}", hello, stop]),
    .init("choices that are null", [#"{"choices":null}"#, hello, stop]),
    .init(
      "text as completions have it", [#"{"index":0,"text":"Hello"}"#, #"{"index":0,"text":"","finish_reason":"stop"}"#]),
    .init("text that is null", [hello, #"{"index":0,"text":null,"finish_reason":"stop"}"#]),
    .init("a content that is a number", [hello, #"{"index":0,"delta":{"content":5},"finish_reason":"stop"}"#]),
    .init(
      "halves of a character in two chunks",
      [#"{"index":0,"delta":{"content":"Hi \ud83d"}}"#, #"{"index":0,"delta":{"content":"\ude00!"}}"#, stop],
      text: "Hi 😀!", notes: .joinedCharacter),
    .init(
      "half a character that is not continued",
      [#"{"index":0,"delta":{"content":"Hi \ud83d"}}"#, #"{"index":0,"delta":{"content":"!"}}"#, stop],
      text: "Hi \u{FFFD}!", notes: .brokenCharacter),
    .init(
      "half a character amid a text", [#"{"index":0,"delta":{"content":"a\ud83db\udead"}}"#, stop],
      text: "a\u{FFFD}b\u{FFFD}", notes: .brokenCharacter),
    .init(
      "half a character at the end of the text",
      [#"{"index":0,"delta":{"content":"Hi \ud83d"}}"#, stop], text: "Hi ", notes: .brokenCharacter),
    .init(
      "halves of a character among log-probabilities",
      [
        #"{"index":0,"delta":{"content":"😀"},"logprobs":{"content":[{"token":"\ud83d"},{"token":"\ude00"}]}}"#,
        stop,
      ], text: "😀"),
    .init(
      "usage in a choice", [hello, #"{"index":0,"delta":{},"finish_reason":"stop","usage":{"completion_tokens":4}}"#],
      completion: 4),
    .init(
      "usage in a choice and beside it",
      [
        hello,
        #"{"choices":[{"index":0,"finish_reason":"stop","usage":{"completion_tokens":3}}],"usage":{"completion_tokens":4}}"#,
      ],
      completion: 4),
    .init(
      "finish reasons that are none",
      [
        #"{"index":0,"delta":{"content":"Hello"},"finish_reason":""}"#,
        #"{"index":0,"delta":{},"finish_reason":"null"}"#,
        #"{"index":0,"delta":{},"finish_reason":7}"#, stop,
      ]),
    .init("no finish reason", [hello], finish: nil, notes: .noFinishReason),
    .init(
      "a filter", [hello, #"{"index":0,"delta":{},"finish_reason":"content_filter"}"#], finish: "content_filter",
      notes: .cut),
    .init(
      "an unknown reason", [hello, #"{"index":0,"delta":{},"finish_reason":"whim"}"#], finish: "whim",
      notes: .unknownFinishReason),
    .init(
      "a call",
      [#"{"index":0,"delta":{"tool_calls":[null,{"index":0,"function":{"name":"f","arguments":{"a":1}}}]}}"#, stop],
      text: nil, calls: 1),
    .init(
      "a call in its older form", [#"{"index":0,"delta":{"function_call":{"name":"f","arguments":"{}"}}}"#, stop],
      text: nil, calls: 1),
    .init(
      "one call in both forms",
      [
        #"{"index":0,"delta":{"function_call":{"name":"f","arguments":"{}"},"tool_calls":[{"index":0,"id":"a","function":"#
          + #"{"name":"f","arguments":"{}"}}]}}"#, stop,
      ],
      text: nil, calls: 1),
    .init(
      "a key that nobody knows",
      [#"{"index":0,"x":{"delta":{"content":"no"}},"delta":{"content":"Hello","y":[1]}}"#, stop]),
  ]
}

@Suite("The forms of responses that both doors accept")
struct ResponseFormsTests {
  @Test("A load reads a stream of the form, however it is cut", arguments: ResponseFormCase.all)
  func load(example: ResponseFormCase) throws {
    let response = ScriptedResponse(example.testDescription, body: example.body)
    for cut in [ScriptedResponse.Cut.whole, .bytes, .random(1)] {
      let record = try response.record(cut)
      #expect(record.outcome.isSuccess, "\(record.outcome)")
      #expect(record.text == example.text ?? "")
      #expect(record.finishReason == example.finish)
      #expect(record.tokens.completion == example.completion)
      #expect(record.form.notes == example.notes)
      let contents = record.timeline.events.reduce(into: ChunkContent()) { $0.formUnion($1.content) }
      #expect(contents.contains(.text) == (example.text != nil))
      #expect(contents.contains(.reasoning) == (example.reasoning != nil))
      #expect(contents.contains(.toolCall) == (example.calls > 0))
    }
  }

  @Test("The client for chats reads the same, however it is cut", arguments: ResponseFormCase.all)
  func chat(example: ResponseFormCase) async throws {
    for pieces in [[example.body], Array(example.body).map(String.init)] {
      let transport = answering(contentType: "text/event-stream", pieces: pieces)
      let (chunks, error) = await (try ChatClient(transport)).collect()
      #expect(error == nil, "\(String(describing: error))")
      let response = chunks.assembled()
      let choice = try #require(response.choices.first)
      #expect(choice.message.content ?? "" == example.text ?? "")
      #expect(choice.message.reasoning == example.reasoning)
      #expect(choice.message.toolCalls.count == example.calls)
      #expect(choice.finishReason?.rawValue == example.finish)
      #expect(response.usage?.completionTokens == example.completion)
    }
  }

  @Test("The client for completions reads the same text", arguments: ResponseFormCase.all)
  func completions(example: ResponseFormCase) async throws {
    let transport = answering(contentType: "text/event-stream", pieces: [example.body])
    let client = CompletionClient(transport: transport, service: try .local)
    var accumulator = CompletionAccumulator(text: .pieces)
    for try await chunk in client.stream(CompletionRequest(model: "m", prompt: "Hi")) { accumulator.add(chunk.value) }
    let choice = try #require(accumulator.response.choices.first)
    // A completion has no place for reasoning but its text.
    #expect(choice.text == (example.reasoning ?? "") + (example.text ?? ""))
    #expect(choice.finishReason?.rawValue == example.finish)
    #expect(accumulator.response.usage?.completionTokens == example.completion)
  }

  /// Whole responses, with what both doors say of them.
  static let documents: [(String, Outcome.Kind)] = [
    (#"{"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}"#, .success),
    (#"{"choices":[{"message":{"content":[{"type":"text","text":"Hello"}]},"finish_reason":"stop"}]}"#, .success),
    (#"{"choices":[{"message":{"content":"Hello"},"finish_reason":null}]}"#, .success),
    (#"{"choices":[{"message":{"content":"Hello \ud83d"},"finish_reason":"stop"}]}"#, .success),
    (#"{"choices":[{"message":{"content":null,"audio":{"data":"aQ=="}},"finish_reason":"stop"}]}"#, .success),
    (
      #"{"choices":[{"message":{"content":[{"type":"image_url","image_url":{"url":"x"}}]},"finish_reason":"stop"}]}"#,
      .success
    ),
    (#"{"choices":[{"message":{"content":null,"audio":null},"finish_reason":"stop"}]}"#, .emptyResponse),
    (
      #"{"choices":[{"message":{"content":null,"tool_calls":[{"function":{}}]},"finish_reason":"tool_calls"}]}"#,
      .success
    ),
    (#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"content_filter"}]}"#, .success),
    (#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"error"}]}"#, .failedFinish),
    (
      #"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop","native_finish_reason":"abort"}]}"#,
      .failedFinish
    ),
    (
      #"{"choices":[{"message":{"content":""},"finish_reason":"stop"}],"usage":{"completion_tokens":3}}"#,
      .emptyResponse
    ),
    (#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}],"error":{"message":"no"}}"#, .errorEvent),
    (#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}],}"#, .malformedPayload),
  ]

  @Test("A whole response is judged alike at both doors, that of a chat and that of a completion", arguments: documents)
  func document(body: String, kind: Outcome.Kind) async throws {
    let response = ScriptedResponse(
      body, contentType: "application/json", body: body, expectation: .init(isStreamed: false, keepsText: true))
    let record = try response.record(.bytes)
    #expect(record.outcome.kind == kind, "\(record.outcome)")
    try await expect(kind, of: record) {
      let answer = try await (try ChatClient(answering(pieces: [body]))).complete(ChatRequest(model: "m", messages: []))
      #expect(answer.text ?? "" == record.text)
    }
    // The same as a completion, where it is one of text alone.
    let completion = body.replacing(#/"message":{"content":("[^"]*")}/#) { #""text":\#($0.output.1)"# }
    guard !completion.contains("message\":{\"content") else { return }
    let client = CompletionClient(transport: answering(pieces: [completion]), service: try .local)
    try await expect(kind, of: record) {
      _ = try await client.complete(CompletionRequest(model: "m", prompt: "Hi"))
    }
  }

  /// The call must fail as the record did, if it did.
  private func expect(_ kind: Outcome.Kind, of record: RequestRecord, _ call: () async throws -> Void) async throws {
    do {
      try await call()
      #expect(kind == .success)
    } catch let error as ServiceError {
      #expect(error.kind.rawValue == kind.rawValue, "\(error)")
      if kind != .malformedPayload { #expect(error.message == record.outcome.message) }
    }
  }

  @Test("A request for no token at all gets none")
  func noToken() async throws {
    let body = #"{"choices":[{"text":"","finish_reason":"length"}],"usage":{"completion_tokens":0}}"#
    let client = CompletionClient(transport: answering(pieces: [body]), service: try .local)
    let request = CompletionRequest(model: "m", prompt: "Hi", sampling: SamplingParameters(maxTokens: 0))
    #expect(try await client.complete(request).text == "")
  }

  @Test(
    "What the scanner calls a chunk, each client decodes: what a load counts as good no client refuses",
    arguments: ChunkPayloads.chunks)
  func decodersAreTotal(payload: String) async throws {
    var generator = SeededGenerator(seed: UInt64(payload.utf8.count))
    for _ in 0..<40 {
      var bytes = Array(payload.utf8)
      for _ in 0..<2 {
        let place = generator.integer(in: 0...(bytes.count - 1))
        bytes[place] = Array("{}[]:,\"\\0e.nu".utf8)[generator.integer(in: 0...12)]
      }
      let facts = ChunkScanner().scan(bytes.span)
      guard facts.isObject else { continue }
      #expect(throws: Never.self, "\(String(decoding: bytes, as: UTF8.self))") {
        _ = try JSONCoding.decode(ChatChunk.self, from: bytes)
        _ = try JSONCoding.decode(CompletionChunk.self, from: bytes)
        _ = try JSONCoding.decode(TranscriptionChunk.self, from: bytes)
      }
    }
  }
}
