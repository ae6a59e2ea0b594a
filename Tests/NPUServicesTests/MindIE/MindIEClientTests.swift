import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A client of MindIE's own protocols")
struct MindIEClientTests {
  private func client(
    _ transport: some Transport, _ wireProtocol: MindIERequest.WireProtocol, route: String? = nil
  ) throws -> MindIEClient {
    MindIEClient(transport: transport, service: try .local, wireProtocol: wireProtocol, route: route)
  }

  private static let sampling = SamplingParameters(temperature: 0.5, topP: 0.9, maxTokens: 7, seed: 3)
  private static let parameters =
    #""parameters":{"details":true,"max_new_tokens":7,"seed":3,"temperature":0.5,"top_p":0.9}"#

  @Test(
    "writes each protocol's path and body, for a document and for a stream",
    arguments: [
      (.tgi, false, "/generate", #"{"inputs":"Hi",\#(parameters)}"#),
      (.tgi, true, "/generate_stream", #"{"inputs":"Hi",\#(parameters)}"#),
      (.infer, false, "/infer", #"{"inputs":"Hi",\#(parameters),"stream":false}"#),
      (.infer, true, "/infer", #"{"inputs":"Hi",\#(parameters),"stream":true}"#),
      (.triton, false, "/v2/models/qwen-2.5_7b/generate", #"{\#(parameters),"text_input":"Hi"}"#),
      (.triton, true, "/v2/models/qwen-2.5_7b/generate_stream", #"{\#(parameters),"text_input":"Hi"}"#),
      (
        .vllm, true, "/generate",
        #"{"max_tokens":7,"prompt":"Hi","seed":3,"stream":true,"temperature":0.5,"top_p":0.9}"#
      ),
    ] as [(MindIERequest.WireProtocol, Bool, String, String)])
  func bodies(wireProtocol: MindIERequest.WireProtocol, streams: Bool, path: String, body: String) throws {
    let request = MindIERequest(prompt: "Hi", model: "qwen-2.5_7b", sampling: Self.sampling)
    let sent = try client(answering(pieces: []), wireProtocol).transferRequest(for: request, streams: streams)
    #expect(sent.head.path == path)
    #expect(sent.text == body)
    #expect(sent.head.headerFields[.accept] == (streams ? "text/event-stream" : "application/json"))
  }

  @Test("asks for a greedy response by do_sample where the protocol takes no temperature of 0")
  func greedy() throws {
    let request = MindIERequest(prompt: "Hi", model: "m", sampling: SamplingParameters(temperature: 0))
    for wireProtocol in MindIERequest.WireProtocol.allCases {
      let text = try client(answering(pieces: []), wireProtocol).transferRequest(for: request, streams: true).text
      #expect(text.contains(#""temperature":0"#) == (wireProtocol == .vllm), "\(text)")
      #expect(text.contains(#""do_sample":false"#) == (wireProtocol != .vllm), "\(text)")
    }
  }

  @Test("lays extra members over the body, those of the parameters among the parameters")
  func extras() throws {
    var request = MindIERequest(prompt: "Hi", sampling: SamplingParameters(maxTokens: 7))
    request.extras = ["parameters": ["watermark": true, "max_new_tokens": 9], "best": "x"]
    let sent = try client(answering(pieces: []), .tgi, route: "/").transferRequest(for: request, streams: true)
    #expect(sent.head.path == "/")
    #expect(
      sent.text
        == #"{"best":"x","inputs":"Hi","parameters":{"details":true,"max_new_tokens":9,"watermark":true},"stream":true}"#
    )
  }

  /// A request that a protocol cannot carry, and what the refusal must name.
  struct Unspeakable: Sendable, CustomTestStringConvertible {
    var wireProtocol: MindIERequest.WireProtocol
    var words: [String]
    var request = MindIERequest(prompt: "Hi", model: "m")
    var testDescription: String { "\(wireProtocol.rawValue): \(words.joined(separator: ", "))" }

    init(_ wireProtocol: MindIERequest.WireProtocol, _ words: String..., change: (inout MindIERequest) -> Void) {
      (self.wireProtocol, self.words) = (wireProtocol, words)
      change(&request)
    }
  }

  static let unspeakable: [Unspeakable] = [
    Unspeakable(.tgi, "ignore_eos", "vllm") { $0.sampling.ignoreEOS = true },
    Unspeakable(.infer, "ignore_eos", "vllm") { $0.sampling.ignoreEOS = true },
    Unspeakable(.triton, "stop", "tgi or vllm") { $0.sampling.stop = ["."] },
    Unspeakable(.infer, "n above 1", "vllm") { $0.sampling.n = 2 },
    Unspeakable(.vllm, "min_tokens", "leave it out") { $0.sampling.minTokens = 2 },
    Unspeakable(.tgi, "frequency_penalty") { $0.sampling.frequencyPenalty = 1 },
    Unspeakable(.tgi, "timeout", "infer or triton") { $0.timeLimit = .seconds(3) },
    Unspeakable(.infer, "id", "triton") { $0.id = "a" },
    Unspeakable(.tgi, "tokens", "infer") { $0.prompt = .tokens([1, 2]) },
    Unspeakable(.triton, "name of the model") { $0.model = nil },
    Unspeakable(.triton, "name of the model", "a/b") { $0.model = "a/b" },
    Unspeakable(.triton, "name of the model") { $0.model = ".." },
  ]

  @Test("refuses what a protocol has no name for, and says who has it", arguments: unspeakable)
  func refusals(_ example: Unspeakable) throws {
    let error = #expect(throws: ServiceError.self) {
      try client(answering(pieces: []), example.wireProtocol).transferRequest(for: example.request, streams: false)
    }
    #expect(error?.kind == .invalidRequest)
    for word in example.words { #expect(error?.message.contains(word) == true, "\(String(describing: error))") }
  }

  /// A stream of a protocol, and what it must come to.
  struct Stream: Sendable, CustomTestStringConvertible {
    var name: String
    var wireProtocol: MindIERequest.WireProtocol
    var body: String
    var kind: ServiceError.Kind?
    var text = ""
    var testDescription: String { "\(wireProtocol.rawValue): \(name)" }

    init(
      _ wireProtocol: MindIERequest.WireProtocol, _ name: String, _ body: String, _ kind: ServiceError.Kind? = nil,
      text: String = ""
    ) {
      (self.wireProtocol, self.name, self.body, self.kind, self.text) = (wireProtocol, name, body, kind, text)
    }
  }

  private static func token(_ text: String, _ rest: String = #","generated_text":null,"details":null"#) -> String {
    #"data: {"token":{"id":[5],"text":\#(text),"logprob":null,"special":null}\#(rest)}"# + "\n\n"
  }
  private static let end =
    #","generated_text":"am a","details":{"prompt_tokens":4,"finish_reason":"length","generated_tokens":2,"seed":null}"#

  static let streams: [Stream] = [
    Stream(.tgi, "whole", token(#""am""#) + token(#"" a""#, end), text: "am a"),
    Stream(
      .tgi, "in the form of TGI itself", token(#""am""#).replacing("[5]", with: "5") + token(#"" a""#, end),
      text: "am a"),
    Stream(.tgi, "without details", token(#""am""#, #","generated_text":"am","details":null"#), text: "am"),
    Stream(.tgi, "ended by a mark that a gateway added", token(#""am""#, end) + "data: [DONE]\n\n", text: "am a"),
    Stream(.tgi, "with words behind its end", token(#""am""#, end) + "Failed to get engine response", text: "am a"),
    Stream(.tgi, "cut", token(#""am""#), .truncatedStream),
    Stream(.tgi, "cut inside an event", token(#""am""#) + #"data: {"tok"#, .truncatedStream),
    Stream(.tgi, "given up in plain words", token(#""am""#) + "Failed to get engine response", .rawTextError),
    Stream(.tgi, "given up at once", "Engine callback timeout: server tokenTimeout", .rawTextError),
    Stream(.tgi, "with an error event", #"data: {"error":"no","error_type":"Generation Error"}"# + "\n\n", .errorEvent),
    Stream(.tgi, "of no JSON", "data: {\"token\":\n\n", .malformedPayload),
    Stream(.tgi, "whole and empty", token(#""""#, #","generated_text":"","details":null"#), .emptyResponse),
    Stream(.tgi, "of another protocol", ChatEvents.hello, .truncatedStream),
    Stream(
      .tgi, "nested too deep", "data: {\"token\":" + String(repeating: "[", count: 80) + "\n\n", .malformedPayload),
    Stream(.infer, "whose last token has no text", inferEvents, text: "am a French"),
    Stream(.infer, "without its last event", String(inferEvents.prefix { $0 != "g" }), .truncatedStream),
    Stream(
      .triton, "whole",
      #"data:{"id":"1","text_output":"am"}"# + "\n\n"
        + #"data:{"id":"1","text_output":" a","details":{"finish_reason":"eos_token","generated_tokens":2}}"# + "\n\n",
      text: "am a"),
    Stream(.triton, "without its reason", #"data:{"id":"1","text_output":"am"}"# + "\n\n", .truncatedStream),
    Stream(
      .triton, "that repeats its text",
      ["am", "am a", "am a", "am a French"].map { #"data:{"text_output":"\#($0)"}"# + "\n\n" }.joined()
        + #"data:{"text_output":"am a French.","details":{"finish_reason":"length","generated_tokens":5}}"# + "\n\n",
      text: "am a French."),
    Stream(.vllm, "whole", "{\"text\":[\"am\"]}\0{\"text\":[\" a\"]}\0{\"text\":[\"\"]}\0", text: "am a"),
    Stream(.vllm, "given up", "{\"text\":[\"am\"]}\0Failed to get engine response", .rawTextError),
    Stream(.vllm, "cut inside a document", "{\"text\":[\"am\"]}\0{\"text\":[\" a", .truncatedStream),
    Stream(.vllm, "without its last NUL", "{\"text\":[\"am\"]}\0{\"text\":[\" a\"]}", .truncatedStream),
    Stream(.vllm, "of no JSON", "{\"text\":[\0", .malformedPayload),
    Stream(.vllm, "with an error", "{\"text\":[\"am\"]}\0{\"error\":\"no\"}\0", .errorEvent),
    Stream(.vllm, "with an error that lacks its NUL", "{\"text\":[\"am\"]}\0{\"error\":\"no\"}", .errorEvent),
    Stream(.vllm, "empty", "", .emptyResponse),
    Stream(.vllm, "without text", "{\"text\":[\"\"]}\0", .emptyResponse),
  ]
  private static let inferEvents =
    #"data: {"prefill_time":45,"decode_time":null,"token":{"id":[626],"text":"am"}}"# + "\n\n"
    + #"data: {"prefill_time":null,"decode_time":128,"token":{"id":[263],"text":" a"}}"# + "\n\n"
    + #"data: {"prefill_time":null,"decode_time":16,"generated_text":"am a French","details":"#
    + #"{"finish_reason":"length","generated_tokens":3,"seed":8},"token":{"id":[5176],"text":null}}"# + "\n\n"

  @Test("reads a stream to its whole response or to its fault, whole and byte by byte", arguments: streams)
  func streaming(_ stream: Stream) async throws {
    for isCut in [false, true] {
      let pieces = isCut ? stream.body.utf8.map { [$0] } : [Array(stream.body.utf8)]
      let transport = ScriptedTransport { _ in
        [.head(status: 200, contentType: "text/event-stream")] + pieces.map { ScriptedTransport.Step.body($0) }
      }
      var accumulator = MindIEAccumulator()
      var kind: ServiceError.Kind?
      do {
        let request = MindIERequest(prompt: "Hi", model: "m")
        for try await chunk in try client(transport, stream.wireProtocol).stream(request) {
          accumulator.add(chunk.value)
        }
      } catch let error as ServiceError { kind = error.kind }
      #expect(kind == stream.kind)
      if stream.kind == nil { #expect(accumulator.response.text == stream.text) }
    }
  }

  @Test("takes away the prompt that vLLM's first server repeats, and finds nothing behind it empty")
  func promptOfVLLM() async throws {
    let whole = try client(answering(pieces: [#"{"text":["Hi there you","Hi there"]}"#]), .vllm)
    #expect(try await whole.generate(MindIERequest(prompt: "Hi there")).texts == ["you", "Hi there"])
    let empty = try client(answering(pieces: [#"{"text":["Hi there "]}"#]), .vllm)
    let error = await #expect(throws: ServiceError.self) { try await empty.generate(MindIERequest(prompt: "Hi there")) }
    #expect(error?.kind == .emptyResponse)
  }

  @Test("reads a response with what stands beside its text, be it in a list or not")
  func documents() async throws {
    let body =
      #"{"details":{"prompt_tokens":2,"finish_reason":"eos_token","generated_tokens":2,"seed":null,"#
      + #""tokens":[{"id":626},{"id":263}]},"generated_text":"am a"}"#
    for text in [body, "[\(body)]"] {
      let response = try await client(answering(pieces: [text]), .tgi).generate(MindIERequest(prompt: "Hi"))
      #expect(response.text == "am a" && response.finishReason == .endOfSequenceToken)
      #expect(response.usage?.promptTokens == 2 && response.usage?.completionTokens == 2)
      #expect(response.tokenIDs == [626, 263])
    }
  }

  @Test(
    "finds fault with a document",
    arguments: [
      (#"{"generated_text":""}"#, ServiceError.Kind.emptyResponse), ("[]", .malformedPayload),
      ("{}", .malformedPayload),
      (#"{"error":"no","error_type":"Generation Error"}"#, .errorEvent), ("Server internal error", .malformedPayload),
      (#"{"generated_text":"a","details":{"finish_reason":"abort"}}"#, .failedFinish),
    ])
  func faultyDocuments(body: String, kind: ServiceError.Kind) async throws {
    let client = try client(answering(pieces: [body]), .tgi)
    let error = await #expect(throws: ServiceError.self) { try await client.generate(MindIERequest(prompt: "Hi")) }
    #expect(error?.kind == kind, "\(String(describing: error))")
  }

  @Test("continues tokens with tokens, the parameters where the manual and where the server has them")
  func tokens() async throws {
    let transport = ScriptedTransport { request in
      let isList = request.head.path == "/v1/models"
      return [
        .head(status: 200, contentType: "application/json"),
        .body(
          isList
            ? #"{"data":[{"id":"m"}]}"#
            : #"{"id":"42","outputs":[{"name":"output0","shape":[1,2],"datatype":"UINT32","data":[7,8]}]}"#),
      ]
    }
    let client = try client(transport, .triton)
    let response = try await client.inferTokens([1, 2, 3], sampling: SamplingParameters(maxTokens: 2), id: "42")
    #expect(response == MindIETokenResponse(id: "42", tokens: [7, 8]))
    let sent = try #require(transport.requests.last)
    #expect(sent.head.path == "/v2/models/m/infer")
    #expect(
      sent.text
        == #"{"id":"42","inputs":[{"data":[1,2,3],"datatype":"UINT32","name":"input0","parameters":"#
        + #"{"details":true,"max_new_tokens":2},"shape":[1,3]}],"outputs":[{"name":"output0"}],"#
        + #""parameters":{"details":true,"max_new_tokens":2}}"#)
  }
}
