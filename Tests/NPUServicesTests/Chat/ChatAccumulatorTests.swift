import NPUBase
import NPUServices
import TestSupport
import Testing

@Suite("A chat accumulator")
struct ChatAccumulatorTests {
  private func assemble(_ body: String, _ text: StreamedText = .detect) async throws -> ChatResponse {
    let (chunks, error) = await (try ChatClient(streaming(body + ChatEvents.done))).collect()
    #expect(error == nil, "\(String(describing: error))")
    return chunks.assembled(text)
  }

  @Test("puts several interleaved answers together")
  func several() async throws {
    let answer = try await assemble(
      ChatEvents.delta(#"{"role":"assistant","content":""}"#, index: 1) + ChatEvents.role
        + ChatEvents.delta(#"{"content":"a"}"#, index: 1, #","token_ids":[1]"#)
        + ChatEvents.delta(#"{"content":"x"}"#, #","logprobs":{"content":[{"token":"x","logprob":-1}]}"#)
        + ChatEvents.delta(#"{"content":"b"}"#, index: 1, finish: "stop", #","stop_reason":7,"token_ids":[2,3]"#)
        + ChatEvents.delta(#"{"content":"y"}"#, finish: "length")
        + ChatEvents.event("", #","usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}"#))
    #expect(answer.choices.map(\.index) == [0, 1])
    #expect(answer.choices.map(\.message.content) == ["xy", "ab"])
    #expect(answer.choices.map(\.finishReason) == [.length, .stop])
    #expect(answer.choices[1].stopReason == .token(7))
    #expect(answer.choices[1].tokenIDs == [1, 2, 3])
    #expect(answer.usage?.completionTokens == 5)
  }

  @Test(
    "puts tool calls together by index",
    arguments: [
      // Head and arguments in one chunk with the same index, as vLLM sends them.
      [
        #"[{"id":"t0","type":"function","index":0,"function":{"name":"f"}},{"index":0,"function":{"arguments":"{\"a\""}}]"#,
        #"[{"index":0,"function":{"arguments":":1}"}}]"#,
      ],
      // The name repeated in each piece.
      [
        #"[{"id":"t0","index":0,"function":{"name":"f","arguments":"{\"a\":"}}]"#,
        #"[{"id":"t0","index":0,"function":{"name":"f","arguments":"1}"}}]"#,
      ],
      // No index at all.
      [#"[{"id":"t0","function":{"name":"f","arguments":""}}]"#, #"[{"function":{"arguments":"{\"a\":1}"}}]"#],
      // Arguments as an object.
      [#"[{"index":0,"id":"t0","function":{"name":"f","arguments":{"a":1}}}]"#],
    ])
  func toolCalls(pieces: [String]) async throws {
    let body = ChatEvents.role + pieces.map { ChatEvents.delta(#"{"content":null,"tool_calls":\#($0)}"#) }.joined()
    let answer = try await assemble(body + ChatEvents.delta("{}", finish: "tool_calls"))
    #expect(answer.choices.first?.message.toolCalls == [ToolCall(id: "t0", name: "f", arguments: #"{"a":1}"#)])
  }

  @Test("keeps parallel tool calls apart, whether by index or by identity")
  func parallelCalls() async throws {
    for second in [1, 0] {
      let answer = try await assemble(
        ChatEvents.delta(
          #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},"#
            + #"{"index":\#(second),"id":"b","function":{"name":"g"}}]}"#)
          + ChatEvents.delta(
            #"{"tool_calls":[{"index":\#(second),"function":{"arguments":"[]"}}]}"#, finish: "tool_calls"))
      let calls = answer.choices.first?.message.toolCalls
      #expect(calls?.map(\.name) == ["f", "g"])
      #expect(calls?.map(\.arguments) == ["{}", "[]"])
    }
  }

  private func mindIE(_ pieces: [String], fullText: String? = nil) -> String {
    let last = pieces.count - 1
    return pieces.enumerated().map { position, piece in
      let choice =
        #"{"index":0,"delta":{"role":"assistant","content":"\#(piece)"},"logprobs":null,"finish_reason":"#
        + (position == last ? "\"stop\"}" : "null}")
      return ChatEvents.event(choice, position == last ? (fullText.map { #","full_text":"\#($0)""# } ?? "") : "")
    }.joined()
  }

  @Test(
    "finds out that each piece repeats the text so far",
    arguments: [
      (["", "He", "Hello", "Hello, w", "Hello, world"], nil, "Hello, world"),
      (["He", "Hello", "Hello world"], nil, "Hello world"), (["He", "Hello"], "Hello", "Hello"),
      (["人", "人工", "人工智", "人工智"], nil, "人工智"),
      // Pieces that only look like it.
      (["He", "Hello"], nil, "HeHello"), (["ha", "ha", "ha"], nil, "hahaha"), (["a", "aa", "b"], nil, "aaab"),
      (["He", "llo", " world", ""], "Hello world", "Hello world"), (["1", "12", "123"], "112123", "112123"),
      (["Hello"], "Hello", "Hello"),
    ] as [([String], String?, String)])
  func cumulative(pieces: [String], fullText: String?, text: String) async throws {
    #expect(try await assemble(mindIE(pieces, fullText: fullText)).text == text)
  }

  @Test("takes pieces for pieces where the role comes once, as in vLLM")
  func piecesOfOthers() async throws {
    let body = ChatEvents.role + ["1", "12", "123"].map { ChatEvents.delta(#"{"content":"\#($0)"}"#) }.joined()
    #expect(try await assemble(body + ChatEvents.delta("{}", finish: "stop")).text == "112123")
  }

  @Test("does as it is told where the caller knows")
  func told() async throws {
    let body = mindIE(["1", "12", "123"])
    #expect(try await assemble(body).text == "123")
    #expect(try await assemble(body, .pieces).text == "112123")
    #expect(try await assemble(mindIE(["a", "ab", ""]), .cumulative).text == "ab")
  }

  @Test("adds the usage of each response only where each has its own")
  func usage() async throws {
    func finish(_ index: Int, _ tokens: Int) -> String {
      ChatEvents.event(
        #"{"index":\#(index),"delta":{"role":"assistant","content":"a"},"finish_reason":"stop"}"#,
        #","usage":{"prompt_tokens":4,"completion_tokens":\#(tokens),"total_tokens":\#(tokens + 4)}"#)
    }
    let each = try await assemble(finish(0, 3) + finish(1, 5)).usage
    #expect(each == Usage(promptTokens: 4, completionTokens: 8, totalTokens: 12))
    let whole = ChatEvents.event("", #","usage":{"prompt_tokens":4,"completion_tokens":9,"total_tokens":13}"#)
    #expect(try await assemble(finish(0, 3) + finish(1, 5) + whole).usage?.completionTokens == 9)
    #expect(
      try await assemble(finish(0, 3) + ChatEvents.delta("{}", index: 1, finish: "stop")).usage?.completionTokens == 3)
    let absurd = try await assemble(finish(0, .max - 4) + finish(1, .max - 4)).usage
    #expect(absurd?.completionTokens == .max)
  }

  @Test("tells when all responses are finished, and distinguishes no text from an empty one")
  func finished() {
    var accumulator = ChatAccumulator()
    #expect(!accumulator.isFinished)
    accumulator.add(ChatChunk(id: "1", choices: [.init(index: 0, delta: .init(role: .assistant))]))
    #expect(!accumulator.isFinished)
    #expect(accumulator.response.choices.first?.message.content == nil)
    accumulator.add(ChatChunk(id: "1", choices: [.init(index: 0, delta: .init(content: ""), finishReason: "new_word")]))
    #expect(accumulator.isFinished)
    #expect(accumulator.response.text == "")
  }
}
