/// Writes JSON into a reused array of bytes, keys in the order of the calls, without intermediate values.
package struct JSONByteWriter {
  /// What was written.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Creates a writer without bytes.
  package init() {}

  /// Forgets what was written but keeps the memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Ends a line; the next value starts a new document.
  package mutating func endLine() {
    bytes.append(0x0A)
    needsComma = false
  }

  package mutating func beginObject() { open(0x7B) }
  package mutating func endObject() { close(0x7D) }
  package mutating func beginArray() { open(0x5B) }
  package mutating func endArray() { close(0x5D) }

  package mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(0x3A)
    needsComma = false
  }

  package mutating func value(_ integer: Int64) {
    separate()
    append(integer)
    needsComma = true
  }

  package mutating func value(_ integer: Int) { value(Int64(integer)) }

  /// Writes a number so that it reads back the same; infinities and NaN, which JSON lacks, become `null`.
  package mutating func value(_ number: Double) {
    guard number.isFinite else { return null() }
    raw(number.description)
  }

  package mutating func value(_ text: String) {
    separate()
    quote(text)
    needsComma = true
  }

  package mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }

  package mutating func null() { raw("null") }

  /// Writes a document that is JSON already.
  package mutating func raw(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
    needsComma = true
  }

  private mutating func open(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(0x2C) }
  }

  private mutating func append(_ integer: Int64) {
    if integer < 0 { bytes.append(0x2D) }
    var rest = integer.magnitude
    let start = bytes.count
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.append(0x30 &+ UInt8(truncatingIfNeeded: digit))
      rest = quotient
    } while rest > 0
    // The digits came lowest first.
    var low = start
    var high = bytes.count - 1
    while low < high {
      bytes.swapAt(low, high)
      low += 1
      high -= 1
    }
  }

  private mutating func quote(_ text: String) {
    let start = bytes.count
    // What may begin a character that steers a terminal is seen on the way; such texts are rare.
    var maySteer = false
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
        bytes.append(contentsOf: digits.utf8)
      case 0x7F, 0xC2, 0xD8, 0xE2:
        maySteer = true
        bytes.append(byte)
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
    guard maySteer else { return }
    let escaped = Array(bytes[start...]).escapingSteering
    bytes.replaceSubrange(start..., with: escaped)
  }
}
