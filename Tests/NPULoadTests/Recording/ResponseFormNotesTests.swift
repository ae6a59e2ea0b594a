import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("What is odd about responses: records, journals and reports")
struct ResponseFormNotesTests {
  private static let zero =
    #"data: {"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"# + "\n\n"
  private static let promptless = #"data: {"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":2}}"# + "\n\n"

  private static let absurd =
    #"data: {"choices":[],"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807,"#
    + #""total_tokens":9223372036854775807}}"# + "\n\n"

  /// Responses with one oddity each, and what the record has of it.
  static let odd: [(ScriptedResponse, ResponseForm)] = [
    (.init("nothing", body: StreamText.whole), ResponseForm()),
    (
      .init("plain text", contentType: "text/plain; charset=utf-8", body: StreamText.whole),
      ResponseForm(notes: .mediaType, mediaType: "text/plain")
    ),
    (
      .init("no type", contentType: nil, body: StreamText.whole),
      ResponseForm(notes: .mediaType, mediaType: "no media type")
    ),
    (
      .init("another character set", contentType: "text/event-stream; charset=GBK", body: StreamText.whole),
      ResponseForm(notes: .mediaType, mediaType: "text/event-stream; charset=gbk")
    ),
    (
      .init("usage of zeros", body: ChatEvents.hello + zero + ChatEvents.done), ResponseForm(notes: .contradictoryUsage)
    ),
    (
      .init("a prompt of zero tokens", body: ChatEvents.hello + promptless + ChatEvents.done),
      ResponseForm(notes: .contradictoryUsage)
    ),
    (
      .init("usage beyond belief", body: ChatEvents.hello + absurd + ChatEvents.done),
      ResponseForm(notes: .contradictoryUsage)
    ),
    (
      .init("no finish reason", body: ChatEvents.role + ChatEvents.delta(#"{"content":"a"}"#) + ChatEvents.done),
      ResponseForm(notes: .noFinishReason)
    ),
  ]

  @Test(
    "A count is not believed that the response has no room for",
    arguments: [
      (9_223_372_036_854_775_807, nil), (1 << 62, nil), ((1 << 20) + 1, nil), (1 << 20, 1 << 20), (5, 5),
    ] as [(Int, Int?)])
  func belief(count: Int, believed: Int?) throws {
    for isRunning in [false, true] { try check(count: count, believed: believed, isRunning: isRunning) }
  }

  private func check(count: Int, believed: Int?, isRunning: Bool) throws {
    let usage = #""usage":{"prompt_tokens":3,"completion_tokens":\#(count)}"#
    let body =
      isRunning
      ? #"data: {"choices":[{"index":0,"delta":{"content":"a"}}],\#(usage)}"# + "\n\n" + ChatEvents.hello
      : ChatEvents.hello + #"data: {"choices":[],\#(usage)}"# + "\n\n"
    let record = try ScriptedResponse("usage", body: body + ChatEvents.done).record(.whole)
    #expect(record.tokens.completion == believed)
    #expect(record.tokens.prompt == 3)
    #expect(record.tokens.source == (believed == nil ? .unknown : .usage))
    for event in record.timeline.events { #expect((event.tokens ?? 0) <= 1 << 20) }
    // The figures of a whole run hold.
    var builder = try LoadReportBuilder()
    for _ in 0..<3 { builder.add(record) }
    let output = try builder.report().tokens.output
    #expect(output == believed.map { 3 * $0 })
  }

  @Test("A record shows no secret of its request, though the server repeats it")
  func secrets() async throws {
    let key = "sk-0123456789"
    var request = TransferRequest.to("h")
    request.head.headerFields[.authorization] = "Bearer \(key)"
    for (status, type, body) in [
      (401, "application/json", #"{"error":"bad \#(key)"}"#), (200, "text/html", "<title>\(key)</title>"),
      (200, "text/event-stream", "data: {\"error\":\"bad \(key)\"}\n\n"),
      (200, "text/event-stream", ChatEvents.role + ChatEvents.delta(#"{"content":"\#(key)"}"#) + ChatEvents.done),
    ] {
      let transport = ScriptedTransport { _ in [.head(status: status, contentType: type), .body(body)] }
      let prepared = PreparedRequest(request: request, expectation: StreamRecorder.Expectation(keepsText: true))
      let record = await prepared.record(over: transport)
      var dumped = ""
      dump(record, to: &dumped)
      #expect(!dumped.contains(key))
      #expect(dumped.contains("<secret>"))
    }
  }

  @Test("A record has the notes of its response, however it is cut", arguments: odd)
  func notes(response: ScriptedResponse, form: ResponseForm) throws {
    for cut in [ScriptedResponse.Cut.whole, .bytes, .random(1)] {
      let record = try response.record(cut)
      #expect(record.outcome.isSuccess, "\(record.outcome)")
      #expect(record.form == form)
    }
  }

  private static let text = ChatEvents.delta(#"{"content":"a"}"#)
  private static let other = ChatEvents.delta(#"{"content":"b"}"#, index: 1)

  /// Responses whose odd finish reason is not the last one of the record.
  static let oddReasons: [(ScriptedResponse, ResponseForm)] = [
    (
      .init(
        "a native filter",
        body: text + ChatEvents.delta("{}", finish: "stop", #","native_finish_reason":"content_filter""#)
          + ChatEvents.done),
      ResponseForm(notes: .cut, cutReason: "content_filter")
    ),
    (
      .init(
        "the first of two choices",
        body: text + other + ChatEvents.delta("{}", finish: "content_filter")
          + ChatEvents.delta("{}", index: 1, finish: "stop") + ChatEvents.done, expectation: .init(choices: 2)),
      ResponseForm(notes: .cut, cutReason: "content_filter")
    ),
    (
      .init(
        "two choices, each odd in its way",
        body: text + other + ChatEvents.delta("{}", finish: "whim")
          + ChatEvents.delta("{}", index: 1, finish: "SAFETY") + ChatEvents.done, expectation: .init(choices: 2)),
      ResponseForm(notes: [.cut, .unknownFinishReason], cutReason: "SAFETY", unknownFinishReason: "whim")
    ),
  ]

  @Test("The note of a finish reason names that reason, in record, journal and report", arguments: oddReasons)
  func oddReason(response: ScriptedResponse, form: ResponseForm) throws {
    let folder = try TemporaryFolder()
    let header = JournalHeader(run: RunDescription(), unixNanoseconds: 0, monotonic: SampleRecords.at(0))
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    var builder = try LoadReportBuilder(options: .init())
    let record = try response.record()
    #expect(record.outcome.isSuccess, "\(record.outcome)")
    #expect(record.form == form)
    builder.add(record)
    try writer.append(record)
    try writer.close()
    let report = try builder.report()
    let details = report.responseForms.filter { $0.note != "one_piece" }.map(\.detail)
    #expect(details == [form.cutReason, form.unknownFinishReason].filter { $0 != nil })
    #expect(try LoadReport(replaying: folder.file("j")) == report)
  }

  @Test("A stream that was cut is not said to lack its finish reason")
  func cutStream() throws {
    let record = try ScriptedResponse("cut", body: Self.text + Self.text).record()
    #expect(record.outcome.kind == .truncatedStream)
    #expect(record.form == ResponseForm())
  }

  @Test("Half a character of a document is noted where it is text, and nowhere else")
  func documentHalves() throws {
    func notes(_ choice: String) throws -> ResponseNotes {
      try ScriptedResponse(
        "document", contentType: "application/json", body: #"{"choices":[{\#(choice),"finish_reason":"stop"}]}"#,
        expectation: .init(isStreamed: false)
      ).record().form.notes
    }
    #expect(try notes(#""message":{"content":"a\ud83d"}"#) == .brokenCharacter)
    #expect(try notes(#""message":{"content":"a"},"logprobs":{"content":[{"token":"\ud83d"}]}"#) == [])
  }

  @Test("Counts that contradict the text are unknown, not zero")
  func contradiction() throws {
    let zero = try Self.odd[4].0.record()
    #expect(zero.tokens == TokenCounts())
    let promptless = try Self.odd[5].0.record()
    #expect(promptless.tokens == TokenCounts(completion: 2, source: .usage))
  }

  @Test("A compressed response is noted with its encoding")
  func encoding() throws {
    let ended = Watched<RequestRecord?>(nil)
    let recorder = StreamRecorder(index: 0) { recorder in ended.change { $0 = recorder.makeRecord() } }
    let instant = MonotonicInstant(nanoseconds: 1)
    recorder.transferStarted(at: instant)
    recorder.transferReceived(
      head: HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream", .contentEncoding: "gzip"]),
      at: instant)
    _ = recorder.transferReceived(body: Array(StreamText.whole.utf8).span, at: instant)
    recorder.transferEnded(TransferEnd(instant: instant))
    #expect(ended.value?.form == ResponseForm(notes: .contentEncoding, contentEncoding: "gzip"))
  }

  @Test("A document that is not UTF-8 is malformed, with its character set named")
  func foreignDocument() throws {
    var response = ScriptedResponse(
      "GBK", contentType: "application/json; charset=gbk", body: "", expectation: .init(isStreamed: false))
    response.body =
      Array(#"{"choices":[{"message":{"content":""#.utf8) + [0xC4, 0xE3, 0xBA, 0xC3]
      + Array(#""},"finish_reason":"stop"}]}"#.utf8)
    let outcome = try response.record().outcome
    #expect(outcome.kind == .malformedPayload)
    #expect(outcome.message?.contains("gbk") == true, "\(outcome)")
  }

  /// The records of all odd responses, stamped so that none came in one piece, and one that did.
  private func records() throws -> [RequestRecord] {
    var records: [RequestRecord] = []
    for (response, _) in Self.odd {
      let pieces = response.pieces(.bytes).enumerated().map { ($1, ScriptedResponse.at(10 + $0)) }
      records.append(try response.record(pieces))
    }
    records.append(try Self.odd[0].0.record())
    let cut = ScriptedResponse(
      "cut", body: StreamText.whole.replacing(#""stop""#, with: #""content_filter""#))
    records.append(try cut.record())
    let failed = ScriptedResponse(
      "failed", contentType: nil, body: StreamText.whole.replacing(#""stop""#, with: #""abort""#))
    records.append(try failed.record())
    return records
  }

  @Test("A report counts the oddities of completed responses, and a journal keeps them")
  func report() throws {
    let folder = try TemporaryFolder()
    let header = JournalHeader(run: RunDescription(), unixNanoseconds: 0, monotonic: SampleRecords.at(0))
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    var builder = try LoadReportBuilder(options: .init())
    for (index, record) in try records().enumerated() {
      var record = record
      record.index = index
      builder.add(record)
      try writer.append(record)
    }
    try writer.close()
    let report = try builder.report()
    #expect(report.requests.completed == 10)
    #expect(report.requests.failures.map(\.name) == ["failed_finish"])
    #expect(
      report.responseForms.map { "\($0.note) \($0.detail ?? "-") \($0.count)" } == [
        "no_finish_reason - 1", "cut_by_server content_filter 1", "media_type no media type 1",
        "media_type text/event-stream; charset=gbk 1", "media_type text/plain 1", "contradictory_usage - 3",
        "one_piece - 2",
      ])
    for words in ["had no finish_reason", "\"content_filter\"", "as text/plain", "contradicted", "in one piece"] {
      #expect(report.notes.contains { $0.contains(words) && $0.contains("of 10 completed responses") }, "\(words)")
    }
    #expect(try LoadReport(replaying: folder.file("j")) == report)
    #expect(try LoadReport(json: report.json()).responseForms == report.responseForms)
  }

  @Test("A report keeps the oddities apart in bounded memory")
  func bounded() throws {
    var builder = try LoadReportBuilder(options: .init())
    for index in 0..<200 {
      var record = SampleRecords.paced(index: index, start: Double(index))
      record.finishReason = "whim-\(index)"
      record.form.notes = .unknownFinishReason
      builder.add(record)
    }
    let forms = try builder.report().responseForms
    #expect(forms.count <= 66)
    #expect(forms.reduce(0) { $0 + $1.count } == 200)
  }
}

@Suite("Responses that arrive in one piece")
struct OnePieceTests {
  private static func record(_ milliseconds: [Double], tokens: Int? = nil, omitted: Int = 0) -> RequestRecord {
    var record = SampleRecords.nineAnswers
    record.timeline.events = milliseconds.map {
      StreamEvent(instant: SampleRecords.at($0), content: [.choices, .text], bytes: 1)
    }
    record.timeline.omittedTokenEvents = omitted
    record.tokens.completion = tokens
    return record
  }

  @Test(
    "have no time per token and no gaps",
    arguments: [
      (record([100, 100, 100], tokens: 3), true), (record([100, 100.05], tokens: 2), true),
      (record([100, 100.02, 100.2], tokens: 3), true), (record([100], tokens: 12), true),
      (record([100, 100.04], tokens: 500, omitted: 400), true),
      // What is a stream, or too little to tell.
      (record([100, 101], tokens: 2), false), (record([100, 100, 110], tokens: 3), false),
      (record([100], tokens: 1), false), (record([100]), false), (record([], tokens: 3), false),
      (record([100, 180], tokens: 500, omitted: 400), false),
    ])
  func figures(record: RequestRecord, isInOnePiece: Bool) {
    let metrics = record.metrics
    #expect(metrics.isInOnePiece == isInOnePiece)
    if isInOnePiece {
      #expect(metrics.timePerOutputToken == nil)
      #expect(record.timeline.interTokenLatencies?.isEmpty ?? true)
    } else if let tokens = metrics.outputTokens, tokens >= 2, metrics.tokenEvents >= 2 {
      #expect(metrics.timePerOutputToken != nil)
    }
    // When the response began and ended is known in any case.
    #expect((metrics.timeToFirstToken == nil) == record.timeline.events.isEmpty)
  }
}
