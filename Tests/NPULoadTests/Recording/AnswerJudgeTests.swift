import Foundation
import HTTPTypes
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// What one of the two readers of a stream says of it.
struct Judgement: Equatable, CustomStringConvertible {
  var kind: String
  var message: String?

  var description: String { "\(kind): \(message ?? "")" }

  /// What the sequence of a client says.
  init(ofSequence response: ScriptedResponse, _ cut: ScriptedResponse.Cut) async throws {
    var fields = HTTPFields()
    fields[.contentType] = response.contentType
    let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
    let steps =
      [ScriptedTransport.Step.head(head)] + response.pieces(cut).map { .body($0) }
      + (response.breaksWith.map { [.fail($0)] } ?? [])
    var request = ChatRequest(model: "m", messages: [.user("Hi")])
    if response.expectation.choices != 1 { request.n = response.expectation.choices }
    let error = await (try ChatClient(ScriptedTransport { _ in steps })).collect(request).error
    guard let error else {
      kind = Outcome.Kind.success.rawValue
      return
    }
    let failure = try #require(error as? ServiceError)
    kind = failure.shortDescription
    // The reader of a sequence says of a broken exchange how far it had come.
    message = failure.kind == .transport ? nil : failure.message
  }

  /// What the record of a load says.
  init(ofRecord response: ScriptedResponse, _ cut: ScriptedResponse.Cut) throws {
    let outcome = try response.record(cut).outcome
    kind = outcome.kind.rawValue
    let isOfTransport = TransportError.Kind.allCases.contains { Outcome.Kind($0) == outcome.kind }
    message = isOfTransport ? nil : outcome.message
  }
}

