import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension Check where Context == LLMCheckContext {
  /// A tool that is named is called.
  static var tools: Check {
    Check(
      "llm.tools", "A function is called",
      requirement:
        "With tool_choice naming a function the response calls it, with an identity and arguments that are JSON "
        + "of its schema.",
      knownDeviations:
        "vLLM keeps to the schema only with strict: true; llama-server needs a chat template that knows tools.",
      needs: [.toolCalling], tags: [.tools]
    ) { context in try judgeCall(try await context.chat.complete(.weather(context))) }
  }

  /// A tool call comes through a stream.
  static var toolsStream: Check {
    Check(
      "llm.tools.stream", "A function is called in a stream",
      requirement:
        "The pieces of a streamed call add up to one call of the function named, with arguments that are JSON "
        + "of its schema.",
      knownDeviations:
        "vLLM keeps to the schema only with strict: true; llama-server needs a chat template that knows tools.",
      needs: [.toolCalling], tags: [.tools, .stream]
    ) { context in try judgeCall(try await context.transcript(.weather(context)).response) }
  }

  /// The result of a tool is taken.
  static var toolResult: Check {
    Check(
      "llm.tools.result", "The result of a function reaches the model",
      requirement:
        "A conversation with a call and its result is answered, and its prompt counts more tokens than without them.",
      needs: [.toolCalling], tags: [.tools, .conversation]
    ) { context in
      var request = ChatRequest.weather(context)
      request.toolChoice = ToolChoice.none
      let without = try await context.chat.complete(request)
      let call = ToolCall(id: "call_0123456", name: "get_weather", arguments: #"{"city":"Paris"}"#)
      request.messages.append(ChatMessage(role: .assistant, content: nil, toolCalls: [call]))
      request.messages.append(.tool("18 degrees and sunny, wind from the south-west", callID: "call_0123456"))
      let with = try await context.chat.complete(request)
      for answer in [without, with] { try answer.demandTokens() }
      guard let before = without.usage?.promptTokens, let after = with.usage?.promptTokens else {
        return .inconclusive("the responses do not count the tokens of the prompt")
      }
      let shown = "the prompt counts \(before) tokens without and \(after) with a call and its result"
      try Finding.demand(before > 0 && after > before, shown)
      return .pass(shown)
    }
  }

  private static func judgeCall(_ answer: ChatResponse) throws -> Finding {
    try answer.presumeShown()
    let calls = answer.choices.first?.message.toolCalls ?? []
    let reason = answer.choices.first?.finishReason
    guard let call = calls.first else {
      try Finding.presume(reason != .length, "the response was cut before its call was complete: \(answer.shown)")
      return .fail("the response calls no function although the request names one: \(answer.shown)")
    }
    try Finding.demand(
      calls.count == 1,
      "\(calls.count) functions are called although the request names one: "
        + calls.prefix(4).map { "\($0.name)(\(Excerpt.of($0.arguments, limit: 60)))" }.joined(separator: ", "))
    try Finding.demand(call.name == "get_weather", "the function called is \"\(call.name)\", not get_weather")
    try Finding.demand(call.id?.isEmpty == false, "the call has no identity, which its result would have to name")
    let shown = Excerpt.of(call.arguments, limit: 160)
    guard let city = call.parsedArguments?["city"]?.string else {
      try Finding.presume(reason != .length, "the response was cut before the arguments were complete: \(shown)")
      return .fail("the arguments are not JSON with a city, which the schema requires: \(shown)")
    }
    try Finding.demand(["Beijing", "Paris"].contains(city), "the city \"\(city)\" is not one that the schema allows")
    return .pass("get_weather is called with \(shown), finish reason \(reason?.rawValue ?? "missing")")
  }
}

extension ChatRequest {
  /// A question with one function, which the response must call; its schema leaves no room for long arguments.
  fileprivate static func weather(_ context: LLMCheckContext) -> ChatRequest {
    var request = context.request("What is the weather in Paris?", tokens: 128)
    request.tools = [
      Tool(
        name: "get_weather", description: "The weather in a city.",
        parameters: [
          "type": "object", "properties": ["city": ["type": "string", "enum": ["Beijing", "Paris"]]],
          "required": ["city"], "additionalProperties": false,
        ], strict: true)
    ]
    request.toolChoice = .function("get_weather")
    return request
  }
}

extension Probe where Context == LLMCheckContext {
  /// Whether the server was started with a parser of tool calls: it refuses tools otherwise, and says so.
  static var toolCalling: Probe {
    Probe("tool calling") { context in
      var request = ChatRequest.weather(context)
      request.toolChoice = .auto
      request.sampling.maxTokens = 4
      let response = try await context.chat.response(to: request)
      let status = response.head.status.code
      guard [400, 404, 422, 500, 501].contains(status) else { return .supported }
      // Only if the same request without tools is accepted, the tools were the reason.
      _ = try await context.chat.complete(context.request("What is the weather in Paris?", tokens: 4))
      return .notSupported("it answers status \(status) \(ErrorBody(response.body).message)")
    }
  }
}
