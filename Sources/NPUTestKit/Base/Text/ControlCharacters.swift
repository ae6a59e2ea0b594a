internal import NPUMetrics

extension String {
  /// The text with a space for each character that would steer a terminal or tear a line.
  package var onOneLine: String {
    guard unicodeScalars.contains(where: \.isSteering) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isSteering ? " " : $0 }))
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
