import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A client of services of one's own on ModelArts")
struct PredictionClientTests {
  private func client(_ transport: some Transport, route: String? = nil) throws -> PredictionClient {
    PredictionClient(transport: transport, service: try .local, route: route)
  }

  private static let sampling = SamplingParameters(temperature: 0.5, maxTokens: 7)

  @Test(
    "writes path and body, for a document and for a stream; only a path of one's own leaves it to the body",
    arguments: [
      (nil, false, "/predict", #"{"max_tokens":7,"prompt":"Hi","temperature":0.5}"#),
      (nil, true, "/predict/stream", #"{"max_tokens":7,"prompt":"Hi","temperature":0.5}"#),
      ("/", false, "/", #"{"max_tokens":7,"prompt":"Hi","stream":false,"temperature":0.5}"#),
      ("/chat", true, "/chat", #"{"max_tokens":7,"prompt":"Hi","stream":true,"temperature":0.5}"#),
    ] as [(String?, Bool, String, String)])
  func bodies(route: String?, streams: Bool, path: String, body: String) throws {
    let request = PredictionRequest(prompt: "Hi", sampling: Self.sampling)
    let sent = try client(answering(pieces: []), route: route).transferRequest(for: request, streams: streams)
    #expect(sent.head.path == path && sent.head.method == .post)
    #expect(sent.text == body)
    #expect(sent.head.headerFields[.accept] == (streams ? "text/event-stream" : "application/json"))
  }

  @Test("sends a text under the name that the service has for it, messages, a model, and any other member")
  func members() throws {
    var request = PredictionRequest(prompt: "Hi", promptMember: "input", extras: ["top_k": 3, "input": "other"])
    let client = try client(answering(pieces: []))
    #expect(try client.transferRequest(for: request, streams: false).text == #"{"input":"other","top_k":3}"#)
    request = PredictionRequest(prompt: .messages([.user("Hi")]), promptMember: "input", model: "m")
    #expect(
      try client.transferRequest(for: request, streams: false).text
        == #"{"messages":[{"content":"Hi","role":"user"}],"model":"m"}"#)
  }

  /// A stream, and what it must come to.
  struct Stream: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: String
    var kind: ServiceError.Kind?
    var text = "人工 is"
    var reason: String?

    init(_ name: String, _ body: String, _ kind: ServiceError.Kind? = nil, reason: String? = nil) {
      (testDescription, self.body, self.kind, self.reason) = (name, body, kind, reason)
    }
  }

  private static func events(_ events: String...) -> String { events.map { "data: \($0)\n\n" }.joined() }
  private static let tokens = events(#"{"token": "\u4eba\u5de5"}"#, #"{"token": " is"}"#)

  static let streams: [Stream] = [
    Stream("without an end mark", tokens),
    Stream("with one that a gateway added", tokens + events("[DONE]")),
    Stream("that says that it is done", tokens + events(#"{"done": true}"#)),
    Stream("with a reason", tokens + events(#"{"finish_reason":"length"}"#), reason: "length"),
    Stream(
      "whose last event has text and usage",
      events(#"{"token":"人工"}"#, #"{"token":" is","finish_reason":"stop","usage":{"completion_tokens":2}}"#),
      reason: "stop"),
    Stream("with words behind its end", tokens + events(#"{"done":true}"#) + "Failed to get engine response"),
    Stream("that is not done yet", events(#"{"token":"人工","done":false}"#, #"{"token":" is","finish_reason":null}"#)),
    Stream("whose text is called delta", events(#"{"delta":"人工"}"#, #"{"delta":"no","token":" is"}"#)),
    Stream("with events that say nothing", events(#"{"status":"started"}"#, "null") + tokens + ": ping\n\n"),
    Stream("that begins with an empty token", events(#"{"token":""}"#) + tokens),
    Stream("cut inside an event", tokens + #"data: {"tok"#, .truncatedStream),
    Stream("given up in plain words", tokens + "Failed to get engine response", .rawTextError),
    Stream("given up with a word", tokens + events(#"{"done":true,"finish_reason":"abort"}"#), .failedFinish),
    Stream(
      "with progress and with what errors have, empty",
      events(#"{"stage":"queued","message":"waiting"}"#) + tokens
        + events(#"{"stage":"end","error":false,"error_code":0}"#)),
    Stream("with a message alone", tokens + events(#"{"code":500,"status":"failed","message":"no"}"#), .errorEvent),
    Stream("with an error", tokens + events(#"{"error":"no"}"#), .errorEvent),
    Stream("with an error of the gateway", events(#"{"error_code":"APIG.0308","error_msg":"no"}"#), .errorEvent),
    Stream("of no JSON", tokens + events(#"{"token": "!"#), .malformedPayload),
    Stream("of no objects", tokens + events(#""token""#), .malformedPayload),
    Stream("without any event", "", .emptyResponse),
    Stream("without text", events(#"{"token":""}"#, #"{"done":true}"#), .emptyResponse),
    Stream("of another protocol", ChatEvents.hello, .truncatedStream),
  ]

  @Test("reads a stream to its whole response or to its fault, whole and byte by byte", arguments: streams)
  func streaming(_ stream: Stream) async throws {
    for isCut in [false, true] {
      let pieces = isCut ? stream.body.utf8.map { [$0] } : [Array(stream.body.utf8)]
      let transport = ScriptedTransport { _ in
        [.head(status: 200, contentType: "text/event-stream;charset=UTF-8")]
          + pieces.map { ScriptedTransport.Step.body($0) }
      }
      var accumulator = PredictionAccumulator()
      var kind: ServiceError.Kind?
      do {
        for try await chunk in try client(transport).stream(PredictionRequest(prompt: "Hi")) {
          accumulator.add(chunk.value)
        }
      } catch let error as ServiceError { kind = error.kind }
      #expect(kind == stream.kind)
      guard stream.kind == nil else { continue }
      #expect(accumulator.response.text == stream.text)
      #expect(accumulator.response.finishReason?.rawValue == stream.reason)
      #expect(accumulator.isFinished == (stream.reason != nil || stream.body.contains(/"done": ?true/)))
    }
  }

  @Test("takes tokens for pieces, however much they look like repetitions, unless it is told otherwise")
  func pieces() {
    let chunks = ["1", "11", "111"].map { PredictionChunk(text: $0) }
    for (mode, text) in [(StreamedText.pieces, "111111"), (.detect, "111111"), (.cumulative, "111")] {
      var accumulator = PredictionAccumulator(text: mode)
      for chunk in chunks { accumulator.add(chunk) }
      #expect(accumulator.response.text == text)
    }
  }

  @Test("reads a document: its result, be it a text or not, and whatever else it holds")
  func documents() async throws {
    func predict(_ body: String) async throws -> PredictionResponse {
      try await client(answering(pieces: [body])).predict("Hi")
    }
    let text = try await predict(#"{"result":"Hello","finish_reason":"stop","usage":{"completion_tokens":2},"n":1}"#)
    #expect(text.text == "Hello" && text.finishReason == .stop && text.usage?.completionTokens == 2)
    #expect(text.extras == ["n": 1])
    let numbers = try await predict(#"{"result":[0.25,0.75]}"#)
    #expect(numbers.text == nil && numbers.result == [0.25, 0.75])
    let other = try await predict(#"{"predicted_label":"dog","scores":[["dog","0.9"]]}"#)
    #expect(other.result == nil && other.extras["predicted_label"] == "dog")
    let wrapped = try await predict(#"{"code":200,"message":"success","data":{"score":1}}"#)
    #expect(wrapped.extras["data"] != nil && wrapped.extras["message"] == "success")
    #expect(try await predict(#"{"status":"stored"}"#).extras["status"] == "stored")
    let boxes = try await predict(#"{"error_code":0,"error_msg":"","error":false,"boxes":[[0,1]]}"#)
    #expect(boxes.extras["boxes"] != nil)
  }

  @Test(
    "finds fault with a document",
    arguments: [
      (#"{"result":""}"#, ServiceError.Kind.emptyResponse), ("{}", .emptyResponse), ("[0.5]", .malformedPayload),
      (#"{"result":null}"#, .emptyResponse), (#"{"error":"no"}"#, .errorEvent), ("Server error", .malformedPayload),
      (#"{"error_code":"ModelArts.81009","error_msg":"Invalid model."}"#, .errorEvent),
      (#"{"message":"no"}"#, .errorEvent), (#"{"code":404,"request_id":"r","detail":"no"}"#, .errorEvent),
      (#"{"error_code":1,"boxes":[]}"#, .errorEvent), (#"{"result":"a","finish_reason":"abort"}"#, .failedFinish),
    ])
  func faultyDocuments(body: String, kind: ServiceError.Kind) async throws {
    let client = try client(answering(pieces: [body]))
    let error = await #expect(throws: ServiceError.self) { try await client.predict("Hi") }
    #expect(error?.kind == kind, "\(String(describing: error))")
    if body.contains("ModelArts") {
      #expect(
        error?.message == "Invalid model: the service serves no model of that name", "\(String(describing: error))")
    }
  }

  @Test("takes a document for a stream as one chunk, whose text is whole")
  func documentForStream() async throws {
    var accumulator = PredictionAccumulator()
    for try await chunk in try client(answering(pieces: [#"{"result":"Hello"}"#])).stream(
      PredictionRequest(prompt: "Hi"))
    {
      #expect(chunk.isWholeResponse)
      accumulator.add(chunk.value)
    }
    #expect(accumulator.response.text == "Hello" && accumulator.isFinished)
  }
}

@Suite(
  "Recorded responses of ModelArts",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedPredictionTests {
  private func bytes(_ name: String) throws -> [UInt8] {
    try #require(try RecordedResponses.wire { $0 == name }.first?.bytes)
  }

  @Test("stream to their text without an end mark")
  func stream() async throws {
    let body = String(decoding: try bytes("modelarts-seed-predict-stream.sse"), as: UTF8.self)
    var accumulator = PredictionAccumulator()
    let client = PredictionClient(transport: streaming(body), service: try .local)
    for try await chunk in client.stream(PredictionRequest(prompt: "Hi")) { accumulator.add(chunk.value) }
    #expect(accumulator.response.text == "人工智能 is here" && !accumulator.isFinished)
  }

  @Test("that refuse a request have their code and say what it means, to a call and to a stream")
  func errors() async throws {
    let cases = try JSONCoding.decode([JSONValue].self, from: try bytes("modelarts-errors.json"))
    #expect(cases.count >= 8)
    for entry in cases {
      let body = try #require(entry["body"])
      let said = try #require(body["error_msg"]?.string)
      let transport = answering(
        status: try #require(entry["status"]?.integer),
        pieces: [String(decoding: try JSONCoding.encode(body), as: UTF8.self)])
      let client = PredictionClient(transport: transport, service: try .local)
      let whole = await #expect(throws: ServiceError.self) { try await client.predict("Hi") }
      let streamed = await #expect(throws: ServiceError.self) {
        for try await _ in client.stream(PredictionRequest(prompt: "Hi")) {}
      }
      for error in [whole, streamed] {
        #expect(error?.code == body["error_code"]?.string && error?.status == entry["status"]?.integer)
        let message = error?.message ?? ""
        let words = said.hasSuffix(".") ? String(said.dropLast()) : said
        #expect(message.hasPrefix(words + ": ") && message.count > words.count + 10, "\(message)")
      }
    }
  }
}
