/// Reads one JSON document from bytes, value by value, as the caller asks for them.
package struct JSONByteScanner {
  /// What is wrong with the document, and where.
  package struct Failure: Error, Hashable {
    package var message: String
    /// Bytes from the start of the document.
    package var offset: Int
  }

  /// How deep values that nobody asked for may be nested.
  package static let deepestNesting = 64

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Calls a closure with each key of an object; the closure reads or skips the value.
  package mutating func readObject(_ body: (String, inout JSONByteScanner) throws(Failure) -> Void) throws(Failure) {
    try expect(0x7B, "an object")
    if take(0x7D) { return }
    repeat {
      let key = try readString()
      try expect(0x3A, "a colon after key '\(key)'")
      try body(key, &self)
    } while take(0x2C)
    try expect(0x7D, "the end of the object")
  }

  /// Calls a closure before each element of an array; the closure reads or skips it.
  package mutating func readArray(_ body: (inout JSONByteScanner) throws(Failure) -> Void) throws(Failure) {
    try expect(0x5B, "an array")
    if take(0x5D) { return }
    repeat { try body(&self) } while take(0x2C)
    try expect(0x5D, "the end of the array")
  }

  /// Reads an array of whole numbers.
  package mutating func readIntegers() throws(Failure) -> [Int64] {
    var result: [Int64] = []
    try readArray { (scanner) throws(Failure) in result.append(try scanner.readInteger()) }
    return result
  }

  /// Reads a whole number.
  package mutating func readInteger() throws(Failure) -> Int64 {
    skipSpace()
    let negative = peek == 0x2D
    if negative { position += 1 }
    var magnitude: Int64 = 0
    var digits = 0
    while let byte = peek, (0x30...0x39).contains(byte) {
      let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      // Towards the sign, so that the least number fits too.
      let digit = Int64(byte &- 0x30)
      let (sum, carry) = scaled.addingReportingOverflow(negative ? -digit : digit)
      guard !overflow, !carry else { throw fail("a number that does not fit 64 bits") }
      magnitude = sum
      digits += 1
      position += 1
    }
    guard digits > 0 else { throw fail("no whole number where one is due") }
    if let byte = peek, byte == 0x2E || byte == 0x65 || byte == 0x45 {
      throw fail("a fraction where a whole number is due")
    }
    return magnitude
  }

  /// Reads a whole number or `null`.
  package mutating func readIntegerOrNull() throws(Failure) -> Int64? {
    try takeNull() ? nil : try readInteger()
  }

  /// Reads a number or `null`, fractions included.
  package mutating func readNumberOrNull() throws(Failure) -> Double? {
    if try takeNull() { return nil }
    skipSpace()
    let start = position
    passNumber()
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw fail("no number where one is due")
    }
    return value
  }

  /// Reads `true` or `false`.
  package mutating func readBool() throws(Failure) -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw fail("neither true nor false")
  }

  /// Reads a string.
  package mutating func readString() throws(Failure) -> String {
    try expect(0x22, "a string")
    let start = position
    while let byte = peek, byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
    if peek == 0x22 {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var text = Array(bytes[start..<position])
    while let byte = peek {
      position += 1
      switch byte {
      case 0x22: return String(decoding: text, as: UTF8.self)
      case 0x5C: try readEscape(into: &text)
      case 0..<0x20: throw fail("a control byte \(byte) in a string")
      default: text.append(byte)
      }
    }
    throw fail("a string without end")
  }

  /// Passes over a value of any kind.
  package mutating func skipValue(depth: Int = 0) throws(Failure) {
    guard depth < Self.deepestNesting else { throw fail("values nested deeper than \(Self.deepestNesting)") }
    skipSpace()
    switch peek {
    case 0x7B:
      try readObject { (_, scanner) throws(Failure) in try scanner.skipValue(depth: depth + 1) }
    case 0x5B:
      try readArray { (scanner) throws(Failure) in try scanner.skipValue(depth: depth + 1) }
    case 0x22: _ = try readString()
    default:
      if takeWord("true") || takeWord("false") || takeWord("null") { return }
      let start = position
      passNumber()
      guard position > start else { throw fail("no value where one is due") }
    }
  }

  /// Checks that nothing but space follows.
  package mutating func expectEnd() throws(Failure) {
    skipSpace()
    guard peek == nil else { throw fail("more after the end of the document") }
  }

  /// An error at the present place.
  package func fail(_ message: String) -> Failure {
    Failure(message: message, offset: position - bytes.startIndex)
  }

  private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func passNumber() {
    while let byte = peek, (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte) {
      position += 1
    }
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { position += 1 }
  }

  private mutating func expect(_ byte: UInt8, _ what: String) throws(Failure) {
    guard take(byte) else {
      throw fail(peek == nil ? "the end of the line where \(what) is due" : "something else where \(what) is due")
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func takeNull() throws(Failure) -> Bool { takeWord("null") }

  private mutating func takeWord(_ word: String) -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func readEscape(into text: inout [UInt8]) throws(Failure) {
    guard let byte = peek else { throw fail("an escape without end") }
    position += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: text.append(byte)
    case 0x62: text.append(0x08)
    case 0x66: text.append(0x0C)
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case 0x74: text.append(0x09)
    case 0x75:
      var code = try readHexadecimal()
      if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: [0x5C, 0x75]) {
        let afterHigh = position
        position += 2
        let low = try readHexadecimal()
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        } else {
          position = afterHigh
        }
      }
      // Half of a pair is no character: it becomes the replacement character, as elsewhere in Swift.
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw fail("an unknown escape")
    }
  }

  private mutating func readHexadecimal() throws(Failure) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      digits.first != 0x2B
    else { throw fail("an escape without four hexadecimal digits") }
    position += 4
    return code
  }
}
