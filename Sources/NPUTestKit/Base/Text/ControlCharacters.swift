extension Unicode.Scalar {
  /// Whether the character steers what shows it instead of being shown: the control characters of ASCII and Latin-1,
  /// line and paragraph separators, and the marks that turn the direction of a text.
  ///
  /// In a text from outside they move a cursor, hide words or show them in another order.
  package var isSteering: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F: true
    case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// The text with a space for each character that would steer a terminal or tear a line.
  package var onOneLine: String {
    guard unicodeScalars.contains(where: \.isSteering) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isSteering ? " " : $0 }))
  }

  /// The same for a text of several lines, whose line feeds and tabs stay.
  package var withoutSteering: String {
    let isLayout = { (scalar: Unicode.Scalar) in scalar == "\n" || scalar == "\t" }
    guard unicodeScalars.contains(where: { $0.isSteering && !isLayout($0) }) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isSteering && !isLayout($0) ? " " : $0 }))
  }
}

extension [UInt8] {
  /// A JSON text with its steering characters as escapes, which mean the same.
  ///
  /// The grammar of JSON escapes only those below a space itself; all others can stand in strings alone.
  package var escapingSteering: [UInt8] {
    // All of them begin with one of four bytes, which are rare in what is written.
    guard contains(where: { $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 }) else { return self }
    let text = String(decoding: self, as: UTF8.self)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x7F, scalar.isSteering {
        let digits = String(scalar.value, radix: 16)
        bytes.append(contentsOf: "\\u".utf8)
        bytes.append(contentsOf: repeatElement(0x30, count: 4 - digits.utf8.count))
        bytes.append(contentsOf: digits.utf8)
      } else {
        bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    return bytes
  }
}
