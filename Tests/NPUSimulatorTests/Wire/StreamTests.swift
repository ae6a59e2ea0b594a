import NPUSimulator
import Testing

@Suite struct StreamTests {
  @Test("A stream is role, deltas, finish, usage and end mark, in this order") func order() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(#""stream":true,"max_tokens":5,"stream_options":{"include_usage":true}"#)
      #expect(answer.status == 200)
      #expect(answer.end == .complete)
      #expect(answer.header("content-type") == "text/event-stream; charset=utf-8")
      let chunks = answer.chunks
      #expect(chunks.count == 8)
      #expect(chunks[0]["choices"][0]["delta"].keys == ["role", "content"])
      for chunk in chunks[1...5] { #expect(chunk["choices"][0]["delta"]["content"].string?.isEmpty == false) }
      #expect(chunks[6]["choices"][0]["finish_reason"].string == "length")
      #expect(chunks[7]["choices"].array.isEmpty)
      #expect(chunks[7]["usage"]["completion_tokens"].int == 5)
      #expect(answer.events.last == "[DONE]")
      #expect(answer.tail.isEmpty)
      #expect(Set(chunks.map { $0["id"].string }).count == 1)
    }
  }

  @Test(
    "Usage is the number of tokens of prompt and text by the tokenizer route",
    arguments: [
      "latin", "chinese", "mixed",
    ])
  func usage(script: String) async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(
        #""stream":true,"max_tokens":200,"ignore_eos":true,"stream_options":{"include_usage":true}"#,
        behaviour: #"{"script":"\#(script)"}"#)
      let usage = try #require(answer.chunks.last)["usage"]
      #expect(usage["completion_tokens"].int == 200)
      #expect(try await simulator.count(answer.deltas("content")) == 200)
      let prompt = try await simulator.exchange(
        "/tokenize", #"{"messages":[{"role":"user","content":"Tell me a story"}]}"#)
      #expect(prompt.json["count"].int == usage["prompt_tokens"].int)
      #expect(usage["total_tokens"].int == (usage["prompt_tokens"].int ?? 0) + 200)
    }
  }

  @Test("Continuous usage counts up chunk by chunk") func continuous() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(
        #""stream":true,"max_tokens":4,"stream_options":{"include_usage":true,"continuous_usage_stats":true}"#)
      #expect(answer.chunks.map { $0["usage"]["completion_tokens"].int } == [0, 1, 2, 3, 4, 4, 4])
    }
  }

  @Test("Several tokens may share a chunk") func tokensPerChunk() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(#""stream":true,"max_tokens":10"#, behaviour: #"{"tokens_per_chunk":4}"#)
      let contents = answer.chunks.compactMap { $0["choices"][0]["delta"]["content"].string }.filter { !$0.isEmpty }
      #expect(contents.count == 3)
      #expect(try await simulator.count(contents.joined()) == 10)
    }
  }

  @Test("Streamed and plain answers hold the same text, twice over") func deterministic() async throws {
    try await withSimulator { simulator in
      let streamed = try await simulator.chat(#""stream":true,"seed":3"#).deltas("content")
      let plain = try await simulator.chat(#""seed":3"#).json["choices"][0]["message"]["content"].string
      #expect(streamed == plain)
      #expect(!streamed.isEmpty)
      let other = try await simulator.chat(#""seed":4"#).json["choices"][0]["message"]["content"].string
      #expect(other != plain)
    }
  }

  @Test("Two choices interleave, each with role, text and finish reason") func twoChoices() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(
        #""stream":true,"n":2,"max_tokens":6,"stream_options":{"include_usage":true}"#)
      #expect(answer.deltas("content", choice: 0) != answer.deltas("content", choice: 1))
      for choice in 0...1 {
        #expect(try await simulator.count(answer.deltas("content", choice: choice)) == 6)
        let finishes = answer.chunks.filter {
          $0["choices"][0]["index"].int == choice && $0["choices"][0]["finish_reason"].string == "length"
        }
        #expect(finishes.count == 1)
      }
      #expect(answer.chunks.last?["usage"]["completion_tokens"].int == 12)
    }
  }

  @Test("A stop string is named and not sent", arguments: [true, false]) func stop(streams: Bool) async throws {
    try await withSimulator(behaviour: Behaviour().with { $0.text = "one two three" }) { simulator in
      let answer = try await simulator.chat(#""stream":\#(streams),"stop":[" thr"]"#)
      if streams {
        #expect(answer.deltas("content") == "one two")
        #expect(answer.chunks.last?["choices"][0]["stop_reason"].string == " thr")
      } else {
        #expect(answer.json["choices"][0]["message"]["content"].string == "one two")
        #expect(answer.json["choices"][0]["stop_reason"].string == " thr")
      }
    }
  }

  @Test("Log-probabilities stand beside each token, the chosen one first") func logprobs() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(#""max_tokens":3,"logprobs":true,"top_logprobs":2"#)
      let entries = answer.json["choices"][0]["logprobs"]["content"].array
      #expect(entries.count == 3)
      for entry in entries {
        let top = entry["top_logprobs"].array
        #expect(top.count == 2)
        #expect(top[0]["token"].string == entry["token"].string)
        #expect((top[0]["logprob"].double ?? 0) > (top[1]["logprob"].double ?? 0))
        #expect((entry["logprob"].double ?? 1) < 0)
        #expect(entry["bytes"].array.compactMap(\.int) == entry["token"].string.map { $0.utf8.map { Int($0) } })
      }
    }
  }

  @Test("A named request gets an answer of that name") func requestID() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(headers: ["X-Request-Id: mine-7"])
      #expect(answer.json["id"].string == "chatcmpl-mine-7")
    }
  }

  @Test("Token numbers are those of the tokenizer") func tokenIDs() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(#""max_tokens":5,"return_token_ids":true"#).json
      let identifiers = answer["choices"][0]["token_ids"].array.compactMap(\.int)
      #expect(identifiers.count == 5)
      let text = try await simulator.exchange("/detokenize", #"{"tokens":\#(identifiers)}"#).json["prompt"].string
      #expect(text == answer["choices"][0]["message"]["content"].string)
    }
  }
}
