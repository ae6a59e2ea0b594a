/// White space as Python's `str.isspace` and `\s` see it, which the reference implementations of WER rely on.
///
/// These are the scalars of general category Zs and those of bidirectional class WS, B or S: U+0009 to U+000D, U+001C
/// to U+0020, U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000. Unicode's own
/// White_Space property lacks U+001C to U+001F.
enum WhiteSpace {
  /// Whether a scalar is white space.
  @inline(__always)
  static func contains(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 {
      return scalar == 0x20 || (scalar >= 0x09 && scalar <= 0x0D) || (scalar >= 0x1C && scalar < 0x20)
    }
    switch scalar {
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return true
    default: return false
    }
  }

  /// The number of UTF-8 bytes of the white space at a position of valid UTF-8, 0 if there is none.
  @inline(__always)
  static func length(at position: Int, in bytes: Span<UInt8>, end: Int) -> Int {
    let byte = bytes[position]
    if byte < 0x80 { return contains(UInt32(byte)) ? 1 : 0 }
    if byte == 0xC2, position + 1 < end {
      return contains(UInt32(bytes[position + 1])) ? 2 : 0
    }
    guard byte >= 0xE1, byte <= 0xE3, position + 2 < end else { return 0 }
    let scalar =
      UInt32(byte & 0x0F) << 12 | UInt32(bytes[position + 1] & 0x3F) << 6 | UInt32(bytes[position + 2] & 0x3F)
    return contains(scalar) ? 3 : 0
  }
}

extension WhiteSpace {
  /// A text without the white space at its ends, as Python's `str.strip` gives it.
  static func trim(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, let last = scalars.last, contains(first.value) || contains(last.value) else {
      return text
    }
    guard let start = scalars.firstIndex(where: { !contains($0.value) }),
      let end = scalars.lastIndex(where: { !contains($0.value) })
    else { return "" }
    return String(scalars[start...end])
  }
}
