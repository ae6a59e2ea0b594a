import NPUSimulator
import Testing

@Suite struct CompletionTests {
  @Test("A completion has sixteen tokens unless it asks for more") func length() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.exchange("/v1/completions", #"{"prompt":"Once upon"}"#).json
      #expect(answer["object"].string == "text_completion")
      #expect(answer["usage"]["completion_tokens"].int == 16)
      #expect(answer["choices"][0]["finish_reason"].string == "length")
      #expect(try await simulator.count(try #require(answer["choices"][0]["text"].string)) == 16)
    }
  }

  @Test("A streamed completion has no role and ends with its last text") func stream() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.exchange("/v1/completions", #"{"prompt":"Once","max_tokens":3,"stream":true}"#)
      #expect(answer.chunks.count == 3)
      #expect(!answer.text.contains("role"))
      #expect(answer.chunks.last?["choices"][0]["text"].string?.isEmpty == false)
      #expect(answer.chunks.last?["choices"][0]["finish_reason"].string == "length")
      #expect(answer.events.last == "[DONE]")
    }
  }

  @Test("Several prompts are numbered prompt by prompt") func prompts() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.exchange("/v1/completions", #"{"prompt":["a","b","c"],"n":2,"max_tokens":2}"#)
      let choices = answer.json["choices"].array
      #expect(choices.map { $0["index"].int } == [0, 1, 2, 3, 4, 5])
      #expect(Set(choices.map { $0["text"].string }).count == 6)
      #expect(answer.json["usage"]["prompt_tokens"].int == 3)
    }
  }

  @Test("Echo with log-probabilities scores the prompt, whose first token has none", arguments: [0, 2])
  func echo(added: Int) async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.exchange(
        "/v1/completions", #"{"prompt":"The cat sat","max_tokens":\#(added),"echo":true,"logprobs":1}"#)
      let choice = answer.json["choices"][0]
      let logprobs = choice["logprobs"]
      #expect(choice["text"].string?.hasPrefix("The cat sat") == true)
      #expect(logprobs["tokens"].array.compactMap(\.string).joined() == choice["text"].string)
      #expect(logprobs["token_logprobs"].array.count == 3 + added)
      #expect(logprobs["token_logprobs"][0].isNull)
      #expect(logprobs["text_offset"].array.compactMap(\.int).prefix(3) == [0, 3, 7])
      #expect(answer.json["usage"]["completion_tokens"].int == added)
    }
  }
}
