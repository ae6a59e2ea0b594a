import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A chat answer")
struct ChatResponseTests {
  private func complete(_ body: String) async throws -> ChatResponse {
    try await ChatClient(answering(pieces: [body])).complete(ChatRequest(model: "m", messages: [.user("Hi")]))
  }

  @Test("is read with every field that vLLM sends, null or not")
  func vllm() async throws {
    let answer = try await complete(
      #"""
      {"id":"chatcmpl-1","object":"chat.completion","created":1764924127,"model":"m","choices":[{"index":0,"message":
      {"role":"assistant","content":null,"refusal":null,"annotations":null,"audio":null,"function_call":null,"tool_calls":
      [{"id":"t-1","type":"function","function":{"name":"get_weather","arguments":"{\"city\": \"Beijing\"}"}}],
      "reasoning":"Look it up."},"logprobs":{"content":[{"token":"Hi","logprob":-9999.0,"bytes":[72,105],"top_logprobs":
      [{"token":"token_id:226","logprob":-0.5,"bytes":null}]}]},"finish_reason":"tool_calls","stop_reason":151645,
      "token_ids":[1,2]}],"service_tier":null,"system_fingerprint":null,"usage":{"prompt_tokens":22,"total_tokens":32,
      "completion_tokens":10,"prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":null},
      "prompt_logprobs":[null,{"7290":{"logprob":-6.98,"rank":412,"decoded_token":" meaning"}}],
      "prompt_token_ids":[5],"kv_transfer_params":null,"metrics":{"queue":1}}
      """#)
    let choice = try #require(answer.choices.first)
    #expect(answer.id == "chatcmpl-1")
    #expect(answer.text == nil)
    #expect(choice.message.reasoning == "Look it up.")
    #expect(choice.message.toolCalls.first?.parsedArguments == ["city": "Beijing"])
    #expect(choice.finishReason == .toolCalls)
    #expect(choice.stopReason == .token(151_645))
    #expect(choice.tokenIDs == [1, 2])
    #expect(choice.logprobs?.first?.isClamped == true)
    #expect(choice.logprobs?.first?.alternatives.first?.tokenID == 226)
    #expect(answer.usage?.completionTokens == 10)
    #expect(answer.usage?.cachedTokens == 16)
    #expect(answer.usage?.reasoningTokens == nil)
    #expect(answer.promptLogprobs?.count == 2)
    #expect(answer.promptLogprobs?[0] == nil)
    #expect(answer.promptLogprobs?[1]?["7290"] == PromptLogprob(logprob: -6.98, rank: 412, token: " meaning"))
    #expect(answer.extras == ["metrics": ["queue": 1]])
  }

  @Test("is read with MindIE's measurements")
  func mindIE() async throws {
    let answer = try await complete(
      #"""
      {"id":"e_8","object":"chat.completion","created":1777000000,"model":"q","choices":[{"index":0,"message":{"role":
      "assistant","content":"Hello!","tool_calls":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":31,
      "prompt_tokens_details":{"cached_tokens":0},"completion_tokens":3,"total_tokens":34,"batch_size":[1,1,1],
      "queue_wait_time":[531,61,58]},"prefill_time":45,"decode_time_arr":[128,18]}
      """#)
    #expect(answer.text == "Hello!")
    #expect(answer.usage?.batchSizes == [1, 1, 1])
    #expect(answer.usage?.queueWaitTimes == [531, 61, 58])
    #expect(answer.extras["prefill_time"] == 45)
  }

  @Test(
    "is read although servers disagree on types",
    arguments: [
      #"{"id":7,"created":"1770903266","choices":[{"index":"0","message":{"content":"Hi"},"finish_reason":"stop"}]}"#,
      #"{"id":"7","created":1770903266.9,"choices":[{"message":{"content":[{"type":"text","text":"H"},{"text":"i"}]},"finish_reason":"stop","stop_reason":"null","logprobs":"null"}]}"#,
      #"{"id":"7","created":1770903266,"choices":[{"index":0,"message":{"role":3,"content":"Hi","tool_calls":null},"finish_reason":"stop"}],"usage":null,"prompt_logprobs":"null"}"#,
    ])
  func lenient(body: String) async throws {
    let answer = try await complete(body)
    #expect(answer.id == "7")
    #expect(answer.created == 1_770_903_266)
    #expect(answer.text == "Hi")
    #expect(answer.choices.first?.finishReason == .stop)
  }

  @Test(
    "keeps the word of a finish reason that nobody knows yet",
    arguments: [("repetition", FinishReason.repetition), ("gave_up", "gave_up"), ("length", .length)])
  func openWords(word: String, reason: FinishReason) async throws {
    let answer = try await complete(#"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"\#(word)"}]}"#)
    #expect(answer.choices.first?.finishReason == reason)
    #expect(answer.choices.first?.finishReason?.description == word)
  }

  @Test(
    "has one reasoning text whichever names a server uses",
    arguments: [
      (#""reasoning":"a""#, "a"), (#""reasoning_content":"a""#, "a"),
      (#""reasoning":"a","reasoning_content":"a""#, "a"),
      (#""reasoning":null,"reasoning_content":"a""#, "a"), (#""reasoning":"a","reasoning_content":null"#, "a"),
      (#""reasoning":"","reasoning_content":"a""#, "a"), (#""reasoning":"""#, ""), (#""reasoning":null"#, nil),
      (#""x":1"#, nil),
    ] as [(String, String?)])
  func reasoning(fields: String, text: String?) async throws {
    let answer = try await complete(#"{"choices":[{"index":0,"message":{"content":"Hi",\#(fields)}}]}"#)
    #expect(answer.choices.first?.message.reasoning == text)
    let streamed = await (try ChatClient(streaming(ChatEvents.delta("{\(fields)}", finish: "stop")))).collect()
    #expect(streamed.chunks.first?.choices.first?.delta.reasoning == text)
  }

  @Test("is given raw with its status where the caller wants it so")
  func raw() async throws {
    let transport = answering(status: 400, pieces: [#"{"error":{"message":"No"}}"#])
    let response = try await ChatClient(transport).response(to: ChatRequest(model: "m", messages: []))
    #expect(response.head.status.code == 400)
    #expect(ErrorBody(response.body).message == "No")
  }

  @Test("that is not UTF-8 is malformed, and its character set is named", arguments: ["", "; charset=GBK"])
  func badUTF8(parameter: String) async throws {
    let body = Array(#"{"choices":[{"index":0,"message":{"content":"a"#.utf8) + [0xE4, 0xBA] + Array(#""}}]}"#.utf8)
    let transport = ScriptedTransport { _ in
      [.head(status: 200, contentType: "application/json" + parameter), .body(body)]
    }
    let error = await #expect(throws: ServiceError.self) {
      try await ChatClient(transport).complete(ChatRequest(model: "m", messages: []))
    }
    #expect(error?.kind == .malformedPayload)
    #expect(error?.message.contains("0xE4") == true, "\(String(describing: error))")
    #expect(error?.message.contains(parameter.isEmpty ? "no character set" : "gbk") == true)
  }
}
