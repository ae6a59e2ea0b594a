/// Reads the framing of a chunked body (RFC 9112, section 7.1) and tells where in the bytes its data lies.
///
/// A line may end with LF alone, as libcurl takes it; extensions are passed over.
struct ChunkReader: Sendable {
  enum Step {
    /// A piece of the data, as positions in the bytes that were given.
    case data(Range<Int>)
    /// The chunk without data, after which the trailer comes.
    case last
  }

  private enum Place {
    case size, passedOver, sizeLineFeed, data, dataEnd, dataLineFeed
  }

  /// As many hexadecimal digits as libcurl takes, leading zeros included.
  private static let mostDigits = 16
  /// Most bytes between a size and the end of its line.
  static let mostExtensionBytes = 16 << 10

  private var place = Place.size
  /// The size as far as it was read; inside the data what is left of it.
  private var size = 0
  private var digits = 0
  private var extensionBytes = 0

  /// The next step that the bytes from a position on complete; `nil` once they are used up.
  mutating func next(in bytes: Span<UInt8>, at position: inout Int) throws(ResponseFault) -> Step? {
    while position < bytes.count {
      if place == .data {
        let start = position
        let count = min(size, bytes.count - start)
        position += count
        size -= count
        if size == 0 { place = .dataEnd }
        return .data(start..<position)
      }
      let byte = bytes[position]
      position += 1
      if try takeFraming(byte) { return .last }
    }
    return nil
  }

  /// Takes a byte that is no data; true with the end of the line of the last chunk.
  private mutating func takeFraming(_ byte: UInt8) throws(ResponseFault) -> Bool {
    switch (place, byte) {
    case (.size, 0x30...0x39): try addDigit(Int(byte) - 0x30)
    case (.size, 0x41...0x46), (.size, 0x61...0x66): try addDigit(Int(byte | 0x20) - 0x61 + 10)
    case (.size, 0x0A) where digits > 0, (.passedOver, 0x0A), (.sizeLineFeed, 0x0A):
      (digits, extensionBytes) = (0, 0)
      place = .data
      return size == 0
    case (.size, 0x0D) where digits > 0: place = .sizeLineFeed
    case (.size, 0x20), (.size, 0x09), (.size, 0x3B):
      guard digits > 0 else { throw Self.noSize }
      place = .passedOver
    case (.passedOver, _):
      extensionBytes += 1
      guard extensionBytes <= Self.mostExtensionBytes else {
        throw .violation("the extension of a chunk exceeds \(Self.mostExtensionBytes) bytes")
      }
    case (.dataEnd, 0x0D): place = .dataLineFeed
    case (.dataEnd, 0x0A), (.dataLineFeed, 0x0A): place = .size
    case (.dataEnd, _), (.dataLineFeed, _): throw .violation("a chunk goes on behind its announced size")
    default: throw Self.noSize
    }
    return false
  }

  private mutating func addDigit(_ digit: Int) throws(ResponseFault) {
    digits += 1
    guard digits <= Self.mostDigits, size <= Int.max >> 4 else {
      throw .violation("the size of a chunk has too many digits")
    }
    size = size << 4 | digit
  }

  private static let noSize = ResponseFault.violation("the size of a chunk is no hexadecimal number")
}
