import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A completion")
struct CompletionTests {
  private func client(_ transport: ScriptedTransport) throws -> CompletionClient {
    CompletionClient(transport: transport, service: try .local)
  }

  @Test(
    "sends a prompt in each of its forms",
    arguments: [
      (CompletionRequest.Prompt.text("a"), #""a""#), (.texts(["a", "b"]), #"["a","b"]"#), (.tokens([1, 2]), "[1,2]"),
      (.tokenLists([[1], []]), "[[1],[]]"), ("in \("source")", #""in source""#),
    ] as [(CompletionRequest.Prompt, String)])
  func prompts(prompt: CompletionRequest.Prompt, text: String) throws {
    var request = CompletionRequest(model: "m", prompt: prompt, logprobs: 0)
    request.maxTokens = 0
    request.echo = true
    let transfer = try client(ScriptedTransport { _ in [] }).transferRequest(for: request)
    #expect(transfer.text == #"{"echo":true,"logprobs":0,"max_tokens":0,"model":"m","prompt":\#(text)}"#)
    #expect(transfer.head.path == "/v1/completions")
  }

  @Test("with echo has no probability for the first token")
  func echo() async throws {
    let body =
      #"{"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"The meaning","#
      + #""logprobs":{"text_offset":[0,3],"token_logprobs":[null,-16.5],"tokens":["The"," mean"],"#
      + #""top_logprobs":[null,{" mean":-16.5,"\u000b":-0.85}]},"finish_reason":"length","stop_reason":null,"#
      + #""prompt_logprobs":[null,{"1490":{"logprob":-16.5,"rank":1449,"decoded_token":" mean"}}]}],"#
      + #""usage":{"prompt_tokens":2,"total_tokens":2,"completion_tokens":0},"metrics":null}"#
    let answer = try await client(answering(pieces: [body])).complete(
      CompletionRequest(model: "m", prompt: "The meaning"))
    let choice = try #require(answer.choices.first)
    #expect(answer.text == "The meaning")
    #expect(choice.logprobs?.tokenLogprobs == [nil, -16.5])
    #expect(choice.logprobs?.topLogprobs == [nil, [" mean": -16.5, "\u{0B}": -0.85]])
    #expect(choice.logprobs?.textOffsets == [0, 3])
    #expect(choice.promptLogprobs?.last??["1490"]?.rank == 1449)
    #expect(choice.finishReason == .length)
    #expect(answer.usage?.completionTokens == 0)
    #expect(answer.extras.isEmpty)
  }

  @Test("of llama-server has its tokens in the same lists")
  func llamaServer() async throws {
    let body =
      #"{"choices":[{"text":" so","index":0,"logprobs":{"content":[{"id":954,"token":" so","bytes":[32],"logprob":-0.5,"#
      + #""top_logprobs":[{"id":954,"token":" so","logprob":-0.5},{"id":1,"token":"x","logprob":-2}]}]},"#
      + #""finish_reason":"length"}],"timings":{"cache_n":2}}"#
    let answer = try await client(answering(pieces: [body])).complete(CompletionRequest(model: nil, prompt: "a"))
    #expect(answer.choices.first?.logprobs?.tokens == [" so"])
    #expect(answer.choices.first?.logprobs?.tokenLogprobs == [-0.5])
    #expect(answer.choices.first?.logprobs?.topLogprobs == [[" so": -0.5, "x": -2]])
    #expect(answer.extras["timings"]?["cache_n"] == 2)
  }

  private func event(_ fields: String, _ rest: String = "") -> String {
    #"data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[\#(fields)]\#(rest)}"# + "\n\n"
  }

  @Test("streams the pieces of several prompts")
  func stream() async throws {
    let logprobs = #""logprobs":{"text_offset":[0],"token_logprobs":[-1],"tokens":["a"],"top_logprobs":[null]}"#
    let body =
      event(#"{"index":1,"text":"x","logprobs":null,"finish_reason":null}"#)
      + event(#"{"index":0,"text":"a",\#(logprobs),"finish_reason":null,"token_ids":[1]}"#)
      + event(#"{"index":0,"text":"b",\#(logprobs),"finish_reason":"stop","stop_reason":"b","token_ids":[2]}"#)
      + event(#"{"index":1,"finish_reason":"length"}"#)
      + event("", #","usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}"#) + "data: [DONE]\n\n"
    var accumulator = CompletionAccumulator()
    for try await chunk in try client(streaming(body)).stream(
      CompletionRequest(model: "m", prompt: .texts(["a", "b"])))
    {
      accumulator.add(chunk.value)
    }
    let answer = accumulator.response
    #expect(accumulator.isFinished)
    #expect(answer.choices.map(\.text) == ["ab", "x"])
    #expect(answer.choices.map(\.finishReason) == [.stop, .length])
    #expect(answer.choices[0].logprobs?.tokens == ["a", "a"])
    #expect(answer.choices[0].tokenIDs == [1, 2])
    #expect(answer.choices[0].stopReason == .text("b"))
    #expect(answer.usage?.completionTokens == 3)
  }

  @Test("that repeats its text is found out by the full text alone")
  func cumulative() async throws {
    func text(_ fullText: String) async throws -> String? {
      let body =
        event(#"{"index":0,"text":"a","finish_reason":null}"#) + event(#"{"index":0,"text":"ab","finish_reason":null}"#)
        + event(#"{"index":0,"text":"abc","finish_reason":"stop"}"#, fullText)
      var accumulator = CompletionAccumulator()
      for try await chunk in try client(streaming(body)).stream(CompletionRequest(model: "m", prompt: "p")) {
        accumulator.add(chunk.value)
      }
      return accumulator.response.text
    }
    #expect(try await text("") == "aababc")
    #expect(try await text(#","full_text":"abc""#) == "abc")
  }

  @Test("fails as a chat does")
  func failures() async throws {
    let request = CompletionRequest(model: "m", prompt: "p")
    let refused = try client(answering(status: 404, pieces: [#"{"error":{"message":"No model"}}"#]))
    let error = await #expect(throws: ServiceError.self) { try await refused.complete(request) }
    #expect(error?.shortDescription == "http_404")
    #expect(try await refused.response(to: request).head.status.code == 404)
    let noText = try client(answering(pieces: [#"{"choices":[{"index":0,"message":{"content":"chat"}}]}"#]))
    let malformed = await #expect(throws: ServiceError.self) { try await noText.complete(request) }
    #expect(malformed?.kind == .malformedPayload)
    #expect(malformed?.request == "POST http://127.0.0.1:8000/v1/completions")
    let cut = try client(streaming(event(#"{"index":0,"text":"a","finish_reason":null}"#)))
    let truncated = await #expect(throws: ServiceError.self) { for try await _ in cut.stream(request) {} }
    #expect(truncated?.kind == .truncatedStream)
  }
}
