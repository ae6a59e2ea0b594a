import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A chat request")
struct ChatRequestTests {
  private func body(_ request: ChatRequest) throws -> String {
    try ChatClient(ScriptedTransport { _ in [] }).transferRequest(for: request).text
  }

  @Test("sends what is set and nothing else")
  func smallest() throws {
    #expect(
      try body(ChatRequest(model: nil, messages: [.user("Hi/你")]))
        == #"{"messages":[{"content":"Hi/你","role":"user"}]}"#)
  }

  @Test("sends sampling, engine and template parameters flat, with sorted keys")
  func parameters() throws {
    var request = ChatRequest(model: "m", messages: [])
    request.temperature = 0.7
    request.maxTokens = 64
    request.ignoreEOS = true
    request.topK = -1
    request.returnTokenIDs = true
    request.chatTemplateArguments = ["enable_thinking": false]
    request.structuredOutputs = StructuredOutputs(choice: ["yes", "no"])
    request.streamOptions = .continuousUsage
    #expect(
      try body(request)
        == #"{"chat_template_kwargs":{"enable_thinking":false},"ignore_eos":true,"max_tokens":64,"messages":[],"model":"m","#
        + #""return_token_ids":true,"stream_options":{"continuous_usage_stats":true,"include_usage":true},"#
        + #""structured_outputs":{"choice":["yes","no"]},"temperature":0.7,"top_k":-1}"#)
    request.extras["max_tokens"] = "many"
    request.extras["a_new_field"] = [1, nil]
    let text = try body(request)
    #expect(text.contains(#""max_tokens":"many""#) && !text.contains("64") && text.contains(#""a_new_field":[1,null]"#))
  }

  @Test("sends media, tools and history as the protocol has them")
  func content() throws {
    var request = ChatRequest(
      model: "vl",
      messages: [
        .system("Be terse."),
        .user(
          .text("Look"), .image([0x89, 0x50]), .imageURL("http://h/a.png", detail: .low), .videoURL("http://h/v"),
          .audioURL("http://h/s"), .audio([1]), .other(["type": "image_url", "image_url": "flat"])),
        ChatMessage(
          ChatResponse.Message(
            content: nil, reasoning: "hm", toolCalls: [ToolCall(id: "c1", name: "f", arguments: "{}")])),
        .tool("42", callID: "c1"),
      ],
      tools: [Tool(name: "f", description: "d", parameters: ["type": "object"], strict: true)],
      toolChoice: .function("f"), responseFormat: .jsonSchema(name: "s", schema: ["type": "object"]))
    request.parallelToolCalls = false
    #expect(
      try body(request)
        == #"{"messages":[{"content":"Be terse.","role":"system"},{"content":[{"text":"Look","type":"text"},"#
        + #"{"image_url":{"url":"data:image/png;base64,iVA="},"type":"image_url"},"#
        + #"{"image_url":{"detail":"low","url":"http://h/a.png"},"type":"image_url"},"#
        + #"{"type":"video_url","video_url":{"url":"http://h/v"}},{"audio_url":{"url":"http://h/s"},"type":"audio_url"},"#
        + #"{"input_audio":{"data":"AQ==","format":"wav"},"type":"input_audio"},{"image_url":"flat","type":"image_url"}],"#
        + #""role":"user"},{"content":null,"role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"f"},"#
        + #""id":"c1","type":"function"}]},{"content":"42","role":"tool","tool_call_id":"c1"}],"model":"vl","#
        + #""parallel_tool_calls":false,"response_format":{"json_schema":{"name":"s","schema":{"type":"object"}},"#
        + #""type":"json_schema"},"tool_choice":{"function":{"name":"f"},"type":"function"},"#
        + #""tools":[{"function":{"description":"d","name":"f","parameters":{"type":"object"},"strict":true},"type":"function"}]}"#
    )
  }

  @Test(
    "writes a tool choice",
    arguments: [(ToolChoice.auto, "\"auto\""), (.none, "\"none\""), (.required, "\"required\"")])
  func toolChoice(choice: ToolChoice, text: String) throws {
    #expect(try body(ChatRequest(model: nil, messages: [], toolChoice: choice)).contains("\"tool_choice\":" + text))
  }

  @Test("has the head that servers ask for")
  func head() throws {
    var service = try ServiceConfiguration("https://gateway/v1/infers/abc", apiKey: "k")
    service.timeouts.total = .seconds(5)
    service.connection = .fresh
    let chat = ChatClient(transport: ScriptedTransport { _ in [] }, service: service)
    var request = ChatRequest(model: "m", messages: [.user("Hi")])
    request.stream = true
    let transfer = try chat.transferRequest(for: request, requestID: "r-1")
    #expect(transfer.head.method == .post)
    #expect(transfer.head.scheme == "https")
    #expect(transfer.head.authority == "gateway")
    #expect(transfer.head.path == "/v1/infers/abc/v1/chat/completions")
    #expect(transfer.head.headerFields[.contentType] == "application/json")
    #expect(transfer.head.headerFields[.accept] == "text/event-stream")
    #expect(transfer.head.headerFields[.authorization] == "Bearer k")
    #expect(transfer.head.headerFields[try #require(HTTPField.Name("X-Request-Id"))] == "r-1")
    #expect(transfer.timeouts.total == .seconds(5))
    #expect(transfer.connection == .fresh)
    #expect(try chat.transferRequest(for: request, requestID: "r-1") == transfer)
  }

  @Test("lets extra headers replace its own, wrong ones on purpose")
  func headers() throws {
    var service = try ServiceConfiguration.local
    service.headers = [.contentType: "text/plain", .acceptLanguage: "zh"]
    let fields = try ChatClient(transport: ScriptedTransport { _ in [] }, service: service)
      .transferRequest(for: ChatRequest(model: nil, messages: [])).head.headerFields
    #expect(fields[values: .contentType] == ["text/plain"])
    #expect(fields[.acceptLanguage] == "zh")
  }

  @Test("refuses what JSON and headers cannot hold")
  func invalid() throws {
    let chat = try ChatClient(ScriptedTransport { _ in [] })
    var request = ChatRequest(model: "m", messages: [])
    let badID = #expect(throws: ServiceError.self) { try chat.transferRequest(for: request, requestID: "a\nb") }
    #expect(badID?.kind == .invalidRequest)
    request.temperature = .infinity
    let error = #expect(throws: ServiceError.self) { try chat.transferRequest(for: request) }
    #expect(error?.kind == .invalidRequest)
    #expect(error?.message.contains("not finite") == true)
  }

  @Test("is sent as a stream or as a whole by the call and not by its own field")
  func streamField() async throws {
    let transport = answering(pieces: [#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#])
    let chat = try ChatClient(transport)
    var request = ChatRequest(model: "m", messages: [], streamOptions: .usage)
    request.stream = true
    _ = try await chat.complete(request)
    request.stream = false
    _ = await chat.collect(request)
    _ = try await chat.response(to: request)
    let bodies = transport.requests.map(\.text)
    #expect(bodies.count == 3)
    #expect(!bodies[0].contains("stream"))
    #expect(bodies[1].contains(#""stream":true,"stream_options""#))
    #expect(bodies[2].contains(#""stream":false"#))
  }
}
