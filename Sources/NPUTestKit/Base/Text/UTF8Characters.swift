/// How a character in UTF-8 stands in some bytes.
package enum UTF8Character: Sendable, Hashable {
  /// All of it, in so many bytes.
  case whole(Int)
  /// The bytes end within it.
  case cut
  /// No character of UTF-8 begins so.
  case wrong
}

extension Span<UInt8> {
  /// Where the first bytes begin that are no UTF-8; `nil` where all are.
  package var firstNonUTF8: Int? {
    var position = 0
    while position < count {
      // JSON is ASCII for the most part: eight bytes a step.
      while position + 8 <= count,
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        position += 8
      }
      guard position < count else { return nil }
      guard case .whole(let length) = utf8Character(at: position) else { return position }
      position += length
    }
    return nil
  }

  /// The character that begins at a position, which must be within the bytes.
  package func utf8Character(at start: Int) -> UTF8Character {
    let length: Int
    var following: ClosedRange<UInt8> = 0x80...0xBF
    switch self[start] {
    case 0..<0x80: return .whole(1)
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, following) = (3, 0xA0...0xBF)
    case 0xED: (length, following) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, following) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, following) = (4, 0x80...0x8F)
    default: return .wrong
    }
    for position in (start + 1)..<(start + length) {
      guard position < count else { return .cut }
      guard following.contains(self[position]) else { return .wrong }
      following = 0x80...0xBF
    }
    return .whole(length)
  }

  /// How many bytes at the end begin a character that is cut there.
  package var cutCharacterBytes: Int {
    for length in 1...3 where length <= count {
      guard !Self.continues(self[count - length]) else { continue }
      return utf8Character(at: count - length) == .cut ? length : 0
    }
    return 0
  }

  /// How many bytes at the beginning can only continue a character; three at most, as no character has more.
  package var continuingBytes: Int {
    var length = 0
    while length < Swift.min(3, count), Self.continues(self[length]) { length += 1 }
    return length
  }

  private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
