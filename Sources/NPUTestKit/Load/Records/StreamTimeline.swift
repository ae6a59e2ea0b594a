public import NPUBase
internal import NPUServices

/// Every instant of one streamed request, on one clock.
///
/// The order is `intended` <= `started` <= `sent` <= `firstByte` <= first event <= ... <= `closed`. A stamp is `nil`
/// when its moment never came. The instants of single kinds of event are derived from ``events``, so that they cannot
/// disagree.
public struct StreamTimeline: Sendable, Hashable {
  /// When the schedule wanted the request to start; `nil` in a closed loop, where a request is due when the one before
  /// ends.
  public var intended: MonotonicInstant?
  /// When the request was handed to the network.
  public var started: MonotonicInstant
  /// When the request had been written.
  public var sent: MonotonicInstant?
  /// When the response head arrived.
  public var head: MonotonicInstant?
  /// When the first byte of the response body arrived.
  public var firstByte: MonotonicInstant?
  /// The events in the order of arrival.
  public var events: [StreamEvent]
  /// When the exchange ended.
  public var closed: MonotonicInstant?
  /// How many token-bearing events were left out of ``events``; 0 unless the timeline was read from a reduced journal.
  ///
  /// The first and the last token-bearing event, and those of each kind of text, are always kept. Gaps between events
  /// are unknown when this is not 0.
  public var omittedTokenEvents: Int

  /// Creates a timeline.
  public init(
    intended: MonotonicInstant? = nil, started: MonotonicInstant, sent: MonotonicInstant? = nil,
    head: MonotonicInstant? = nil, firstByte: MonotonicInstant? = nil, events: [StreamEvent] = [],
    closed: MonotonicInstant? = nil, omittedTokenEvents: Int = 0
  ) {
    self.intended = intended
    self.started = started
    self.sent = sent
    self.head = head
    self.firstByte = firstByte
    self.events = events
    self.closed = closed
    self.omittedTokenEvents = omittedTokenEvents
  }

  /// The first event of any kind, usually the one that only names the role.
  public var firstEvent: MonotonicInstant? { events.first?.instant }
  /// The first event that bears a token.
  public var firstToken: MonotonicInstant? { events.first(where: \.bearsToken)?.instant }
  /// The last event that bears a token.
  public var lastToken: MonotonicInstant? { events.last(where: \.bearsToken)?.instant }
  /// The first event with reasoning text.
  public var firstReasoning: MonotonicInstant? { first(.reasoning) }
  /// The first event with response text.
  public var firstContent: MonotonicInstant? { first(.text) }
  /// The last event with response text.
  public var lastContent: MonotonicInstant? { events.last { $0.content.contains(.text) }?.instant }
  /// The first event with a finish reason.
  public var finish: MonotonicInstant? { first(.finish) }
  /// The last event with token counts.
  public var usage: MonotonicInstant? { events.last { $0.content.contains(.usage) }?.instant }
  /// The protocol's end mark.
  public var done: MonotonicInstant? { first(.done) }
  /// The instants of the events that bear a token.
  public var tokenInstants: [MonotonicInstant] { events.lazy.filter(\.bearsToken).map(\.instant) }

  /// How many events bore a token, those left out of ``events`` included.
  public var tokenEventCount: Int { events.lazy.filter(\.bearsToken).count + omittedTokenEvents }

  private func first(_ content: ChunkContent) -> MonotonicInstant? {
    events.first { $0.content.contains(content) }?.instant
  }
}
