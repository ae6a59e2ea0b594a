package import NPUTransport

/// Everything that can be seen of a parser after it has read a stream.
package struct ParsedStream: Hashable {
  /// One event, as the vectors tell it.
  package struct Event: Decodable, Hashable, Sendable {
    package var event: String
    package var data: String
    package var lastEventId: String

    package init(event: String, data: String, lastEventId: String) {
      self.event = event
      self.data = data
      self.lastEventId = lastEventId
    }
  }

  package var events: [Event] = []
  package var comments: [String] = []
  package var retry: Duration?
  package var lastEventID = ""
  package var tail: [UInt8] = []
  package var error: StreamError.Kind?

  package init() {}

  package init(
    _ pieces: [ArraySlice<UInt8>], parser: consuming ServerSentEventParser = ServerSentEventParser()
  ) {
    do {
      for piece in pieces {
        var events = self.events
        var comments = self.comments
        defer {
          self.events = events
          self.comments = comments
        }
        try parser.feed(piece.span) {
          comments.append(text($0))
        } _: { data, type, id in
          let type = type.isEmpty ? "message" : text(type)
          events.append(Event(event: type, data: text(data), lastEventId: text(id)))
        }
      }
    } catch {
      self.error = error.kind
      return
    }
    retry = parser.reconnectionTime
    lastEventID = parser.lastEventID
    tail = parser.finish().bytes
  }
}

/// The text of a span.
package func text(_ span: Span<UInt8>) -> String {
  String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}
