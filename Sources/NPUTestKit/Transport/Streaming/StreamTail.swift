internal import NPUBase

/// What stood after the last complete event when a stream ended, byte for byte.
///
/// The specification has it thrown away. A tester wants it: it may be an end mark without its empty line, half an
/// event of a server that was killed, or the plain error text of one that gave up.
public struct StreamTail: Sendable, Hashable {
  /// The bytes: the complete lines of the event that was not dispatched, and the line that had no end.
  public var bytes: [UInt8]

  /// Creates a tail.
  public init(bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  /// Whether the stream ended cleanly, right after an event.
  public var isEmpty: Bool { bytes.isEmpty }

  /// The bytes as text; bad UTF-8 becomes U+FFFD.
  public var text: String { String(repairing: bytes.span) }

  /// The payload that the event would have had, if an empty line had followed; `nil` if there was no data line.
  public var data: [UInt8]? { event?.data }

  /// The event that would have been, if an empty line had followed, with its type; `nil` if there was no data line.
  package var event: (data: [UInt8], type: [UInt8])? {
    var event: (data: [UInt8], type: [UInt8])?
    var parser = ServerSentEventParser(maximumLineBytes: bytes.count, maximumEventBytes: 2 * bytes.count + 2)
    let ended = bytes + [0x0A, 0x0A]
    // The limits above let every line of the tail pass.
    try? parser.feed(ended.span) { data, type, _ in
      var found: (data: [UInt8], type: [UInt8]) = ([], [])
      found.data.append(copying: data)
      found.type.append(copying: type)
      event = found
    }
    return event
  }

  /// Whether the tail is the end mark of a model stream, `data: [DONE]`, that lacks its empty line.
  public var isDone: Bool {
    guard let data else { return false }
    return data.span.isEndMark
  }
}

extension Span<UInt8> {
  /// Whether the bytes are the end mark of a model stream, `[DONE]`, with or without white space around it.
  package var isEndMark: Bool {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    var start = 0
    var end = count
    while start < end, isSpace(self[start]) { start += 1 }
    while end > start, isSpace(self[end - 1]) { end -= 1 }
    return extracting(start..<end).equals("[DONE]")
  }
}
