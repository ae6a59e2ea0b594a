internal import NIOCore

/// JSON written straight into a buffer; the callers write the punctuation between values.
extension ByteBuffer {
  /// Writes a quoted string.
  mutating func writeJSON(_ text: String) {
    writeJSON(Array(text.utf8))
  }

  /// Writes a quoted string given as UTF-8.
  mutating func writeJSON(_ bytes: [UInt8]) {
    writeInteger(UInt8(ascii: "\""))
    writeJSONContent(bytes)
    writeInteger(UInt8(ascii: "\""))
  }

  /// Writes a string, or null.
  mutating func writeJSON(_ text: String?) {
    if let text { writeJSON(text) } else { writeStaticString("null") }
  }

  /// Writes the inside of a string, escaping what JSON demands.
  mutating func writeJSONContent(_ bytes: [UInt8]) {
    guard bytes.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else {
      writeBytes(bytes)
      return
    }
    for byte in bytes {
      switch byte {
      case 0x22: writeStaticString("\\\"")
      case 0x5C: writeStaticString("\\\\")
      case 0x08: writeStaticString("\\b")
      case 0x09: writeStaticString("\\t")
      case 0x0A: writeStaticString("\\n")
      case 0x0C: writeStaticString("\\f")
      case 0x0D: writeStaticString("\\r")
      case 0..<0x20:
        writeStaticString("\\u00")
        writeInteger(Self.hexDigit(byte >> 4))
        writeInteger(Self.hexDigit(byte & 15))
      default: writeInteger(byte)
      }
    }
  }

  /// Writes a string as Python's `json.dumps` does: everything outside ASCII is escaped.
  mutating func writeASCIIJSON(_ text: String) {
    writeInteger(UInt8(ascii: "\""))
    for unit in text.utf16 {
      if unit < 0x80 {
        writeJSONContent([UInt8(truncatingIfNeeded: unit)])
      } else {
        writeStaticString("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] { writeInteger(Self.hexDigit(UInt8(unit >> shift & 15))) }
      }
    }
    writeInteger(UInt8(ascii: "\""))
  }

  /// Writes a whole number in decimal digits.
  mutating func writeDecimal(_ value: Int) {
    guard value < 0 || value > 9 else {
      writeInteger(UInt8(ascii: "0") + UInt8(value))
      return
    }
    writeString(String(value))
  }

  /// Writes a list of numbers with its brackets.
  mutating func writeJSON(_ values: [Int]) {
    writeInteger(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { writeInteger(UInt8(ascii: ",")) }
      writeDecimal(value)
    }
    writeInteger(UInt8(ascii: "]"))
  }

  static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
