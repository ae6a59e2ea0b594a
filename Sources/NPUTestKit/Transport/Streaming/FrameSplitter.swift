internal import NPUBase

/// Cuts a stream of bytes into frames that end with one delimiter byte: NUL-separated JSON, or JSON Lines.
///
/// A frame that lies within one chunk is handed out in place; only a frame that a border cuts is copied, into a buffer
/// that never grows beyond ``maximumFrameBytes``. Empty frames are handed out too. After an error the splitter is of no
/// further use.
package struct FrameSplitter: Sendable {
  /// The byte that ends a frame.
  package let delimiter: UInt8
  /// Most bytes of one frame, its delimiter not counted.
  package let maximumFrameBytes: Int

  private var carry: [UInt8] = []

  /// Creates a splitter.
  ///
  /// - Parameters:
  ///   - delimiter: The byte that ends a frame: 0 for the `/generate` stream of MindIE, 10 for JSON Lines.
  ///   - maximumFrameBytes: Most bytes of one frame; a larger one is an error.
  package init(delimiter: UInt8, maximumFrameBytes: Int = 16 << 20) {
    self.delimiter = delimiter
    self.maximumFrameBytes = max(0, maximumFrameBytes)
  }

  /// Takes the next bytes of the stream and hands out each frame that they complete, without its delimiter.
  ///
  /// - Parameters:
  ///   - chunk: The next bytes, of any number.
  ///   - onFrame: Gets each frame; the span is valid during the call only.
  /// - Throws: ``StreamError`` of kind `eventTooLarge`.
  package mutating func feed(_ chunk: Span<UInt8>, _ onFrame: (Span<UInt8>) -> Void) throws(StreamError) {
    var start = 0
    while let end = chunk.firstIndex(of: delimiter, in: start..<chunk.count) {
      let part = chunk.extracting(start..<end)
      try check(part)
      if carry.isEmpty {
        onFrame(part)
      } else {
        carry.append(copying: part)
        onFrame(carry.span)
        carry.clear()
      }
      start = end + 1
    }
    let rest = chunk.extracting(start..<chunk.count)
    try check(rest)
    carry.append(copying: rest)
  }

  /// Ends the stream and returns the bytes after the last delimiter; empty when the stream ended with a frame.
  package mutating func finish() -> [UInt8] {
    defer { carry = [] }
    return carry
  }

  private func check(_ part: Span<UInt8>) throws(StreamError) {
    let size = carry.count + part.count
    guard size <= maximumFrameBytes else {
      throw .frameTooLarge(size: size, limit: maximumFrameBytes, delimiter: delimiter)
    }
  }
}
