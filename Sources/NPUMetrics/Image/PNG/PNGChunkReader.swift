/// Walks through the chunks of a PNG file and checks their frames.
struct PNGChunkReader {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let bytes: [UInt8]
  /// The place of the next chunk.
  private(set) var offset: Int

  /// Starts behind the signature, which must be there.
  init(bytes: [UInt8]) throws(PNGError) {
    try PNGSignature.check(bytes)
    self.bytes = bytes
    self.offset = Self.signature.count
  }

  /// The bytes not yet walked through.
  var remaining: Int { bytes.count - offset }

  /// The big-endian number at a place that the caller knows to be inside.
  func unsigned32(at index: Int) -> UInt32 {
    UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
      | UInt32(bytes[index + 3])
  }

  /// The big-endian number at a place that the caller knows to be inside.
  func unsigned16(at index: Int) -> UInt16 {
    UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
  }

  /// The next chunk with its checksum compared.
  ///
  /// A wrong checksum is an error in a chunk that the image needs, and a mark on one that it does not.
  mutating func next() throws(PNGError) -> PNGChunk {
    let start = offset
    guard remaining >= 8 else {
      throw PNGError(
        kind: .truncated, message: "The file ends after \(bytes.count) bytes, before the end of the image (IEND).",
        offset: bytes.count)
    }
    let length = unsigned32(at: start)
    let type = PNGChunk.ChunkType(code: unsigned32(at: start + 4))
    guard length <= 0x7FFF_FFFF else {
      throw PNGError(
        kind: .invalidChunk, message: "Chunk \(type) claims \(length) bytes; at most 2147483647 are legal.",
        offset: start)
    }
    guard type.isValid else {
      throw PNGError(
        kind: .invalidChunk, message: "The chunk type \(type) is not made of four letters.", offset: start + 4)
    }
    guard remaining - 12 >= Int(length) else {
      throw PNGError(
        kind: .truncated,
        message: "Chunk \(type) claims \(length) bytes and a checksum, but the file has only \(remaining - 8) more.",
        offset: start)
    }
    let data = start + 8..<start + 8 + Int(length)
    let stored = unsigned32(at: data.upperBound)
    let computed = CRC32.of(bytes.span.extracting(start + 4..<data.upperBound))
    guard stored == computed || type.isAncillary else {
      throw PNGError(
        kind: .checksumMismatch,
        message: "The bytes of chunk \(type) have CRC-32 \(String(computed, radix: 16)), but the file says "
          + "\(String(stored, radix: 16)).", offset: start)
    }
    offset = data.upperBound + 4
    return PNGChunk(type: type, offset: start, data: data, isIntact: stored == computed)
  }
}
