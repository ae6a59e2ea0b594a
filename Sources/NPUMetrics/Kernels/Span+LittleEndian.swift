/// Reads that answer nil beyond the end instead of trapping.
extension Span<UInt8> {
  /// The whole number of some bytes, least first.
  func littleEndian(at offset: Int, bytes: Int) -> UInt64? {
    guard offset >= 0, bytes <= count, offset <= count - bytes else { return nil }
    var value: UInt64 = 0
    for index in 0..<bytes { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
    return value
  }

  func unsigned16(at offset: Int) -> Int? {
    littleEndian(at: offset, bytes: 2).map { Int($0) }
  }

  func unsigned32(at offset: Int) -> UInt32? {
    littleEndian(at: offset, bytes: 4).map { UInt32(truncatingIfNeeded: $0) }
  }

  /// Whether the bytes from an offset on begin with a text.
  func holds(_ text: StaticString, at offset: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard offset >= 0, length <= count, offset <= count - length else { return false }
    return text.withUTF8Buffer { characters in
      for index in 0..<length where unsafe characters[index] != self[offset + index] { return false }
      return true
    }
  }
}
