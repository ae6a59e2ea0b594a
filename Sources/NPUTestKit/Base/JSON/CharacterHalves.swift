/// Halves of characters in JSON: escapes of UTF-16 surrogates that stand without the other half.
///
/// RFC 8259 lets them stand, servers send them where they cut a text between the halves, and a decoder that meets one
/// loses the whole text.
package struct CharacterHalf: Sendable, Hashable {
  /// Where the backslash of its escape is; the escape has six bytes.
  package var position: Int
  /// Whether it is the first half of a character.
  package var isFirst: Bool

  /// The bytes of an escape.
  package static let length = 6
  /// What stands for a character that is lost, as an escape.
  package static let replacement = Array(#"\ufffd"#.utf8)
}

extension Span<UInt8> {
  /// The halves of characters among the escapes of a JSON text, or of the characters of one of its strings.
  package var characterHalves: [CharacterHalf] {
    var halves: [CharacterHalf] = []
    var position = 0
    while let start = firstIndex(of: 0x5C, in: position..<count) {
      guard let code = codeUnit(at: start) else {
        position = Swift.min(start + 2, count)
        continue
      }
      position = start + CharacterHalf.length
      guard (0xD800..<0xE000).contains(code) else { continue }
      if code < 0xDC00, let next = codeUnit(at: position), (0xDC00..<0xE000).contains(next) {
        position += CharacterHalf.length
      } else {
        halves.append(CharacterHalf(position: start, isFirst: code < 0xDC00))
      }
    }
    return halves
  }

  /// The code unit whose escape begins at a position; `nil` where none does.
  private func codeUnit(at start: Int) -> UInt32? {
    guard start + CharacterHalf.length <= count, self[start] == 0x5C, self[start + 1] == 0x75 else { return nil }
    var code: UInt32 = 0
    for index in (start + 2)..<(start + CharacterHalf.length) {
      switch self[index] {
      case 0x30...0x39: code = code << 4 | UInt32(self[index] & 0x0F)
      case 0x41...0x46, 0x61...0x66: code = code << 4 | UInt32((self[index] & 0x0F) + 9)
      default: return nil
      }
    }
    return code
  }
}
