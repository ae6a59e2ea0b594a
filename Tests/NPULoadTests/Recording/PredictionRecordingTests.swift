import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import TestSupport
import Testing

@Suite("The stream recorder on streams of tokens without an end mark")
struct PredictionRecordingTests {
  private static func response(_ body: String, isOfMessages: Bool = false) -> ScriptedResponse {
    var response = ScriptedResponse("predictions", contentType: "text/event-stream;charset=UTF-8", body: body)
    response.expectation.form = PredictionRequest.form
    response.expectation.ending = PredictionRequest.ending
    response.expectation.isOfMessages = isOfMessages
    return response
  }

  private static func events(_ events: String...) -> String { events.map { "data: \($0)\n\n" }.joined() }
  private static let tokens = events(#"{"token": "am"}"#, #"{"token": " a"}"#, #"{"token": " French"}"#)
  private static let done = events(#"{"done": true, "finish_reason": "stop", "usage": {"completion_tokens": 3}}"#)

  /// A stream, whether its exchange breaks, and what a record of it must hold.
  struct Example: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: String
    var outcome = Outcome.Kind.success
    var notes: ResponseNotes = []
    var tokens: Int?
    var bytes: [Int32] = [2, 2, 7]
    var text = "am a French"
    var isBroken = false

    init(_ name: String, _ body: String, _ change: (inout Example) -> Void = { _ in }) {
      (testDescription, self.body) = (name, body)
      change(&self)
    }
  }

  static let examples: [Example] = [
    Example("without an end mark", tokens) { $0.notes = .unmarkedEnd },
    Example("with a mark", tokens + events("[DONE]")) { $0.bytes += [0] },
    Example("that says that it is done", tokens + done) { ($0.tokens, $0.bytes) = (3, [2, 2, 7, 0]) },
    Example("that says so before its exchange breaks", tokens + done) {
      ($0.tokens, $0.bytes, $0.isBroken) = (3, [2, 2, 7, 0], true)
    },
    Example("whose exchange breaks", tokens) { ($0.outcome, $0.isBroken) = (.init(.truncatedBody), true) },
    Example("cut inside an event", tokens + "data: {") { $0.outcome = .truncatedStream },
    Example("with an error", tokens + events(#"{"error": "no"}"#)) {
      ($0.outcome, $0.bytes) = (.errorEvent, [2, 2, 7, 0])
    },
    Example("of tokens that look like repetitions", events(#"{"token":"1"}"#, #"{"token":"11"}"#, #"{"token":"111"}"#))
    {
      ($0.notes, $0.bytes, $0.text) = (.unmarkedEnd, [1, 2, 3], "111111")
    },
    Example("that is empty", events(#"{"token": ""}"#)) { ($0.outcome, $0.bytes, $0.text) = (.emptyResponse, [0], "") },
  ]

  @Test("Outcome, text, tokens and notes are the same however a stream is cut", arguments: examples)
  func records(_ example: Example) throws {
    var response = Self.response(example.body)
    if example.isBroken { response.breaksWith = .truncatedBody }
    let record = try response.record()
    #expect(record.outcome.kind == example.outcome, "\(record.outcome)")
    #expect(record.form.notes == example.notes)
    #expect(record.text == example.text)
    #expect(record.tokens.completion == example.tokens)
    #expect(record.timeline.events.map(\.bytes) == example.bytes)
    for event in record.timeline.events { #expect(event.bearsToken == (event.bytes > 0)) }
    for cut in [ScriptedResponse.Cut.bytes] + (0..<10).map(ScriptedResponse.Cut.random) {
      #expect(try response.record(cut) == record)
    }
  }

  @Test("A report says what the missing mark leaves unknown, and a journal keeps it")
  func report() throws {
    let folder = try TemporaryFolder()
    let header = JournalHeader(run: RunDescription(), unixNanoseconds: 0, monotonic: SampleRecords.at(0))
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    var builder = try LoadReportBuilder(options: .init())
    for (index, body) in [Self.tokens, Self.tokens + Self.done].enumerated() {
      var record = try Self.response(body).record()
      record.index = index
      builder.add(record)
      try writer.append(record)
    }
    try writer.close()
    let report = try builder.report()
    #expect(report.responseForms.filter { $0.note == "unmarked_end" }.map(\.count) == [1])
    #expect(
      report.notes.contains { $0.hasPrefix("1 of 2") && $0.contains("cannot be told from them") }, "\(report.notes)")
    #expect(try LoadReport(replaying: folder.file("j")).responseForms == report.responseForms)
  }

  @Test("Messages end with the close, which is no missing mark, and with the first fault")
  func messages() throws {
    #expect(try Self.response(Self.tokens, isOfMessages: true).record().form.notes.isEmpty)
    let faulty = Self.events(#"{"token":"a"}"#, #"{"error":"no"}"#)
    let recorder = StreamRecorder(
      index: 0, expectation: Self.response("", isOfMessages: true).expectation, onEnd: { _ in })
    recorder.transferStarted(at: ScriptedResponse.start)
    recorder.transferReceived(
      head: .init(status: .ok, headerFields: [.contentType: "text/event-stream"]), at: ScriptedResponse.at(1))
    #expect(recorder.transferReceived(body: Array(faulty.utf8).span, at: ScriptedResponse.at(2)) == .finish)
  }
}
