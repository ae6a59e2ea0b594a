/// Inflates the image data of a PNG file, which may be spread over many chunks, into buffers of the caller's size.
///
/// The sizes are known from the header, so a stream that would grow without end is cut where the image is full.
struct PNGImageData: ~Copyable {
  /// The chunks; it stands behind the last one that was inflated.
  private(set) var reader: PNGChunkReader
  /// What was found wrong behind the last row.
  private(set) var warnings: [PNGWarning] = []
  /// The bytes of the current chunk that the inflater has not had.
  private var input: Range<Int>
  private var hasEnded = false
  /// The binary logarithm of the window that the stream declares in the high half of its first byte.
  private(set) var declaredWindowBits = 15
  private let stream: InflateStream

  /// Prepares for the first IDAT chunk, which the reader has just passed.
  init(first chunk: PNGChunk, reader: PNGChunkReader, stream: consuming InflateStream) {
    self.reader = reader
    self.stream = stream
    input = chunk.data
  }

  /// Finds the first byte of the stream, which says how large a window it uses.
  mutating func start() throws(PNGError) {
    if input.isEmpty { try nextChunk() }
    declaredWindowBits = Int(reader.bytes[input.lowerBound] >> 4) + 8
  }

  /// Fills a buffer with the next bytes of the stream, or throws when they are not there.
  mutating func read(_ count: Int, into target: UnsafeMutablePointer<UInt8>) throws(PNGError) {
    let produced = try unsafe inflateBytes(count, into: target)
    guard produced == count else {
      throw PNGError(
        kind: .notEnoughImageData, message: "The compressed stream ends before the last row of the image.",
        offset: input.lowerBound)
    }
  }

  /// Reads the end of the stream, and checks that nothing is left over.
  mutating func finish() throws(PNGError) {
    var extra: UInt8 = 0
    // One byte of room is enough to see both a proper end and data without end.
    if try unsafe inflateBytes(1, into: &extra) > 0 {
      warnings.append(
        PNGWarning(message: "There is more image data than pixels; the rest was ignored.", offset: input.lowerBound))
    } else if !input.isEmpty {
      warnings.append(
        PNGWarning(
          message: "\(input.count) bytes after the end of the compressed stream were ignored.",
          offset: input.lowerBound))
    }
  }

  /// Inflates up to a number of bytes; fewer only when the stream has come to its proper end.
  private mutating func inflateBytes(_ count: Int, into target: UnsafeMutablePointer<UInt8>) throws(PNGError) -> Int {
    var produced = 0
    while produced < count, !hasEnded {
      if input.isEmpty { try nextChunk() }
      let place = input.lowerBound
      let room = unsafe UnsafeMutableBufferPointer(start: target + produced, count: count - produced)
      let step = unsafe stream.inflate(reader.bytes.span.extracting(input), into: room)
      input = place + step.consumed..<input.upperBound
      produced += step.produced
      switch step.state {
      case .open: continue
      case .ended: hasEnded = true
      case .outOfMemory: throw .noMemoryForCompression
      case .damaged(let reason):
        throw PNGError(
          kind: .invalidImageData, message: "The compressed stream is damaged: \(reason).", offset: place)
      }
    }
    return produced
  }

  /// Goes on to the next IDAT chunk, which must follow at once.
  private mutating func nextChunk() throws(PNGError) {
    repeat {
      let chunk = try reader.next()
      guard chunk.type == .idat else {
        throw PNGError(
          kind: .notEnoughImageData,
          message: "The compressed stream is not at its end where the IDAT chunks are; \(chunk.type) follows.",
          offset: chunk.offset)
      }
      input = chunk.data
    } while input.isEmpty
  }
}
