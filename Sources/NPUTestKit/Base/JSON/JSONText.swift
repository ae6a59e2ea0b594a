extension Span<UInt8> {
  /// The text of the characters of a JSON string, without its quotes, whose escapes were found to be well-formed.
  package var jsonText: String {
    guard let first = firstIndex(of: 0x5C, in: 0..<count) else { return String(repairing: self) }
    var text: [UInt8] = []
    text.reserveCapacity(count)
    text.append(copying: extracting(..<first))
    var position = first
    while position < count {
      let byte = self[position]
      position += 1
      guard byte == 0x5C, position < count else {
        text.append(byte)
        continue
      }
      let kind = self[position]
      position += 1
      switch kind {
      case 0x62: text.append(0x08)
      case 0x66: text.append(0x0C)
      case 0x6E: text.append(0x0A)
      case 0x72: text.append(0x0D)
      case 0x74: text.append(0x09)
      case 0x75: text.append(contentsOf: String(Character(scalar(at: &position))).utf8)
      default: text.append(kind)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The character whose hexadecimal digits stand at a position, with the second escape of a pair.
  private func scalar(at position: inout Int) -> Unicode.Scalar {
    let code = hexadecimal(at: position)
    position += 4
    if (0xD800..<0xDC00).contains(code), position + 6 <= count, self[position] == 0x5C, self[position + 1] == 0x75 {
      let low = hexadecimal(at: position + 2)
      if (0xDC00..<0xE000).contains(low) {
        position += 6
        return Unicode.Scalar(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
      }
    }
    return Unicode.Scalar(code) ?? "\u{FFFD}"
  }

  private func hexadecimal(at position: Int) -> UInt32 {
    var code: UInt32 = 0
    for index in position..<Swift.min(position + 4, count) {
      let byte = self[index]
      // Letters of both cases end in the same four bits, one less than what they stand for above nine.
      code = code << 4 | UInt32(byte <= 0x39 ? byte & 0x0F : (byte & 0x0F) + 9)
    }
    return code
  }
}
