internal import NPUBase

/// Cuts a stream of bytes into lines that end with LF, CR or CRLF, wherever the borders of the chunks fall.
///
/// A line that lies within one chunk is handed out in place; only a line that a border cuts is copied, into a buffer
/// that never grows beyond ``maximumLineBytes``. A CR at the end of a chunk ends its line at once, and an LF that opens
/// the next chunk belongs to it. The time is linear in the bytes, the memory constant.
///
/// After an error the splitter is of no further use.
package struct LineSplitter: Sendable {
  /// Most bytes of one line, its end not counted.
  package let maximumLineBytes: Int

  /// The start of a line whose end has not come, or the line that was just completed with it.
  private(set) var carry: [UInt8] = []
  private var carryIsSpent = false
  private var awaitsLineFeed = false
  private var markBytes: Int

  /// A complete line: where in the chunk it lies, or that it is in the carry and at which byte of the chunk it ended.
  enum Line {
    case inside(Range<Int>)
    case carried(end: Int)
  }

  /// How far one chunk has been read, and where its next LF is, so that no byte is searched twice.
  struct Cursor {
    fileprivate(set) var position = 0
    fileprivate var lineFeed = -1
  }

  private static let mark: InlineArray<3, UInt8> = [0xEF, 0xBB, 0xBF]

  /// Creates a splitter.
  ///
  /// - Parameters:
  ///   - maximumLineBytes: Most bytes of one line; a longer one is an error.
  ///   - stripsByteOrderMark: Whether one UTF-8 byte-order mark at the very start is removed.
  package init(maximumLineBytes: Int = 16 << 20, stripsByteOrderMark: Bool = true) {
    self.maximumLineBytes = max(0, maximumLineBytes)
    markBytes = stripsByteOrderMark ? 0 : Self.mark.count
  }

  /// Takes the next bytes of the stream and hands out each line that they complete, without its end.
  ///
  /// - Parameters:
  ///   - chunk: The next bytes, of any number.
  ///   - onLine: Gets each line; the span is valid during the call only.
  /// - Throws: ``StreamError`` of kind `lineTooLong`.
  package mutating func feed(_ chunk: Span<UInt8>, _ onLine: (Span<UInt8>) -> Void) throws(StreamError) {
    var cursor = Cursor()
    while let line = try next(in: chunk, &cursor) {
      switch line {
      case .inside(let range): onLine(chunk.extracting(range))
      case .carried: onLine(carry.span)
      }
    }
    try keepRest(of: chunk, after: cursor)
  }

  /// Ends the stream and returns the bytes after the last line end; empty when the stream ended with a line.
  package mutating func finish() -> [UInt8] {
    defer { self = LineSplitter(maximumLineBytes: maximumLineBytes, stripsByteOrderMark: false) }
    return carry
  }

  /// The next line that ends in a chunk, or `nil` when the rest of the chunk has no line end.
  @inline(__always)
  mutating func next(in chunk: Span<UInt8>, _ cursor: inout Cursor) throws(StreamError) -> Line? {
    if awaitsLineFeed || markBytes < Self.mark.count { settleStart(of: chunk, &cursor) }
    let start = cursor.position
    guard start < chunk.count else { return nil }
    if cursor.lineFeed < start {
      cursor.lineFeed = chunk.firstIndex(of: 0x0A, in: start..<chunk.count) ?? chunk.count
    }
    let end: Int
    if let carriageReturn = chunk.firstIndex(of: 0x0D, in: start..<cursor.lineFeed) {
      end = carriageReturn
      cursor.position = end + 1
      if cursor.position == chunk.count {
        awaitsLineFeed = true
      } else if chunk[cursor.position] == 0x0A {
        cursor.position += 1
      }
    } else {
      end = cursor.lineFeed
      guard end < chunk.count else { return nil }
      cursor.position = end + 1
    }
    guard carry.isEmpty || carryIsSpent else {
      try extendCarry(with: chunk.extracting(start..<end))
      carryIsSpent = true
      return .carried(end: end)
    }
    guard end - start <= maximumLineBytes else { throw .lineTooLong(size: end - start, limit: maximumLineBytes) }
    return .inside(start..<end)
  }

  /// Keeps what follows the last line of a chunk; to be called once ``next(in:_:)`` has returned `nil`.
  mutating func keepRest(of chunk: Span<UInt8>, after cursor: Cursor) throws(StreamError) {
    if carryIsSpent {
      carry.clear()
      carryIsSpent = false
    }
    guard cursor.position < chunk.count else { return }
    try extendCarry(with: chunk.extracting(cursor.position..<chunk.count))
  }

  private mutating func extendCarry(with bytes: Span<UInt8>) throws(StreamError) {
    let size = carry.count + bytes.count
    guard size <= maximumLineBytes else { throw .lineTooLong(size: size, limit: maximumLineBytes) }
    carry.append(copying: bytes)
  }

  /// Passes over the LF of a CRLF that a border has cut, and over a byte-order mark.
  ///
  /// The bytes of a mark wait in the carry until it is complete: if it turns out to be none, they are the start of a
  /// line.
  private mutating func settleStart(of chunk: Span<UInt8>, _ cursor: inout Cursor) {
    while markBytes < Self.mark.count, cursor.position < chunk.count {
      guard chunk[cursor.position] == Self.mark[markBytes] else {
        markBytes = Self.mark.count
        return
      }
      carry.append(chunk[cursor.position])
      markBytes += 1
      cursor.position += 1
      if markBytes == Self.mark.count { carry.clear() }
    }
    guard awaitsLineFeed, cursor.position < chunk.count else { return }
    awaitsLineFeed = false
    if chunk[cursor.position] == 0x0A { cursor.position += 1 }
  }
}
