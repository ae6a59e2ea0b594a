import NPULoad
import NPUTransport
import TestSupport
import Testing

@Suite("The stream recorder: outcomes")
struct StreamRecorderOutcomeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var answer: ScriptedResponse
    var outcome: Outcome.Kind
    /// What the message must say.
    var says: [String]
    var testDescription: String { answer.name }

    init(_ answer: ScriptedResponse, _ outcome: Outcome.Kind, says: String...) {
      self.answer = answer
      self.outcome = outcome
      self.says = says
    }
  }

  private static let plain = StreamRecorder.Expectation(isStreamed: false, keepsText: true)
  private static let page =
    "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body></html>\n"
  private static let document =
    #"{"id":"cmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#

  static let streams: [Case] = [
    Case(.init("a whole stream", body: StreamText.whole), .success),
    Case(.init("a clean end without a mark", body: ChatEvents.hello), .success),
    Case(.init("an end mark without its empty line", body: ChatEvents.hello + "data: [DONE]"), .success),
    Case(.init("an end mark with one line end", body: ChatEvents.hello + "data: [DONE]\n"), .success),
    Case(.init("an end mark without a space", body: ChatEvents.hello + "data:[DONE]\r\n\r\n"), .success),
    Case(
      .init(
        "keep-alives of every kind",
        body: ": ping\n\nevent: ping\ndata: still here\n\ndata: null\n\n" + StreamText.whole),
      .success),
    Case(
      .init("anything after the end mark", body: StreamText.whole + "data: {broken\n\n" + StreamText.error), .success),
    Case(
      .init("no finish reason", body: ChatEvents.role + ChatEvents.delta(#"{"content":"a"}"#)), .truncatedStream,
      says: "2 events", "0 of 1 choices"),
    Case(
      .init("an end mark before the finish reason", body: ChatEvents.role + ChatEvents.done), .truncatedStream,
      says: "0 of 1 choices"),
    Case(
      .init("cut inside an event", body: ChatEvents.role + #"data: {"choices":[{"index":0,"del"#), .truncatedStream,
      says: "1 events", #"{"choices":[{"index":0,"del"#),
    Case(
      .init("cut inside the name of a field", body: ChatEvents.role + "da"), .truncatedStream, says: "inside an event"),
    Case(
      .init("cut after the first line of an event", body: ChatEvents.role + "event: x\nid: 1\n"), .truncatedStream,
      says: "event: x"),
    Case(
      .init("an error event at first", body: StreamText.error + ChatEvents.done), .errorEvent, says: "out of memory"),
    Case(
      .init("an error event amid", body: ChatEvents.role + StreamText.error + ChatEvents.done), .errorEvent,
      says: "out of memory"),
    Case(
      .init("an error event of an old server", body: ChatEvents.role + StreamText.oldError), .errorEvent,
      says: "engine is dead"),
    Case(
      .init("an error event by its type", body: ChatEvents.role + "event: error\ndata: {\"message\":\"no\"}\n\n"),
      .errorEvent, says: "no"),
    Case(
      .init("an error event by its type, as text", body: ChatEvents.role + "event: error\ndata: no memory\n\n"),
      .errorEvent, says: "no memory"),
    Case(
      .init("an error event without its empty line", body: ChatEvents.role + StreamText.error.dropLast(2)), .errorEvent,
      says: "out of memory"),
    Case(
      .init("an error event, then a reset", body: ChatEvents.role + StreamText.error, breaksWith: .connectionLost),
      .errorEvent, says: "out of memory"),
    Case(
      .init("an error in a response that has finished", body: ChatEvents.hello + StreamText.error + ChatEvents.done),
      .errorEvent, says: "out of memory"),
    Case(
      .init("bare text", body: ChatEvents.role + "Failed to get engine response"), .rawTextError,
      says: "1 events", "Failed to get engine response"),
    Case(
      .init("bare text with a line end", body: ChatEvents.role + "Engine callback timeout: server tokenTimeout\n"),
      .rawTextError, says: "server tokenTimeout"),
    Case(.init("bare text at first", body: "Failed to get engine response"), .rawTextError, says: "0 events"),
    Case(
      .init("bare text after a finish reason", body: ChatEvents.hello + "Failed to get engine response"), .rawTextError,
      says: "engine response"),
    Case(
      .init("a bare JSON error", body: #"{"error":{"message":"overloaded","code":503}}"#), .rawTextError,
      says: "overloaded"),
    Case(
      .init("broken JSON", body: ChatEvents.role + "data: {\"choices\":[{\n\n" + ChatEvents.done), .malformedPayload,
      says: #"{"choices":[{"#),
    Case(.init("an array", body: "data: []\n\n" + StreamText.whole), .malformedPayload, says: "[]"),
    Case(
      .init(
        "too many events", body: StreamText.whole, expectation: .init(keepsText: true, eventLimit: 3)), .eventTooLarge,
      says: "more than 3 events"),
    Case(
      .init("as many events as allowed", body: StreamText.whole, expectation: .init(keepsText: true, eventLimit: 6)),
      .success),
    Case(.init("nothing in the stream", body: ": hello\n\n"), .emptyResponse),
    Case(.init("an empty body", body: ""), .emptyResponse, says: "empty"),
    Case(.init("an empty body without a type", contentType: nil, body: ""), .emptyResponse, says: "empty"),
    Case(
      .init("one of two choices unfinished", body: StreamText.whole, expectation: .init(choices: 2, keepsText: true)),
      .truncatedStream, says: "1 of 2 choices"),
    Case(
      .init(
        "one of two choices that finishes twice",
        body: ChatEvents.delta("{}", finish: "stop") + ChatEvents.delta("{}", finish: "stop") + ChatEvents.done,
        expectation: .init(choices: 2)), .truncatedStream, says: "1 of 2 choices"),
    Case(
      .init(
        "two choices in one event each",
        body: ChatEvents.delta(#"{"content":"a"}"#, index: 1) + ChatEvents.delta("{}", index: 1, finish: "stop")
          + ChatEvents.delta("{}", index: 0, finish: "length") + ChatEvents.done, expectation: .init(choices: 2)),
      .success),
    Case(
      .init(
        "seventy choices",
        body: (0..<70).map { ChatEvents.delta(#"{"content":"a"}"#, index: $0, finish: "stop") }.joined(),
        expectation: .init(choices: 70)), .success),
  ]

  static let broken: [Case] =
    [
      TransportError.Kind.connectionLost, .truncatedBody, .idleTimeout, .totalTimeout, .firstByteTimeout,
      .protocolViolation, .bodyTooLarge, .shutDown,
    ].flatMap { kind -> [Case] in
      [
        Case(
          .init("\(kind) before the end mark", body: ChatEvents.hello, breaksWith: kind), .init(kind), says: "broken"),
        Case(.init("\(kind) amid", body: ChatEvents.role, breaksWith: kind), .init(kind), says: "broken"),
        Case(.init("\(kind) after the end mark", body: StreamText.whole, breaksWith: kind), .success),
        Case(
          .init("\(kind) after half an end mark", body: ChatEvents.hello + "data: [DONE]", breaksWith: kind), .success),
      ]
    } + [
      Case(.init("cancelled", body: ChatEvents.role, breaksWith: .cancelled), .init(.cancelled)),
      Case(.init("cancelled in a whole response", body: StreamText.whole, breaksWith: .cancelled), .init(.cancelled)),
      Case(
        .init(
          "a status whose body breaks", status: 503, contentType: "application/json", body: #"{"error":"busy"}"#,
          breaksWith: .idleTimeout),
        .httpStatus(503), says: "busy"),
    ]

  static let heads: [Case] = [
    Case(
      .init(
        "JSON instead of a stream", contentType: "application/json", body: #"{"error":{"message":"no such model"}}"#),
      .wrongContentType, says: "application/json", "no such model"),
    Case(
      .init("a page instead of a stream", contentType: "text/html", body: page), .wrongContentType, says: "text/html",
      "502 Bad Gateway"),
    Case(
      .init("a page that speaks of data", contentType: "text/plain", body: "database error: gone"), .wrongContentType,
      says: "text/plain", "database error"),
    Case(.init("a stream without a type", contentType: nil, body: StreamText.whole), .success),
    Case(.init("a stream as text", contentType: "text/plain; charset=utf-8", body: StreamText.whole), .success),
    Case(
      .init(
        "a stream as bytes", contentType: "application/octet-stream", body: "\u{FEFF}\n: hi\n\n" + StreamText.whole),
      .success),
    Case(
      .init("a stream as JSON that breaks off", contentType: "application/json", body: ChatEvents.role),
      .truncatedStream),
    Case(
      .init("a type in capitals", contentType: "TEXT/Event-Stream ;charset=UTF-8;", body: StreamText.whole), .success),
    Case(.init("201", status: 201, body: StreamText.whole), .success),
    Case(.init("a redirect", status: 307, contentType: nil, body: ""), .httpStatus(307)),
    Case(
      .init("a page with its status", status: 502, contentType: "text/html", body: page), .httpStatus(502),
      says: "502 Bad Gateway"),
    Case(.init("a status without a body", status: 503, contentType: nil, body: ""), .httpStatus(503), says: "503"),
  ]

  static let documents: [Case] = [
    Case(.init("a document", contentType: "application/json", body: document, expectation: plain), .success),
    Case(
      .init(
        "a document over several lines", contentType: "application/json", body: document.replacing(",", with: ",\n  "),
        expectation: plain), .success),
    Case(.init("a document without a type", contentType: nil, body: document, expectation: plain), .success),
    Case(
      .init(
        "a document that the server gave up", contentType: "application/json",
        body: document.replacing(#""stop""#, with: #""abort""#), expectation: plain), .failedFinish, says: "abort"),
    Case(
      .init(
        "a document without a finish reason", contentType: "application/json",
        body: document.replacing(#""stop""#, with: "null"), expectation: plain), .success),
    Case(
      .init(
        "a document without text", contentType: "application/json", body: document.replacing("Hi", with: ""),
        expectation: plain), .emptyResponse, says: "no text"),
    Case(
      .init(
        "a document without text that needs none", contentType: "application/json",
        body: document.replacing("Hi", with: ""),
        expectation: .init(isStreamed: false, mayBeEmpty: true)), .success),
    Case(
      .init("no document", contentType: "application/json", body: "", expectation: plain), .emptyResponse, says: "empty"
    ),
    Case(
      .init("half a document", contentType: "application/json", body: String(document.dropLast(9)), expectation: plain),
      .malformedPayload, says: "cmpl-1"),
    Case(
      .init(
        "half a document, then a reset", contentType: "application/json", body: String(document.dropLast(9)),
        breaksWith: .truncatedBody, expectation: plain),
      .init(.truncatedBody)),
    Case(
      .init(
        "an error document with status 200", contentType: "application/json", body: #"{"error":{"message":"no"}}"#,
        expectation: plain),
      .errorEvent, says: "no"),
    Case(
      .init(
        "a document without choices", contentType: "application/json", body: #"{"status":"queued"}"#, expectation: plain
      ),
      .emptyResponse, says: "queued"),
    Case(
      .init(
        "one of two choices in a document", contentType: "application/json", body: document,
        expectation: .init(isStreamed: false, choices: 2)),
      .truncatedStream, says: "1 of 2 choices"),
    Case(
      .init("a page instead of a document", contentType: "text/html", body: page, expectation: plain),
      .wrongContentType, says: "text/html", "502 Bad Gateway"),
    Case(
      .init(
        "a refused document", status: 400, contentType: "application/json", body: #"{"error":{"message":"too long"}}"#,
        expectation: plain),
      .httpStatus(400), says: "too long"),
  ]

  @Test(
    "A response has the outcome that its bytes and its end make, however they are cut",
    arguments: streams + broken + heads + documents)
  func outcome(_ example: Case) throws {
    let record = try example.answer.record()
    #expect(record.outcome.kind == example.outcome, "\(record.outcome)")
    #expect(record.outcome.status == example.answer.status)
    #expect((record.outcome.message == nil) == (example.outcome == .success))
    for text in example.says { #expect(record.outcome.message?.contains(text) == true, "\(record.outcome)") }
    for cut in [ScriptedResponse.Cut.bytes, .random(1), .random(2), .random(3)] {
      #expect(try example.answer.record(cut) == record)
    }
  }

  @Test(
    "Every error body that servers send is readable in the message",
    arguments: [
      (
        400, #"{"error":{"message":"1 validation error","type":"Bad Request","param":null,"code":400}}"#,
        "1 validation error"
      ),
      (
        404, #"{"object":"error","message":"The model `nope` does not exist.","type":"NotFoundError","code":404}"#,
        "The model `nope` does not exist."
      ),
      (401, #"{"error":"Unauthorized"}"#, "Unauthorized"),
      (422, #"{"error":"model null","error_type":"Input Validation Error"}"#, "model null"),
      (
        422, #"{"error":"{\"Error\": \"`inputs` must be string\", \"error_type\": \"validation\"}"}"#,
        "`inputs` must be string"
      ),
      (404, #"{"type":"NotFoundError","error":"Model nope not found."}"#, "Model nope not found."),
      (400, #"{"detail":"Invalid size format"}"#, "Invalid size format"),
      (
        422, #"{"detail":[{"loc":["body","prompt"],"msg":"field required","type":"missing"}]}"#,
        "body.prompt: field required"
      ),
      (
        429, #"{"error_code":"ModelArts.81101","error_msg":"Too many requests."}"#,
        "Too many requests: the limit on the rate of requests is reached; send fewer"
      ),
      (413, #"{"message":"Request body too large."}"#, "Request body too large."),
      (502, page, "502 Bad Gateway"),
      (500, "Server internal error", "Server internal error"),
    ])
  func errorBodies(status: Int, body: String, message: String) throws {
    for contentType in ["application/json", "text/html", nil] {
      for expectation in [StreamRecorder.Expectation(), Self.plain] {
        let answer = ScriptedResponse(
          "", status: status, contentType: contentType, body: body, expectation: expectation)
        let outcome = try answer.record(.random(4)).outcome
        #expect(outcome == Outcome(.httpStatus(status), status: status, message: message))
      }
    }
  }

  @Test("An exchange that ends without a head says so")
  func noHead() throws {
    var answer = ScriptedResponse("", body: "")
    answer.hasHead = false
    let outcome = try answer.record().outcome
    #expect(outcome.kind == .emptyResponse)
    #expect(outcome.status == nil)
    answer.breaksWith = .connectionRefused
    #expect(try answer.record().outcome.kind == .init(.connectionRefused))
  }

  @Test("A line beyond the limit breaks the stream off, and the memory it took is bounded")
  func longLine() throws {
    let answer = ScriptedResponse("", body: ChatEvents.role)
    let piece = [UInt8](repeating: 0x61, count: 1 << 20)
    let pieces = [answer.body] + [[UInt8]("data: ".utf8)] + [[UInt8]](repeating: piece, count: 20)
    let record = try answer.record(pieces.map { ($0, ScriptedResponse.at(10)) })
    #expect(record.outcome.kind == .eventTooLarge)
    #expect(record.outcome.message?.contains("16777216") == true)
    #expect(record.timeline.events.count == 1)
  }
}
