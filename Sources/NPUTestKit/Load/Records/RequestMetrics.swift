internal import NPUBase
internal import NPUServices

/// The figures of one request in the kit's own definitions; `nil` means undefined for this request, never zero.
///
/// Computed by pure functions of a ``RequestRecord``, whatever its outcome: the choice to count completed requests only
/// is the report's. Version of the definitions: ``definitionsVersion``.
public struct RequestMetrics: Sendable, Hashable {
  /// The version of these definitions, written into every report and journal; it changes when a number would change.
  public static let definitionsVersion = 2

  /// Time to first token: from the request written to the first token-bearing event.
  ///
  /// An event bears a token if its delta has non-empty response text, reasoning text, or a fragment of a tool call; the
  /// role-only chunk does not count. `nil` without such an event or without the stamp of sending.
  public var timeToFirstToken: Duration?
  /// Time to first token from the instant the schedule wanted the request to start; the start itself in a closed loop.
  public var timeToFirstTokenFromIntended: Duration?
  /// Time to first content: from the request written to the first event with response text, reasoning not counted.
  public var timeToFirstContent: Duration?
  /// Time to first content from the intended instant; from the start in a closed loop.
  public var timeToFirstContentFromIntended: Duration?
  /// End-to-end latency: from the start to the last token-bearing event, or to the end of a response that is no stream
  /// of events.
  public var endToEnd: Duration?
  /// End-to-end latency from the intended instant; from the start in a closed loop.
  public var endToEndFromIntended: Duration?
  /// From the start to the end of the exchange, which includes the usage chunk and the end mark.
  public var untilClosed: Duration?
  /// Time per output token: `(last - first token-bearing event) / (n - 1)` with n output tokens.
  ///
  /// `nil` (not zero) for fewer than two tokens or an unknown count: a response of one token has no such time. Nor has
  /// one that arrived in one piece, see ``isInOnePiece``.
  public var timePerOutputToken: Duration?
  /// How late the request started after its intended instant; `nil` in a closed loop.
  public var scheduleLag: Duration?
  /// Output tokens as the record's source counted them; `nil` if nobody did.
  public var outputTokens: Int?
  /// Token-bearing events: chunks, which are not tokens.
  public var tokenEvents: Int
  /// Whether a streamed response of several tokens arrived in one piece: its token-bearing events practically at once, or
  /// all tokens in one event.
  ///
  /// That is what a buffering proxy makes of a stream. The pace of its tokens is then unknown.
  public var isInOnePiece: Bool

  /// Computes the figures of a record.
  public init(_ record: RequestRecord) {
    let timeline = record.timeline
    let origin = timeline.intended ?? timeline.started
    let first = timeline.firstToken
    let last = timeline.lastToken
    if let sent = timeline.sent {
      timeToFirstToken = first.map { sent.duration(to: $0) }
      timeToFirstContent = timeline.firstContent.map { sent.duration(to: $0) }
    }
    timeToFirstTokenFromIntended = first.map { origin.duration(to: $0) }
    timeToFirstContentFromIntended = timeline.firstContent.map { origin.duration(to: $0) }
    // A response that came whole, not as a stream of events, is there when its exchange ends.
    let answered = last ?? (timeline.events.isEmpty ? timeline.closed : nil)
    endToEnd = answered.map { timeline.started.duration(to: $0) }
    endToEndFromIntended = answered.map { origin.duration(to: $0) }
    untilClosed = timeline.closed.map { timeline.started.duration(to: $0) }
    scheduleLag = timeline.intended.map { $0.duration(to: timeline.started) }
    outputTokens = record.tokens.completion
    tokenEvents = timeline.tokenEventCount
    isInOnePiece = timeline.isInOnePiece || (tokenEvents == 1 && (outputTokens ?? 0) >= 2)
    if let first, let last, let count = outputTokens, count >= 2, !isInOnePiece {
      timePerOutputToken = first.duration(to: last) / (count - 1)
    }
  }
}

extension RequestRecord {
  /// The figures of this request in the kit's own definitions.
  public var metrics: RequestMetrics { RequestMetrics(self) }
}

extension StreamTimeline {
  /// Whether the response has several token-bearing events that came practically at once, on average within 100
  /// microseconds of each other, so that their stamps say nothing of the pace at which they were generated.
  public var isInOnePiece: Bool {
    guard let first = firstToken, let last = lastToken else { return false }
    return ArrivalSpan(first: first, last: last, count: tokenEventCount).isOnePiece
  }

  /// Inter-token latencies: every gap between consecutive token-bearing events; gaps of events, since one can hold many
  /// tokens.
  ///
  /// Events of one socket read share a stamp, so a gap can be zero. `nil` when events were left out of the timeline,
  /// because the gaps are then unknown; empty for fewer than two token-bearing events, and for a response that came in one
  /// piece.
  public var interTokenLatencies: [Duration]? {
    guard omittedTokenEvents == 0 else { return nil }
    var gaps: [Duration] = []
    forEachTokenGap { gaps.append(.nanoseconds($0)) }
    return gaps
  }

  /// Calls a closure with each gap between consecutive token-bearing events, in nanoseconds, without an array.
  func forEachTokenGap(_ body: (Int64) -> Void) {
    guard omittedTokenEvents == 0, !isInOnePiece else { return }
    var previous: MonotonicInstant?
    for event in events where event.bearsToken {
      if let previous { body(event.instant.nanoseconds &- previous.nanoseconds) }
      previous = event.instant
    }
  }
}
