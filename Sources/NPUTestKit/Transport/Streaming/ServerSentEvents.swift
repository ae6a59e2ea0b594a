internal import NPUBase

/// The server-sent events of a response body, one after another, each with the instant its last byte left the socket.
///
/// ```swift
/// let response = try await transport.stream(request)
/// for try await event in response.body.serverSentEvents {
///   print(event.receivedAt, event.data)
/// }
/// ```
///
/// A body that ends inside an event throws ``StreamError`` of kind `truncated`, with what was left as its `tail`:
/// that is where a server that gave up in the middle leaves its reason. Only the end mark `data: [DONE]` is let
/// through without its empty line. The sequence can be read once.
public struct ServerSentEvents<Body: AsyncSequence>: AsyncSequence where Body.Element == BodyChunk {
  /// What the sequence hands out.
  public typealias Element = ServerSentEvent
  /// Errors of the body, and ``StreamError``.
  public typealias Failure = any Error

  private let body: Body
  private let parser: ServerSentEventParser

  /// Creates the events of a body, given as its pieces in order.
  public init(_ body: Body) { self.init(body, parser: ServerSentEventParser()) }

  /// Creates the events of a body by a new parser, with the limits that apply.
  package init(_ body: Body, parser: ServerSentEventParser) {
    self.body = body
    self.parser = parser
  }

  /// Begins to read the body.
  public func makeAsyncIterator() -> Iterator {
    Iterator(body: body.makeAsyncIterator(), parser: parser)
  }

  /// Reads the events of one body.
  public struct Iterator: AsyncIteratorProtocol {
    private var body: Body.AsyncIterator
    private var parser: ServerSentEventParser
    /// Events that have been read but not handed out; those before ``next`` have.
    private var ready: [ServerSentEvent] = []
    private var position = 0
    private var lastInstant = MonotonicInstant(nanoseconds: 0)
    /// What to do when nothing is ready any more: read on, throw, or end.
    private var state = State.reading

    private enum State {
      case reading
      case failing(any Error)
      case ended
    }

    fileprivate init(body: Body.AsyncIterator, parser: ServerSentEventParser) {
      self.body = body
      self.parser = parser
    }

    /// The next event, or `nil` after the last.
    ///
    /// - Throws: The error of the body, or ``StreamError``, after every event that was complete before it; then the
    ///   sequence has ended.
    public mutating func next() async throws -> ServerSentEvent? {
      try await next(isolation: #isolation)
    }

    /// The next event, or `nil` after the last, read on the caller's actor.
    ///
    /// - Parameter actor: Where to run.
    /// - Returns: The event, or `nil`.
    /// - Throws: The error of the body, or ``StreamError``, after every event that was complete before it; then the
    ///   sequence has ended.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ServerSentEvent? {
      while true {
        if position < ready.count {
          defer { position += 1 }
          return ready[position]
        }
        ready.removeAll(keepingCapacity: true)
        position = 0
        switch state {
        case .reading: await read(isolation: actor)
        case .ended: return nil
        case .failing(let error):
          state = .ended
          throw error
        }
      }
    }

    private mutating func read(isolation actor: isolated (any Actor)?) async {
      do {
        guard let chunk = try await body.next(isolation: actor) else { return try end() }
        lastInstant = chunk.receivedAt
        var events: [ServerSentEvent] = []
        swap(&events, &ready)
        defer { swap(&events, &ready) }
        try parser.feed(chunk.bytes.span) { data, type, lastEventID in
          events.append(
            ServerSentEvent(data: data, type: type, lastEventID: lastEventID, receivedAt: chunk.receivedAt))
        }
      } catch {
        state = .failing(error)
      }
    }

    private mutating func end() throws {
      state = .ended
      let tail = parser.finish()
      guard !tail.isEmpty else { return }
      guard tail.isDone else { throw StreamError.truncated(tail) }
      ready.append(ServerSentEvent(data: "[DONE]", lastEventID: parser.lastEventID, receivedAt: lastInstant))
    }
  }
}

extension ServerSentEvents: Sendable where Body: Sendable {}

@available(*, unavailable)
extension ServerSentEvents.Iterator: Sendable {}

extension AsyncSequence where Element == BodyChunk {
  /// The server-sent events of this body; see ``ServerSentEvents``.
  public var serverSentEvents: ServerSentEvents<Self> { ServerSentEvents(self) }
}
