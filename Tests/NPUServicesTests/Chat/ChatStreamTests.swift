import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A chat stream")
struct ChatStreamTests {
  private func collect(_ transport: ScriptedTransport) async throws -> (
    chunks: [Received<ChatChunk>], error: ServiceError?
  ) {
    let (chunks, error) = await (try ChatClient(transport)).collect()
    if let error { #expect(error is ServiceError, "\(error)") }
    return (chunks, error as? ServiceError)
  }

  @Test("gives its chunks with the time at which each left the socket")
  func arrival() async throws {
    let transport = answering(
      contentType: "text/event-stream",
      pieces: [ChatEvents.role, ChatEvents.delta(#"{"content":"Hi"}"#), ChatEvents.hello])
    let chat = try ChatClient(transport)
    var text = ""
    var instants: [MonotonicInstant] = []
    for try await chunk in chat.stream(ChatRequest(model: "m", messages: [.user("Hi")])) {
      text += chunk.text ?? ""
      instants.append(chunk.receivedAt)
    }
    #expect(text == "HiHello")
    #expect(instants.count == 7)
    #expect(instants[0].advanced(by: .milliseconds(10)) == instants[1])
    #expect(instants[2] == instants[6])
  }

  private static let wholes: [String] = {
    let hello = ChatEvents.hello
    let done = ChatEvents.done
    let usage = ChatEvents.event("", #","usage":{"prompt_tokens":1,"completion_tokens":2}"#)
    var wholes = [hello, hello + ": bye\n\n"]
    wholes += ["data: [DONE]\n\n", "data:[DONE]\n\n", "data: [DONE]", "data: [DONE]\n"].map { hello + $0 }
    wholes.append(": ping\n\n:\n\ndata: null\n\n" + hello + "event: ping\ndata: {\"x\"\n\n" + done)
    wholes.append(hello.replacing("\n", with: "\r\n") + "data: [DONE]\r\n\r\n")
    wholes.append(hello + done + "data: whatever follows\n\n" + "more")
    wholes.append(hello + usage + done)
    return wholes
  }()

  @Test(
    "ends well when the response is whole",
    arguments: wholes)
  func goodEnds(body: String) async throws {
    let (chunks, error) = try await collect(streaming(body))
    #expect(error == nil, "\(String(describing: error))")
    #expect(chunks.assembled().text == "Hello")
    #expect(chunks.assembled().choices.first?.finishReason == .stop)
  }

  private static let endings: [(String, String)] = [
    (ChatEvents.role, "choice 0 has none"),
    (ChatEvents.role + ChatEvents.done, "with [DONE]"),
    (ChatEvents.done, "no choice came"),
    (ChatEvents.role + #"data: {"id":"chatcmpl-1","obj"#, #"data: {"id":"chatcmpl-1","obj"#),
    (ChatEvents.role + "da", "da"),
    (ChatEvents.hello + #"data: {"id""#, "inside an event"),
    (ChatEvents.hello + ChatEvents.delta("{}", index: 1) + ChatEvents.done, "choice 1 has none"),
  ]

  @Test("is whole although the connection breaks after the end mark")
  func breaksAfterEnd() async throws {
    let (chunks, error) = try await collect(streaming(ChatEvents.hello + ChatEvents.done, breakingOff: .truncatedBody))
    #expect(error == nil)
    #expect(chunks.assembled().text == "Hello")
  }

  @Test(
    "is truncated when finish reason or rest are missing, and says what it ended with",
    arguments: endings)
  func truncated(body: String, message: String) async throws {
    let (_, error) = try await collect(streaming(body))
    #expect(error?.kind == .truncatedStream)
    #expect(error?.status == 200)
    #expect(error?.message.contains(message) == true, "\(String(describing: error))")
  }

  @Test("is empty, not truncated, where no event came", arguments: ["", ": hello\n\n"])
  func empty(body: String) async throws {
    #expect(try await collect(streaming(body)).error?.kind == .emptyResponse)
  }

  @Test(
    "reports MindIE's raw text",
    arguments: [
      "Failed to get engine response", "Engine callback timeout: server tokenTimeout", "{\"error\":\"gone\"}",
    ])
  func rawText(text: String) async throws {
    let (chunks, error) = try await collect(streaming(ChatEvents.role + text))
    #expect(chunks.count == 1)
    #expect(error?.kind == .rawTextError)
    #expect(error?.message.contains(text.hasPrefix("{") ? "gone" : text) == true)
  }

  @Test(
    "throws the error that a server sends inside it",
    arguments: [
      (
        "data: {\"error\": {\"message\": \"Engine \\u2013 gone\", \"type\": \"T\", \"param\": null, \"code\": 500}}\n\n",
        "500"
      ),
      ("data: {\"error\":{\"object\":\"error\",\"message\":\"Engine – gone\",\"type\":\"T\",\"code\":400}}\n\n", "400"),
      ("data: {\"object\":\"error\",\"message\":\"Engine – gone\",\"type\":\"T\",\"code\":40}\n\n", "40"),
      ("event: error\ndata: {\"message\":\"Engine – gone\",\"type\":\"T\",\"code\":1}\n\n", "1"),
      ("data: {\"error\":{\"message\":\"Engine – gone\",\"type\":\"T\",\"code\":\"429\"}}", "429"),
    ], [ChatEvents.role, ""])
  func errorEvent(event: (String, String), before: String) async throws {
    let end = event.0.hasSuffix("\n") ? ChatEvents.done : ""
    let (chunks, error) = try await collect(streaming(before + event.0 + end))
    #expect(chunks.count == (before.isEmpty ? 0 : 1))
    #expect(error?.kind == .errorEvent)
    #expect(error?.message == "Engine – gone")
    #expect(error?.type == "T")
    #expect(error?.code == event.1)
    #expect(error?.status == 200)
  }

  @Test("is not stopped by an error field that is null")
  func nullError() async throws {
    let body = ChatEvents.event(#"{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}"#, #","error":null"#)
    let (chunks, error) = try await collect(streaming(body + ChatEvents.done))
    #expect(error == nil)
    #expect(chunks.count == 1)
  }

  @Test(
    "throws for a payload that is no chunk",
    arguments: [
      "data: hello\n\n", "data: {\"choices\":\n\n", "data: 42\n\n", "data: []\n\n", "data: {\"choices\":7}\n\n",
    ])
  func malformed(event: String) async throws {
    let (chunks, error) = try await collect(streaming(ChatEvents.role + event + ChatEvents.done))
    #expect(chunks.count == 1)
    #expect(error?.kind == .malformedPayload)
  }

  @Test("gives what came before the connection broke, and then the reason")
  func broken() async throws {
    let (chunks, error) = try await collect(streaming(ChatEvents.role, breakingOff: .connectionLost))
    #expect(chunks.count == 1)
    #expect(error?.kind == .transport)
    #expect(error?.shortDescription == "connection_lost")
    #expect(error?.message.contains("after 1 events") == true)
  }

  @Test("throws the status of a refused request")
  func refused() async throws {
    let (_, error) = try await collect(answering(status: 400, pieces: [#"{"error":"#, #"{"message":"Too long"}}"#]))
    #expect(error?.shortDescription == "http_400")
    #expect(error?.message == "Too long")
    let cut = ScriptedTransport { _ in
      [.head(status: 503, contentType: "text/html"), .body("<title>Busy</title>"), .fail(.truncatedBody)]
    }
    #expect(try await collect(cut).error?.shortDescription == "http_503")
  }

  @Test(
    "that is none is a whole response, an error, or of the wrong type",
    arguments: [
      ("application/json", #"{"error":{"message":"No"}}"#, ServiceError.Kind.errorEvent),
      ("text/html", "<title>Login</title>", .wrongContentType),
      ("text/plain", "Server internal error", .wrongContentType),
      ("application/json", "", .malformedPayload), ("application/json", "{}", .malformedPayload),
    ])
  func notAStream(contentType: String, body: String, kind: ServiceError.Kind) async throws {
    let (chunks, error) = try await collect(answering(contentType: contentType, pieces: [body]))
    #expect(chunks.isEmpty)
    #expect(error?.kind == kind)
  }

  @Test("of a server that does not stream is its whole response as one chunk")
  func wholeAnswer() async throws {
    let body =
      #"{"id":"7","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","reasoning":"r","tool_calls":"#
      + #"[{"id":"t","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"usage":{"completion_tokens":2}}"#
    let (chunks, error) = try await collect(answering(pieces: [body]))
    #expect(error == nil)
    #expect(chunks.map(\.isWholeResponse) == [true])
    let whole = try await (try ChatClient(answering(pieces: [body]))).complete(ChatRequest(model: "m", messages: []))
    #expect(chunks.assembled() == whole)
  }

  @Test(
    "recognises its media type in any writing", arguments: ["Text/Event-Stream;charset=UTF-8", "text/event-stream;"])
  func mediaType(contentType: String) async throws {
    let (chunks, error) = try await collect(answering(contentType: contentType, pieces: [ChatEvents.hello]))
    #expect(error == nil)
    #expect(chunks.count == 5)
  }

  @Test(
    "is known by its first bytes, whatever its head calls it",
    arguments: ["text/plain", "application/octet-stream", ""],
    [[ChatEvents.hello + ChatEvents.done], ["da", "ta", String(ChatEvents.hello.dropFirst(4)), ": bye\n\n"]])
  func otherMediaType(contentType: String, pieces: [String]) async throws {
    let (chunks, error) = try await collect(answering(contentType: contentType, pieces: pieces))
    #expect(error == nil, "\(String(describing: error))")
    #expect(chunks.assembled().text == "Hello")
  }

  @Test("begins a new exchange with each iteration, and ends for good")
  func iterations() async throws {
    let transport = streaming(ChatEvents.hello + ChatEvents.done)
    let stream = try ChatClient(transport).stream(ChatRequest(model: "m", messages: []))
    #expect(transport.requests.isEmpty)
    for _ in 0..<2 {
      var iterator = stream.makeAsyncIterator()
      while try await iterator.next() != nil {}
      #expect(try await iterator.next() == nil)
    }
    #expect(transport.requests.count == 2)
    var failing = try ChatClient(streaming("data: 1\n\n" + ChatEvents.hello)).stream(
      ChatRequest(model: "m", messages: [])
    )
    .makeAsyncIterator()
    await #expect(throws: ServiceError.self) { try await failing.next() }
    #expect(try await failing.next() == nil)
  }
}
