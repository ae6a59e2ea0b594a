internal import NPUBase

/// Reads server-sent events out of a stream of bytes, wherever the borders of the chunks fall.
///
/// This is the algorithm of the WHATWG HTML standard, section 9.2.6, line for line. An event that lies within one
/// chunk and has one data line, which is what models send, is handed out in place: nothing is copied and nothing
/// allocated. Memory is bounded by the two limits. After an error every further call throws it again.
///
/// ```swift
/// var parser = ServerSentEventParser()
/// let bytes = Array("data: hello\n\n".utf8)
/// try parser.feed(bytes.span) { data, type, lastEventID in print(data.count) }
/// let tail = parser.finish()
/// ```
package struct ServerSentEventParser: Sendable {
  /// Most bytes of all lines of one event together, one byte counted for each line end.
  package let maximumEventBytes: Int

  private var lines: LineSplitter
  private var fields = EventFields()
  /// The complete lines of the open event that came in earlier chunks, with their ends.
  private var block: [UInt8] = []
  private var failure: StreamError?

  /// Creates a parser.
  ///
  /// - Parameters:
  ///   - maximumLineBytes: Most bytes of one line; a longer one is an error.
  ///   - maximumEventBytes: Most bytes of one event; a larger one is an error.
  package init(maximumLineBytes: Int = 16 << 20, maximumEventBytes: Int = 16 << 20) {
    lines = LineSplitter(maximumLineBytes: maximumLineBytes)
    self.maximumEventBytes = max(0, maximumEventBytes)
  }

  /// The last identity that the server has given; an event without one inherits it.
  package var lastEventID: String { String(repairing: fields.lastEventID.span) }

  /// How long the server wants a client to wait before it connects again; `nil` if it has not said.
  package var reconnectionTime: Duration? { fields.retry.map { .milliseconds($0) } }

  /// Takes the next bytes of the stream and hands out each event that they complete.
  ///
  /// - Parameters:
  ///   - chunk: The next bytes, of any number.
  ///   - onComment: Gets the text after the colon of each comment, which servers send to keep a connection open.
  ///   - onEvent: Gets payload, type (empty means `message`) and last identity of each event; the spans are valid
  ///     during the call only.
  /// - Throws: ``StreamError`` of kind `lineTooLong` or `eventTooLarge`.
  package mutating func feed(
    _ chunk: Span<UInt8>, onComment: (Span<UInt8>) -> Void = { _ in },
    _ onEvent: (_ data: Span<UInt8>, _ type: Span<UInt8>, _ lastEventID: Span<UInt8>) -> Void
  ) throws(StreamError) {
    if let failure { throw failure }
    do {
      try Self.feed(chunk, &lines, &fields, &block, limit: maximumEventBytes, onComment, onEvent)
    } catch {
      failure = error
      throw error
    }
  }

  /// Ends the stream and returns what was left without its end; the parser is then as new, but remembers the last
  /// identity.
  package mutating func finish() -> StreamTail {
    let tail = StreamTail(bytes: block + lines.finish())
    block = []
    fields.close()
    return tail
  }

  /// The parts of the state come one by one, because views of one are held while another changes.
  @inline(__always)
  private static func feed(
    _ chunk: Span<UInt8>, _ lines: inout LineSplitter, _ fields: inout EventFields, _ block: inout [UInt8], limit: Int,
    _ onComment: (Span<UInt8>) -> Void, _ onEvent: (Span<UInt8>, Span<UInt8>, Span<UInt8>) -> Void
  ) throws(StreamError) {
    var cursor = LineSplitter.Cursor()
    // Where the part of the open event begins that is in this chunk, and whether the carried line precedes it.
    var blockStart = 0
    var followsCarry = false
    while let line = try lines.next(in: chunk, &cursor) {
      switch line {
      case .inside(let range) where range.isEmpty:
        switch fields.place {
        case .none: break
        case .chunk(let range): onEvent(chunk.extracting(range), fields.type.span, fields.lastEventID.span)
        case .carry(let range): onEvent(lines.carry.span.extracting(range), fields.type.span, fields.lastEventID.span)
        case .buffer: onEvent(fields.data.span, fields.type.span, fields.lastEventID.span)
        }
        fields.close()
        if !block.isEmpty { block.clear() }
        followsCarry = false
      case .inside(let range):
        if !fields.isOpen { blockStart = range.lowerBound }
        if fields.borrowsData { fields.keepData(chunk: chunk, carry: lines.carry.span) }
        fields.take(chunk.extracting(range), at: range.lowerBound, carried: false, onComment)
      case .carried(let end):
        blockStart = end
        fields.take(lines.carry.span, at: 0, carried: true, onComment)
        followsCarry = fields.isOpen
      }
      guard fields.bytes <= limit else { throw .eventTooLarge(size: fields.bytes, limit: limit) }
    }
    if fields.isOpen {
      if followsCarry { block.append(copying: lines.carry.span) }
      block.append(copying: chunk.extracting(blockStart..<cursor.position))
      fields.keepData(chunk: chunk, carry: lines.carry.span)
    }
    try lines.keepRest(of: chunk, after: cursor)
  }
}
