import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A report names how long a service was silent")
struct SilenceNoteTests {
  /// A stream with an event at each of some seconds.
  private static func stream(
    _ index: Int, from start: Double, events: [Double], closed: Double, _ kind: Outcome.Kind = .success
  ) -> RequestRecord {
    RequestRecord(
      index: index,
      timeline: StreamTimeline(
        started: SampleRecords.at(start * 1e3), sent: SampleRecords.at(start * 1e3),
        head: events.first.map { SampleRecords.at($0 * 1e3) },
        firstByte: events.first.map { SampleRecords.at($0 * 1e3) },
        events: events.map { StreamEvent(instant: SampleRecords.at($0 * 1e3), content: [.choices, .text], bytes: 1) },
        closed: SampleRecords.at(closed * 1e3)),
      outcome: Outcome(kind, status: 200), tokens: TokenCounts(completion: events.count, source: .usage))
  }

  private static func note(_ records: [RequestRecord], type: String = "openai-chat") throws -> String? {
    var builder = try LoadReportBuilder(run: RunDescription(endpointType: type))
    for record in records { builder.add(record) }
    return try builder.report().notes.first { $0.contains("no event came") }
  }

  private static func text(_ seconds: Int, from second: Int, _ responses: Int) -> String {
    "For at least \(seconds) s, from second \(second) on, no event came from the service although as many as "
      + "\(responses) responses had begun and not ended."
  }

  @Test("while responses that had begun stood still, whether they then went on or failed")
  func silences() throws {
    let first = Self.stream(0, from: 0, events: [0.1, 0.2, 20.5], closed: 20.6)
    let second = Self.stream(1, from: 0, events: [0.1, 2.9], closed: 30, .init(.idleTimeout))
    // Seconds 3 to 19; the first event of the third comes with its head.
    #expect(try Self.note([first, second]) == Self.text(17, from: 3, 2))
    #expect(try Self.note([second]) == Self.text(27, from: 3, 1))
    let third = Self.stream(2, from: 1, events: [10.5], closed: 10.6)
    #expect(try Self.note([third, first]) == Self.text(9, from: 1, 1))
  }

  @Test("and keeps quiet of waits for a first token, pauses without requests, and a few seconds")
  func others() throws {
    #expect(try Self.note([Self.stream(0, from: 0, events: [30.1, 30.2], closed: 30.3)]) == nil)
    #expect(
      try Self.note([
        Self.stream(0, from: 0, events: [0.1, 0.2], closed: 0.3),
        Self.stream(1, from: 60, events: [60.1], closed: 60.2),
      ]) == nil)
    #expect(try Self.note([Self.stream(0, from: 0, events: [0.1, 5.5], closed: 5.6)]) == nil)
    #expect(try Self.note([Self.stream(0, from: 0, events: [], closed: 600, .init(.firstByteTimeout))]) == nil)
  }

  @Test("and where the journal kept no stamps of tokens, it is not known")
  func reduced() throws {
    var record = Self.stream(0, from: 0, events: [0.1, 20.2], closed: 20.3)
    record.timeline.omittedTokenEvents = 100
    #expect(try Self.note([record]) == nil)
  }
}
