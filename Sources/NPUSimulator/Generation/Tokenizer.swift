/// The simulated model's tokenizer: reversible, without a vocabulary file, the same for prompts and responses.
///
/// A token is one of: up to six ASCII letters and digits; a space with up to five letters and digits after it; any
/// other single character (one Unicode scalar). Its number is its UTF-8 bytes read as a big-endian number behind a
/// leading 1, thus below 2^49, which JSON numbers hold exactly. Cutting any text into tokens and joining them gives the
/// text back.
enum Tokenizer {
  /// The longest token in bytes.
  static let longestToken = 6

  /// The number of tokens of a text.
  static func count(_ bytes: [UInt8]) -> Int {
    var position = 0
    var count = 0
    while position < bytes.count {
      position += length(in: bytes, at: position)
      count += 1
    }
    return count
  }

  /// A text cut into its tokens.
  static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var position = 0
    while position < bytes.count {
      let end = position + length(in: bytes, at: position)
      pieces.append(Array(bytes[position..<end]))
      position = end
    }
    return pieces
  }

  /// The number that stands for a token.
  static func identifier(of piece: [UInt8]) -> Int {
    piece.prefix(longestToken).reduce(1) { $0 << 8 | Int($1) }
  }

  /// The bytes of a token, or nothing if no token has this number.
  static func piece(of identifier: Int) -> [UInt8]? {
    guard identifier >= 1 << 8, identifier < 2 << (8 * longestToken) else { return nil }
    var bytes: [UInt8] = []
    var rest = identifier
    while rest > 1 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
    // A number with other bits in its leading byte was not made from whole bytes behind a 1.
    guard rest == 1, identifier >> (8 * bytes.count) == 1 else { return nil }
    return bytes.reversed()
  }

  /// The length in bytes of the token that begins at a position.
  static func length(in bytes: [UInt8], at start: Int) -> Int {
    let first = bytes[start]
    let limit = min(bytes.count, start + longestToken)
    if isWord(first) || (first == 0x20 && start + 1 < limit && isWord(bytes[start + 1])) {
      var end = start + 1
      while end < limit, isWord(bytes[end]) { end += 1 }
      return end - start
    }
    var end = start + 1
    guard first >= 0xC0 else { return 1 }
    let scalarLimit = min(bytes.count, start + (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2))
    while end < scalarLimit, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end - start
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      return true
    default: return false
    }
  }
}
