public import NPUBase

/// One server-sent event, as text.
public struct ServerSentEvent: Sendable, Hashable {
  /// What kind of event it is; `message` unless the server names another.
  public var type: String
  /// The payload: the values of the data lines, joined by line feeds.
  public var data: String
  /// The last identity that the server has given on this stream, in this event or before; empty if none.
  public var lastEventID: String
  /// When the bytes that completed the event left the socket.
  public var receivedAt: MonotonicInstant

  /// Creates an event.
  public init(type: String = "message", data: String, lastEventID: String = "", receivedAt: MonotonicInstant) {
    self.type = type
    self.data = data
    self.lastEventID = lastEventID
    self.receivedAt = receivedAt
  }

  /// Creates an event from the views that a parser hands out; bad UTF-8 becomes U+FFFD.
  ///
  /// - Parameters:
  ///   - data: The payload.
  ///   - type: The event type; empty means `message`.
  ///   - lastEventID: The last identity of the stream.
  ///   - receivedAt: When the bytes that completed the event left the socket.
  package init(
    data: Span<UInt8>, type: Span<UInt8>, lastEventID: Span<UInt8>, receivedAt: MonotonicInstant
  ) {
    self.type = type.isEmpty ? "message" : String(repairing: type)
    self.data = String(repairing: data)
    self.lastEventID = lastEventID.isEmpty ? "" : String(repairing: lastEventID)
    self.receivedAt = receivedAt
  }
}
