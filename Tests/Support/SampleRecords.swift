package import NPUBase
package import NPULoad
internal import NPUServices

/// Records that tests of several subjects use.
package enum SampleRecords {
  /// Whole milliseconds after the start of the sample stream, itself one second into the clock.
  package static func at(_ milliseconds: Double) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: 1_000_000_000 + Int64(milliseconds * 1e6))
  }

  /// One stream that nine tools read in nine ways: role, two reasoning chunks, two answer chunks, finish, usage, end
  /// mark.
  package static let nineAnswers = RequestRecord(
    index: 0, requestID: "chatcmpl-1",
    timeline: StreamTimeline(
      started: at(0), sent: at(0), head: at(4), firstByte: at(5),
      events: [
        StreamEvent(instant: at(5), content: [.choices, .role]),
        StreamEvent(instant: at(100), content: [.choices, .reasoning], bytes: 14, tokens: 3),
        StreamEvent(instant: at(140), content: [.choices, .reasoning], bytes: 9, tokens: 2),
        StreamEvent(instant: at(200), content: [.choices, .text], bytes: 17, tokens: 4),
        StreamEvent(instant: at(210), content: [.choices, .text], bytes: 3, tokens: 1),
        StreamEvent(instant: at(212), content: [.choices, .finish]),
        StreamEvent(instant: at(230), content: .usage),
        StreamEvent(instant: at(231), content: .done),
      ], closed: at(231)),
    outcome: Outcome(.success, status: 200), finishReason: "stop",
    tokens: TokenCounts(prompt: 12, completion: 10, source: .usage), requested: RequestedLengths(outputTokens: 10))

  /// A record of evenly paced tokens; times in milliseconds after the sample start.
  package static func paced(
    index: Int, start: Double, intended: Double? = nil, firstToken: Double = 100, gap: Double = 10, tokens: Int = 11,
    phase: RequestRecord.Phase = .measured, outcome: Outcome = Outcome(.success, status: 200), prompt: Int? = 20,
    counted: Bool = true, requested: Int? = nil
  ) -> RequestRecord {
    var events = (0..<tokens).map { position in
      StreamEvent(
        instant: at(start + firstToken + Double(position) * gap), content: [.choices, .text], bytes: 4)
    }
    let last = firstToken + Double(max(tokens - 1, 0)) * gap
    if outcome.isSuccess { events.append(StreamEvent(instant: at(start + last + 1), content: .done)) }
    return RequestRecord(
      index: index, phase: phase, requestID: "request-\(index)",
      timeline: StreamTimeline(
        intended: intended.map { at($0) }, started: at(start), sent: at(start), head: at(start + 1),
        firstByte: at(start + 1), events: events, closed: at(start + last + 2)),
      outcome: outcome,
      tokens: counted
        ? TokenCounts(prompt: prompt, completion: tokens, source: .usage) : TokenCounts(prompt: prompt),
      requested: RequestedLengths(outputTokens: requested))
  }
}
