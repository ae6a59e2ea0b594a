internal import NPUBase
internal import NPUServices

/// A record as the rules of a dialect look at it.
///
/// The other tools start their clocks before they hand the request to their HTTP library, which is
/// ``StreamTimeline/started``.
struct DialectView {
  let record: RequestRecord
  /// When the client was done with its own work on the response.
  let processed: MonotonicInstant?

  var timeline: StreamTimeline { record.timeline }
  var events: [StreamEvent] { record.timeline.events }
  /// Output tokens as the server or the kit counted them.
  var tokens: Int? { record.tokens.completion }

  /// Time from the start of the request.
  func since(_ instant: MonotonicInstant?) -> Duration? {
    instant.map { timeline.started.duration(to: $0) }
  }

  /// The first event whose content meets a set.
  func first(_ content: ChunkContent) -> MonotonicInstant? {
    events.first { !$0.content.isDisjoint(with: content) }?.instant
  }

  /// The last event whose content meets a set.
  func last(_ content: ChunkContent) -> MonotonicInstant? {
    events.last { !$0.content.isDisjoint(with: content) }?.instant
  }

  /// The last event with a JSON payload: anything but the end mark.
  var lastPayload: MonotonicInstant? { events.last { !$0.content.contains(.done) }?.instant }

  /// The last line of the stream, the end mark included.
  var lastLine: MonotonicInstant? { events.last?.instant }

  /// The end of the exchange, or the last line where the end was not recorded.
  var ended: MonotonicInstant? { timeline.closed ?? lastLine }

  /// The gaps between consecutive events that meet a condition; `nil` when events were left out of the record.
  func gaps(where condition: (StreamEvent) -> Bool) -> [Duration]? {
    guard timeline.omittedTokenEvents == 0 else { return nil }
    let instants = events.lazy.filter(condition).map(\.instant)
    return zip(instants, instants.dropFirst()).map { $0.duration(to: $1) }
  }

  /// `(whole - first) / (n - 1)`; `nil` for fewer than two tokens, an unknown count or a missing time.
  func perToken(from first: Duration?, to whole: Duration?, count: Int?) -> Duration? {
    guard let first, let whole, let count, count >= 2 else { return nil }
    return (whole - first) / (count - 1)
  }
}