@Suite("The judge of a streamed response")
struct AnswerJudgeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var response: ScriptedResponse
    var kind: Outcome.Kind
    var testDescription: String { response.name }

    init(
      _ name: String, _ body: String, _ kind: Outcome.Kind = .success, choices: Int = 1,
      breaksWith: TransportError.Kind? = nil
    ) {
      response = ScriptedResponse(
        name, body: body, breaksWith: breaksWith, expectation: .init(choices: choices, keepsText: true))
      self.kind = kind
    }
  }

  private static let hello = ChatEvents.hello
  private static let role = ChatEvents.role
  private static let done = ChatEvents.done
  private static let second = ChatEvents.delta("{}", index: 1, finish: "stop")
  private static func event(_ payload: String) -> String { "data: \(payload)\n\n" }
  private static let nested = #"{"a":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}"

  static let marks = [
    Case("a mark with a blank after it", hello + "data: [DONE] \n\n"),
    Case("a mark with blanks around it, then a reset", hello + "data:\t [DONE] \t\n\n", breaksWith: .connectionLost),
    Case("a mark with a blank after it and without its empty line", hello + "data: [DONE] "),
    Case("text after the mark, in its event", hello + event("[DONE]xyz"), .malformedPayload),
    Case("text after the mark, in the tail", hello + "data: [DONE]xyz", .truncatedStream),
    Case("half a mark", hello + "data: [DON", .truncatedStream),
    Case("a mark in the tail, then a line of text", hello + "data: [DONE]\nbye"),
    Case("a mark without its empty line, then a reset", hello + "data: [DONE]", breaksWith: .connectionLost),
    Case("a mark before the finish reason, then a reset", role + done, .truncatedStream, breaksWith: .connectionLost),
    Case(
      "a mark in an event that only keeps the stream open", hello + "event: ping\ndata: [DONE]\n\n",
      .init(.connectionLost), breaksWith: .connectionLost),
    Case("a mark in an event that calls itself an error", hello + "event: error\ndata: [DONE]\n\n", .errorEvent),
  ]

  static let errors = [
    Case("detail amid", role + event(#"{"detail":"engine gone"}"#) + done, .errorEvent),
    Case("detail in a finished response", hello + event(#"{"detail":[{"msg":"no"}]}"#) + done, .errorEvent),
    Case("detail without its empty line", role + #"data: {"detail":"engine gone"}"#, .errorEvent),
    Case("an error event by its type, without its empty line", role + "event: error\ndata: no memory", .errorEvent),
    Case("the words of a gateway", role + event(#"{"error_code":"ModelArts.1","error_msg":"busy"}"#), .errorEvent),
    Case("a gateway's code alone", role + event(#"{"error_code":"ModelArts.1"}"#), .errorEvent),
    Case("detail that is null", hello + event(#"{"detail":null,"error_msg":null}"#) + done),
    Case("detail beside choices", hello + event(#"{"detail":"x","choices":[]}"#) + done),
    Case("an error event without data", role + "event: error\ndata\n\n" + done, .errorEvent),
    Case("an error, then broken JSON", role + StreamText.error + event("{broken") + done, .errorEvent),
    Case("broken JSON, then an error", role + event("{broken") + StreamText.error + done, .malformedPayload),
    Case("broken JSON, then a reset", role + event("{broken"), .malformedPayload, breaksWith: .connectionLost),
    Case("an error in the tail, then a reset", role + "data: {\"error\":1}", .errorEvent, breaksWith: .connectionLost),
  ]

  static let payloads = [
    Case("choices that are no list", hello + event(#"{"choices":7}"#) + done, .malformedPayload),
    Case("a choice that is no object", hello + event(#"{"choices":[null]}"#) + done, .malformedPayload),
    Case("choices that are null", hello + event(#"{"choices":null}"#) + done),
    Case("nesting that is too deep", hello + event(nested) + done, .malformedPayload),
    Case("white space for data", hello + "data: \t \n\n" + done),
    Case("an object without meaning", hello + event("{}") + done),
  ]

  static let choices = [
    Case("one of two choices never came", hello + done, .truncatedStream, choices: 2),
    Case("one of two choices never came, and no mark", hello, .truncatedStream, choices: 2),
    Case("both of two choices", hello + second + done, choices: 2),
    Case(
      "one of two choices finished twice",
      #"data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},{"index":0,"finish_reason":"stop"}]}"#
        + "\n\n" + done, .truncatedStream, choices: 2),
    Case("a choice more than asked for", hello + second + done),
    Case(
      "a choice more than asked for, unfinished", hello + ChatEvents.delta("{}", index: 1) + done, .truncatedStream),
    Case("a choice that goes on after its end", hello + role + done),
    Case("an empty finish reason", ChatEvents.delta("{}", finish: "") + done, .truncatedStream),
    Case("no choice at all", event("{}") + done, .truncatedStream),
    Case("a number of choices that makes no sense", done, .truncatedStream, choices: 0),
  ]

  private static let text = role + ChatEvents.delta(#"{"content":"Hello"}"#)
  private static func finish(_ reason: String, _ rest: String = "") -> String {
    ChatEvents.delta("{}", finish: reason, rest)
  }
  private static func count(_ tokens: Int) -> String {
    ChatEvents.event("", #","usage":{"prompt_tokens":9,"completion_tokens":\#(tokens)}"#)
  }

  static let ends = [
    Case("a finish reason that is an error", text + finish("error") + count(2) + done, .failedFinish),
    Case("an abort", text + finish("abort") + done, .failedFinish),
    Case("an abort without a mark", text + finish("abort"), .failedFinish),
    Case("an abort, then a reset", text + finish("abort"), .failedFinish, breaksWith: .connectionLost),
    Case("an abort, then what the server says of it", text + finish("abort") + StreamText.error + done, .errorEvent),
    Case("an abort without any text", role + finish("abort") + done, .failedFinish),
    Case(
      "an abort of one of two choices",
      text + finish("stop") + ChatEvents.delta("{}", index: 1, finish: "abort") + done,
      .failedFinish, choices: 2),
    Case("a word that speaks of an error", text + finish("upstream_Error") + done, .failedFinish),
    Case(
      "a native network error behind a stop",
      text + finish("stop", #","native_finish_reason":"network_error""#) + done, .failedFinish),
    Case(
      "a native network error alone",
      text + ChatEvents.event(#"{"index":0,"delta":{},"finish_reason":null,"native_finish_reason":"network_error"}"#)
        + done, .failedFinish),
    Case("a native stop", text + finish("stop", #","native_finish_reason":"STOP""#) + done),
    Case("a native word that nobody knows", text + finish("stop", #","native_finish_reason":"xyz""#) + done),
    Case("a filter", text + finish("content_filter") + done),
    Case("a filter that left no text", role + finish("content_filter") + done, .emptyResponse),
    Case("a word that nobody knows", text + finish("whatever") + done),
    Case("no finish reason, but a mark", text + done),
    Case("no finish reason and no mark", text, .truncatedStream),
    Case("no finish reason and no mark, then a reset", text, .init(.connectionLost), breaksWith: .connectionLost),
    Case("no finish reason and no text, but a mark", role + done, .truncatedStream),
    Case(
      "no finish reason of one of two choices", hello + ChatEvents.delta(#"{"content":"a"}"#, index: 1) + done,
      .truncatedStream, choices: 2),
    Case(
      "no finish reason of both of two choices", text + ChatEvents.delta(#"{"content":"a"}"#, index: 1) + done,
      choices: 2),
    Case("no finish reason, and one of two choices never came", text + done, .truncatedStream, choices: 2),
  ]

  static let empties = [
    Case("no text although tokens are counted", role + finish("stop") + count(3) + done, .emptyResponse),
    Case("no text at all", role + finish("stop") + done, .emptyResponse),
    Case(
      "a message in place of a delta",
      event(
        #"{"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}"#) + done, .emptyResponse),
    Case("a call alone", ChatEvents.delta(#"{"tool_calls":[{"index":0}]}"#, finish: "tool_calls") + done),
    Case("an older call alone", ChatEvents.delta(#"{"function_call":{"name":"f"}}"#, finish: "function_call") + done),
    Case("reasoning alone", ChatEvents.delta(#"{"reasoning":"why"}"#, finish: "length") + done),
    Case("a refusal alone", ChatEvents.delta(#"{"refusal":"no"}"#, finish: "stop") + done),
    Case(
      "an image alone",
      ChatEvents.delta(
        #"{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aQ=="}}]}"#, finish: "stop") + done),
    Case("audio alone", ChatEvents.delta(#"{"audio":{"id":"a","data":"aQ=="}}"#, finish: "stop") + done),
    Case("images beside no text", ChatEvents.delta(#"{"images":[{"image_url":{"url":"x"}}]}"#, finish: "stop") + done),
    Case(
      "audio without data", ChatEvents.delta(#"{"audio":{"id":"a","data":""}}"#, finish: "stop") + done, .emptyResponse),
    Case("audio that is null", ChatEvents.delta(#"{"audio":null}"#, finish: "stop") + done, .emptyResponse),
    Case(
      "an image without an address",
      ChatEvents.delta(#"{"content":[{"type":"image_url","image_url":{"url":null}}]}"#, finish: "stop") + done,
      .emptyResponse),
    Case(
      "parts without text", ChatEvents.delta(#"{"content":[{"type":"text","text":""}]}"#, finish: "stop") + done,
      .emptyResponse),
  ]

  static let tails = [
    Case("the name of a field, cut", hello + "da", .truncatedStream),
    Case("an event without data", hello + "event: x\nid: 1\n", .truncatedStream),
    Case("a comment, cut", hello + ": by"),
    Case("white space", hello + " \t"),
    Case("text after an event without its empty line", role + "data: {}\nFailed to go on", .rawTextError),
    Case("text, then a reset", role + "Failed to go on", .init(.connectionLost), breaksWith: .connectionLost),
    Case("nothing at all", "", .emptyResponse),
    Case("comments alone", ": hello\n\n: bye", .emptyResponse),
    Case("nothing at all, then a reset", "", .init(.connectionLost), breaksWith: .connectionLost),
  ]

  @Test(
    "says the same at both doors, however the stream is cut",
    arguments: marks + errors + payloads + choices + ends + empties + tails)
  func decisions(example: Case) async throws {
    for cut in [ScriptedResponse.Cut.whole, .bytes, .random(1)] {
      let record = try Judgement(ofRecord: example.response, cut)
      let sequence = try await Judgement(ofSequence: example.response, cut)
      #expect(record.kind == example.kind.rawValue, "\(record)")
      #expect(sequence == record)
    }
  }

  @Test(
    "finds a stream that is not UTF-8 malformed, and says whether its head names another character set",
    arguments: [true, false])
  func foreignCharset(isNamed: Bool) async throws {
    var response = ScriptedResponse(
      "GBK", contentType: isNamed ? "text/event-stream; charset=GBK" : "text/event-stream", body: "")
    let event = ChatEvents.delta(#"{"content":"?"}"#).split(separator: "?")
    response.body =
      Array(ChatEvents.role.utf8) + Array(event[0].utf8) + [0xC4, 0xE3] + Array(event[1].utf8)
      + Array((Self.finish("stop") + Self.done).utf8)
    for cut in [ScriptedResponse.Cut.whole, .bytes, .random(1)] {
      let record = try Judgement(ofRecord: response, cut)
      #expect(record.kind == Outcome.Kind.malformedPayload.rawValue)
      #expect(record.message?.contains(isNamed ? "gbk" : "no other character set") == true, "\(record)")
      #expect(try await Judgement(ofSequence: response, cut) == record)
    }
  }

  /// What one door alone has: a limit on events, a load that ends, and a response that is no stream.
  private static let ofOneDoor = [
    "too many events", "cancelled", "cancelled in a whole response", "an empty body without a type",
  ]

  @Test(
    "says the same of every stream that the tests of the recorder have",
    arguments: (StreamRecorderOutcomeTests.streams + StreamRecorderOutcomeTests.broken).map(\.answer)
      .filter { !ofOneDoor.contains($0.name) })
  func everyRecorderCase(response: ScriptedResponse) async throws {
    #expect(try await Judgement(ofSequence: response, .random(2)) == Judgement(ofRecord: response, .random(3)))
  }

  @Test(
    "says the same of every payload in the fixtures, amid a response and in its tail", arguments: ChunkPayloads.chunks)
  func everyPayload(payload: String) async throws {
    for body in ["data: \(payload)", "data: \(payload)\n\n" + Self.done, Self.hello + "data: \(payload)\n\n"] {
      let response = ScriptedResponse(payload, body: body)
      #expect(try await Judgement(ofSequence: response, .whole) == Judgement(ofRecord: response, .whole), "\(body)")
    }
  }

  @Test("says the same of every stream in the fixtures", arguments: SSEVector.all)
  func everyVector(vector: SSEVector) async throws {
    var response = ScriptedResponse(vector.name, body: "")
    response.body = Array(vector.inputBase64)
    #expect(try await Judgement(ofSequence: response, .bytes) == Judgement(ofRecord: response, .whole))
  }

  @Test(
    "says the same of every recorded stream",
    .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
  func everyRecording() async throws {
    let streams = try RecordedResponses.wire { $0.hasSuffix(".sse") }
    #expect(streams.count >= 35)
    for (name, bytes) in streams {
      var response = ScriptedResponse(name, body: "")
      response.body = bytes
      #expect(try await Judgement(ofSequence: response, .whole) == Judgement(ofRecord: response, .random(4)), "\(name)")
    }
  }
}
