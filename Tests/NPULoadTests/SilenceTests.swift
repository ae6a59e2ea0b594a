import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Responses that are alive and say nothing")
struct SilenceTests {
  /// What keeps a stream alive, and is no content.
  static let signs = [
    ": ping\n\n", "\n", "event: ping\ndata: {}\n\n", ChatEvents.delta("{}"),
    ChatEvents.delta(#"{"role":"assistant","content":""}"#), "data: {\"choices\":[]}\n\n",
  ]

  private static let text = ChatEvents.delta(#"{"content":"a"}"#)

  /// What a load makes of a response whose pieces come 10 s apart.
  private func record(
    _ pieces: [String], bytewise: Bool, timeouts: TransferTimeouts, contentType: String = "text/event-stream",
    isStreamed: Bool = true
  ) async -> RequestRecord {
    let transport = ScriptedTransport { _ in
      let steps = pieces.flatMap { piece -> [ScriptedTransport.Step] in
        let bytes = Array(piece.utf8)
        return [.wait(.seconds(10))] + (bytewise ? bytes.map { .body([$0]) } : [.body(bytes)])
      }
      return [.head(status: 200, contentType: contentType)] + steps
    }
    let request = TransferRequest(
      head: HTTPRequest(method: .post, scheme: "http", authority: "h", path: "/"), timeouts: timeouts)
    let expectation = StreamRecorder.Expectation(isStreamed: isStreamed)
    return await PreparedRequest(request: request, expectation: expectation).record(over: transport)
  }

  private func waited(_ record: RequestRecord) -> Duration? {
    record.timeline.closed.map { record.timeline.started.duration(to: $0) }
  }

  @Test(
    "Before the first content they end with the limit of the first byte", arguments: signs, [false, true])
  func beforeContent(sign: String, bytewise: Bool) async {
    let timeouts = TransferTimeouts(firstByte: .seconds(95), idle: .seconds(30))
    let record = await record(Array(repeating: sign, count: 1_000), bytewise: bytewise, timeouts: timeouts)
    #expect(record.outcome.kind == .init(.contentTimeout), "\(record.outcome)")
    #expect(waited(record) == .seconds(95))
  }

  @Test("Between two contents they end with the limit of idleness", arguments: signs, [false, true])
  func betweenContents(sign: String, bytewise: Bool) async {
    let timeouts = TransferTimeouts(firstByte: .seconds(600), idle: .seconds(45))
    let record = await record(
      [Self.text] + Array(repeating: sign, count: 1_000), bytewise: bytewise, timeouts: timeouts)
    #expect(record.outcome.kind == .init(.contentTimeout), "\(record.outcome)")
    #expect(waited(record) == .seconds(55))
  }

  @Test("A limit of its own goes before both", arguments: [false, true])
  func ownLimit(hasContent: Bool) async {
    let timeouts = TransferTimeouts(firstByte: .seconds(600), idle: .seconds(60), content: .seconds(25))
    let pings = Array(repeating: ": ping\n\n", count: 1_000)
    let record = await record(hasContent ? [Self.text] + pings : pings, bytewise: false, timeouts: timeouts)
    #expect(record.outcome.kind == .init(.contentTimeout))
    #expect(waited(record) == .seconds(35))
  }

  @Test("A limit of its own does not hold before the body has begun")
  func slowBeginning() async {
    let timeouts = TransferTimeouts(firstByte: .seconds(600), idle: .seconds(60), content: .seconds(5))
    let whole = [Self.text + ChatEvents.delta("{}", finish: "stop") + ChatEvents.done]
    #expect(await record(whole, bytewise: false, timeouts: timeouts).outcome.isSuccess)
  }

  @Test("Content ends the silence, however little it is", arguments: [false, true])
  func content(bytewise: Bool) async {
    let timeouts = TransferTimeouts(firstByte: .seconds(45), idle: .seconds(45))
    let some = Array(repeating: ": ping\n\n", count: 3) + [Self.text]
    let end = [ChatEvents.delta("{}", finish: "stop") + ChatEvents.done]
    let record = await record(
      (0..<20).flatMap { _ in some } + end, bytewise: bytewise, timeouts: timeouts)
    #expect(record.outcome.isSuccess, "\(record.outcome)")
  }

  @Test("Bytes that do not come at all are told as before")
  func noBytes() async {
    let timeouts = TransferTimeouts(firstByte: .seconds(5), idle: .seconds(5))
    #expect(await record([Self.text], bytewise: false, timeouts: timeouts).outcome.kind == .init(.firstByteTimeout))
    let patient = TransferTimeouts(firstByte: .seconds(15), idle: .seconds(5))
    #expect(
      await record([Self.text, Self.text], bytewise: false, timeouts: patient).outcome.kind == .init(.idleTimeout))
  }

  @Test("Blanks before a document are silence, too", arguments: [" ", "\n", "\r\n"])
  func document(blank: String) async {
    let timeouts = TransferTimeouts(firstByte: .seconds(95), idle: .seconds(30))
    let record = await record(
      Array(repeating: blank, count: 1_000), bytewise: false, timeouts: timeouts, contentType: "application/json",
      isStreamed: false)
    #expect(record.outcome.kind == .init(.contentTimeout), "\(record.outcome)")
    #expect(waited(record) == .seconds(95))
  }

  @Test(
    "Who reads a stream as a sequence is not held up by signs of life for ever either",
    arguments: [
      ": ping\n\n", ": ping\r\n\r\n", "\n", "event: ping\ndata: {\"type\":\"ping\"}\n\n",
      "event: ping\r\ndata: 1\r\n\r\n", "data: {}\n\n", "data:\n\n", "id: 5\nretry: 100\n\n",
    ], [false, true])
  func sequence(sign: String, bytewise: Bool) async throws {
    let error = await #expect(throws: TransportError.self) { try await self.read(sign, bytewise: bytewise) }
    #expect(error?.kind == .contentTimeout)
  }

  @Test(
    "What a reader of a sequence has to see ends the silence",
    arguments: [
      "data: {\"a\":1}\n\n", "data: 1\n\n", "event: ping\n\ndata: 1\n\n",
      "event: pings\ndata: 1\n\n",
      "data: {}\ndata: 1\n\n",
    ], [false, true])
  func sequenceOfContent(piece: String, bytewise: Bool) async throws {
    try await read(piece, bytewise: bytewise)
  }

  private func read(_ piece: String, bytewise: Bool) async throws {
    let transport = ScriptedTransport { _ in
      let bytes = Array(piece.utf8)
      let steps: [ScriptedTransport.Step] = bytewise ? bytes.map { .body([$0]) } : [.body(bytes)]
      return [.head(status: 200)] + (0..<100).flatMap { _ in [.wait(.seconds(10))] + steps }
    }
    let request = TransferRequest(
      head: HTTPRequest(method: .post, scheme: "http", authority: "h", path: "/"),
      timeouts: TransferTimeouts(firstByte: .seconds(95), idle: .seconds(30)))
    for try await _ in try await transport.stream(request).body.serverSentEvents {}
  }
}
