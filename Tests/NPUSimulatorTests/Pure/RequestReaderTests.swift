import Testing

@testable import NPUSimulator

@Suite struct RequestReaderTests {
  private func read(
    _ json: String, _ kind: GenerationRequest.Kind = .chat, _ behaviour: Behaviour = Behaviour()
  ) throws -> GenerationRequest {
    try RequestReader(try JSONParser.parse(Array(json.utf8)), behaviour: behaviour).read(kind)
  }

  private static let chat = #""messages":[{"role":"user","content":"Hi"}]"#

  @Test(
    "A bad chat is refused with vLLM's status, type and parameter",
    arguments: [
      ("[]", 400, "Bad Request", nil), ("{}", 400, "Bad Request", "body.messages"),
      (#"{"messages":"Hi"}"#, 400, "Bad Request", "body.messages"),
      (#"{"messages":[]}"#, 400, "BadRequestError", nil),
      (#"{"messages":[{"content":"Hi"}]}"#, 400, "Bad Request", "body.messages.0.role"),
      (#"{"messages":[{"role":"user","content":5}]}"#, 400, "Bad Request", "body.messages.0.content"),
      (#"{"messages":[{"role":"user","content":[{"type":"smell"}]}]}"#, 400, "BadRequestError", "messages"),
      (#"{"model":"other",\#(chat)}"#, 404, "NotFoundError", "model"),
      (#"{"model":5,\#(chat)}"#, 400, "Bad Request", "body.model"),
      (#"{"max_tokens":"many",\#(chat)}"#, 400, "Bad Request", "body.max_tokens"),
      (#"{"max_tokens":0,\#(chat)}"#, 400, "BadRequestError", "max_tokens"),
      (#"{"max_tokens":200000,\#(chat)}"#, 400, "BadRequestError", "max_tokens"),
      (#"{"temperature":-1,\#(chat)}"#, 400, "BadRequestError", "temperature"),
      (#"{"top_p":2,\#(chat)}"#, 400, "BadRequestError", "top_p"),
      (#"{"n":0,\#(chat)}"#, 400, "BadRequestError", "n"),
      (#"{"stream_options":{},\#(chat)}"#, 400, "Bad Request", "body.stream_options"),
      (#"{"top_logprobs":2,\#(chat)}"#, 400, "Bad Request", "body.top_logprobs"),
      (#"{"logprobs":true,"top_logprobs":21,\#(chat)}"#, 400, "BadRequestError", "logprobs"),
      (#"{"stream":true,"prompt_logprobs":1,\#(chat)}"#, 400, "Bad Request", "body.prompt_logprobs"),
      (#"{"tool_choice":"auto",\#(chat)}"#, 400, "Bad Request", "body.tool_choice"),
      (#"{"tools":[],\#(chat)}"#, 400, "Bad Request", "body.tools"),
      (
        #"{"tools":[{"function":{"name":"f"}}],"tool_choice":{"function":{"name":"g"}},\#(chat)}"#, 400,
        "BadRequestError", "tool_choice"
      ),
      (#"{"stop":[1],\#(chat)}"#, 400, "Bad Request", "body.stop"),
      (#"{"stop":"",\#(chat)}"#, 400, "BadRequestError", "stop"),
      (#"{"min_tokens":9,"max_tokens":8,\#(chat)}"#, 400, "BadRequestError", "min_tokens"),
      (#"{"stream":"yes",\#(chat)}"#, 400, "Bad Request", "body.stream"),
    ] as [(String, Int, String, String?)])
  func refusesChat(json: String, status: Int, type: String, parameter: String?) throws {
    let error = try #require(throws: ErrorResponse.self) { try read(json) }
    #expect(error.status == status)
    #expect(error.type == type)
    #expect(error.parameter == parameter)
  }

  @Test("A prompt beyond the model's length is refused") func tooLong() throws {
    let behaviour = Behaviour().with { $0.maxModelLength = 10 }
    let error = try #require(throws: ErrorResponse.self) {
      try read(#"{"prompt":"1 2 3 4 5 6 7 8 9 10"}"#, .completion, behaviour)
    }
    #expect(error.parameter == "input_tokens")
    #expect(error.message.contains("maximum context length is 10 tokens"))
  }

  @Test(
    "Output limits follow the route",
    arguments: [
      (#"{"prompt":"Hi"}"#, GenerationRequest.Kind.completion, 16), (#"{\#(chat)}"#, .chat, 131_072 - 7),
      (#"{"max_tokens":5,\#(chat)}"#, .chat, 5), (#"{"max_tokens":5,"max_completion_tokens":7,\#(chat)}"#, .chat, 7),
      (#"{"prompt":"Hi","max_tokens":0,"echo":true}"#, .completion, 0),
    ])
  func limits(json: String, kind: GenerationRequest.Kind, tokens: Int) throws {
    #expect(try read(json, kind).maxTokens == tokens)
  }

  @Test(
    "Prompts come as text, token numbers or lists of either",
    arguments: [
      (#""Hello world""#, [2]), (#"["a","b c"]"#, [1, 2]), ("[300,301,302]", [3]), ("[[300],[301,302]]", [1, 2]),
    ])
  func prompts(prompt: String, counts: [Int]) throws {
    let request = try read(#"{"prompt":\#(prompt)}"#, .completion)
    #expect(request.prompts.map(\.count) == counts)
  }

  @Test("Parts of a message join to its text, media as words") func parts() throws {
    func prompt(_ url: String, flat: Bool = false) throws -> GenerationRequest.Prompt {
      let address = flat ? "\"\(url)\"" : "{\"url\":\"\(url)\"}"
      let json =
        #"{"messages":[{"role":"user","content":[{"type":"text","text":"Look: "},{"type":"image_url","image_url":"#
        + address + "}]}]}"
      return try read(json).prompts[0]
    }
    let first = try prompt("data:image/png;base64,iVBORw0KGgo=")
    #expect(String(decoding: first.bytes, as: UTF8.self).hasPrefix("user: Look: <image "))
    #expect(first.count > AudioBehaviour().tokensPerMedium)
    #expect(try prompt("data:image/png;base64,iVBORw0KGgo=", flat: true) == first)
    #expect(try prompt("data:image/png;base64,iVBORw0KGgoA") != first)
    for wrong in ["data:image/png;base64,####", "data:image/png;base64,", "data:image/png;base64,AAAA"] {
      #expect(throws: ErrorResponse.self) { try prompt(wrong) }
    }
  }
}
