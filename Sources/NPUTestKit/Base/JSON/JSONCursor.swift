/// A position in the bytes of one JSON text, and the steps by which a reader moves over it.
///
/// Reads the grammar of RFC 8259 in full, except that it does not check whether strings are valid UTF-8 or their
/// surrogate pairs complete. Nothing is copied. Every step throws ``Malformed`` where the text breaks the grammar or
/// ends, and none traps, whatever the bytes.
///
/// It stands on a pointer because a `Span` cannot be kept in a mutable value without lifetime annotations, which the
/// language does not offer yet. The pointer is confined: no other file uses it, every read is guarded by the count, and
/// a cursor lives only inside the closure of ``scan(_:_:)``.
///
/// Its steps are inlined into readers of other modules: each closure called would cost as much as the bytes it reads.
/// For that the types themselves must be usable from inlined code, not only their members; else the compiler calls all
/// of them, without a word.
@safe @usableFromInline package struct JSONCursor {
  /// The text breaks the grammar of JSON, ends too early or is nested too deep.
  @usableFromInline package struct Malformed: Error {
    @inlinable package init() {}
  }

  /// Deepest nesting of objects and arrays that is read.
  @inlinable package static var maximumDepth: Int { 64 }

  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let count: Int
  /// The next byte to read.
  @usableFromInline package internal(set) var position = 0
  @usableFromInline var depth = 0
  /// Whether a string that was read has half a character: the escape of one surrogate without the other.
  @usableFromInline package internal(set) var hasCharacterHalf = false
  /// The bytes of strings that were read, put together by "or"; some of those behind them count too.
  @usableFromInline var bits: UInt64 = 0

  /// Whether a string that was read may have bytes beyond ASCII, of which nobody has asked yet whether they are UTF-8.
  @inlinable package var mayBeBeyondASCII: Bool { bits & 0x8080_8080_8080_8080 != 0 }

  @inlinable init(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Runs a reader over bytes; returns `nil` for no bytes at all.
  @inlinable @inline(__always)
  package static func scan<Result>(_ bytes: Span<UInt8>, _ body: (inout JSONCursor) -> Result) -> Result? {
    unsafe bytes.withUnsafeBufferPointer { buffer -> Result? in
      guard let base = buffer.baseAddress, buffer.count > 0 else { return nil }
      var cursor = unsafe JSONCursor(base: base, count: buffer.count)
      return body(&cursor)
    }
  }

  /// Whether all bytes have been read.
  @inlinable package var isAtEnd: Bool { position >= count }

  /// The byte at the position.
  @inlinable @inline(__always)
  package func peek() throws(Malformed) -> UInt8 {
    guard position < count else { throw Malformed() }
    return unsafe base[position]
  }

  /// Passes over white space.
  @inlinable @inline(__always)
  package mutating func skipSpace() {
    while position < count {
      let byte = unsafe base[position]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  /// Reads the entries of an object; at each value the closure is told the key and must read the value.
  @inlinable @inline(__always)
  package mutating func object(_ body: (inout JSONCursor, Key) throws(Malformed) -> Void) throws(Malformed) {
    var hasEntry = try enter(.object)
    while hasEntry {
      try body(&self, key())
      hasEntry = try another(in: .object)
    }
  }

  /// Reads the elements of an array; at each the closure must read the value.
  @inlinable @inline(__always)
  package mutating func array(_ body: (inout JSONCursor) throws(Malformed) -> Void) throws(Malformed) {
    var hasElement = try enter(.array)
    while hasElement {
      try body(&self)
      hasElement = try another(in: .array)
    }
  }

  /// Reads a string and returns where its characters lie, without the quotes and with its escapes as they stand.
  @inlinable @inline(__always)
  package mutating func string() throws(Malformed) -> Range<Int> {
    try expect(0x22)
    let start = position
    while true {
      skipPlainCharacters()
      switch try peek() {
      case 0x22:
        position += 1
        return start..<(position - 1)
      case 0x5C:
        try skipEscape()
      case 0..<0x20:
        throw Malformed()
      case let byte:
        bits |= UInt64(byte)
        position += 1
      }
    }
  }

  /// Reads a string; whether it is a text that is written without escapes.
  @inlinable @inline(__always)
  package mutating func stringEquals(_ text: StaticString) throws(Malformed) -> Bool {
    let range = try string()
    return unsafe text ~= Key(start: base + range.lowerBound, count: range.count)
  }

  /// Whether the characters of a string that was read are a text that is written without escapes.
  @inlinable package func isText(_ range: Range<Int>, _ text: StaticString) -> Bool {
    unsafe text ~= Key(start: base + range.lowerBound, count: range.count)
  }

  /// Reads a number; returns it if it is a whole number from 0 that fits an `Int`, otherwise `nil`.
  package mutating func number() throws(Malformed) -> Int? {
    let isNegative = try peek() == 0x2D
    return try anyNumber().whole.flatMap { isNegative ? nil : Int(exactly: $0) }
  }

  /// Reads a number; returns its value if it is whole and fits 64 bits, and whether it is written without a fraction.
  package mutating func anyNumber() throws(Malformed) -> (whole: Int64?, isWhole: Bool) {
    let isNegative = try peek() == 0x2D
    if isNegative { position += 1 }
    let first = position
    var value: Int64? = 0
    while position < count, let digit = unsafe Self.digit(base[position]) {
      if let (scaled, overflow) = value?.multipliedReportingOverflow(by: 10) {
        // Towards the sign, so that the least number fits too.
        let (sum, carry) = scaled.addingReportingOverflow(Int64(isNegative ? -digit : digit))
        value = overflow || carry ? nil : sum
      }
      position += 1
    }
    guard position > first, unsafe base[first] != 0x30 || position == first + 1 else { throw Malformed() }
    var isWhole = true
    if position < count, unsafe base[position] == 0x2E {
      isWhole = false
      position += 1
      try skipDigits()
    }
    if position < count, unsafe base[position] | 0x20 == 0x65 {
      isWhole = false
      position += 1
      let sign = try peek()
      if sign == 0x2B || sign == 0x2D { position += 1 }
      try skipDigits()
    }
    return (isWhole ? value : nil, isWhole)
  }

  /// Passes over a value of any kind.
  package mutating func skipValue() throws(Malformed) {
    switch try peek() {
    case 0x22: _ = try string()
    case 0x7B: try object { (cursor, _) throws(Malformed) in try cursor.skipValue() }
    case 0x5B: try array { (cursor) throws(Malformed) in try cursor.skipValue() }
    case 0x74: try literal("true")
    case 0x66: try literal("false")
    case 0x6E: try literal("null")
    default: _ = try number()
    }
  }

  /// Passes over `null` and says so; leaves anything else alone.
  @inlinable @inline(__always)
  package mutating func null() throws(Malformed) -> Bool {
    guard try peek() == 0x6E else { return false }
    try literal("null")
    return true
  }
}

// MARK: - Steps

extension JSONCursor {
  @inlinable @inline(__always)
  mutating func expect(_ byte: UInt8) throws(Malformed) {
    guard try peek() == byte else { throw Malformed() }
    position += 1
  }

  /// What holds other values.
  @usableFromInline
  package enum Container: UInt8 {
    /// Entries between braces.
    case object = 0x7B
    /// Elements between brackets.
    case array = 0x5B

    /// The byte that closes it, in ASCII two behind the one that opens it.
    @inlinable @inline(__always)
    var end: UInt8 { rawValue + 2 }
  }

  /// Reads the beginning of an object or an array; whether it holds anything.
  @inlinable @inline(__always)
  package mutating func enter(_ container: Container) throws(Malformed) -> Bool {
    try expect(container.rawValue)
    depth += 1
    guard depth <= Self.maximumDepth else { throw Malformed() }
    skipSpace()
    return try !leave(container)
  }

  /// After an element: whether another follows; otherwise the end was read.
  @inlinable @inline(__always)
  package mutating func another(in container: Container) throws(Malformed) -> Bool {
    skipSpace()
    if try leave(container) { return false }
    try expect(0x2C)
    skipSpace()
    return true
  }

  /// Reads the name of an entry and the colon behind it.
  @inlinable @inline(__always)
  package mutating func key() throws(Malformed) -> Key {
    let name = try string()
    skipSpace()
    try expect(0x3A)
    skipSpace()
    return unsafe Key(start: base + name.lowerBound, count: name.count)
  }

  @inlinable @inline(__always)
  mutating func leave(_ container: Container) throws(Malformed) -> Bool {
    guard try peek() == container.end else { return false }
    position += 1
    depth -= 1
    return true
  }

  /// Moves to the next quote, backslash or control character, or to within eight bytes of the end; eight bytes a step.
  @inlinable @inline(__always)
  mutating func skipPlainCharacters() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    while position + 8 <= count {
      let word = unsafe UInt64(
        littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
      bits |= word
      // The classic test for a zero byte, exact up to the first hit; for less than 0x20 likewise.
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      let hits =
        ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word) & tops
      guard hits == 0 else {
        position += hits.trailingZeroBitCount >> 3
        return
      }
      position += 8
    }
  }

  @usableFromInline
  mutating func skipEscape() throws(Malformed) {
    position += 1
    let kind = try peek()
    position += 1
    switch kind {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return
    case 0x75:
      let code = try hexadecimal()
      guard code & 0xF800 == 0xD800 else { return }
      // The second half must follow the first at once.
      guard code < 0xDC00, position + 2 <= count, unsafe base[position] == 0x5C, unsafe base[position + 1] == 0x75
      else {
        hasCharacterHalf = true
        return
      }
      let start = position
      position += 2
      guard try hexadecimal() & 0xFC00 != 0xDC00 else { return }
      hasCharacterHalf = true
      position = start
    default: throw Malformed()
    }
  }

  private mutating func hexadecimal() throws(Malformed) -> UInt16 {
    var code: UInt16 = 0
    for _ in 0..<4 {
      let byte = try peek()
      guard Self.digit(byte) != nil || (0x61...0x66).contains(byte | 0x20) else { throw Malformed() }
      // Letters of both cases end in the same four bits, one less than what they stand for above nine.
      code = code << 4 | UInt16(byte <= 0x39 ? byte & 0x0F : (byte & 0x0F) + 9)
      position += 1
    }
    return code
  }

  private mutating func skipDigits() throws(Malformed) {
    guard try Self.digit(peek()) != nil else { throw Malformed() }
    while position < count, unsafe Self.digit(base[position]) != nil { position += 1 }
  }

  /// Passes over a word of the grammar, such as `true`.
  @inlinable @inline(__always)
  package mutating func literal(_ text: StaticString) throws(Malformed) {
    let size = text.utf8CodeUnitCount
    guard size <= count - position else { throw Malformed() }
    for offset in 0..<size {
      guard unsafe base[position + offset] == text.utf8Start[offset] else { throw Malformed() }
    }
    position += size
  }

  @inlinable @inline(__always)
  static func digit(_ byte: UInt8) -> Int? {
    let value = byte &- 0x30
    return value <= 9 ? Int(value) : nil
  }
}

// MARK: - Texts

extension JSONCursor {
  /// The characters of a string that was read, its escapes resolved.
  ///
  /// Half of a surrogate pair is no character, nor are bytes that are not UTF-8: each becomes U+FFFD, as elsewhere in
  /// Swift.
  package func text(_ range: Range<Int>) -> String {
    unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count).span.jsonText
  }

  /// The bytes of a number that was read, as text.
  package func literalText(_ range: Range<Int>) -> String {
    unsafe String(repairing: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count).span)
  }

  /// The name of an entry, as it stands in the text; valid only while its value is being read.
  ///
  /// A name that is written with escapes equals none: no server writes its own names so.
  @safe @usableFromInline package struct Key {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let count: Int

    @inlinable init(start: UnsafePointer<UInt8>, count: Int) {
      unsafe self.start = start
      self.count = count
    }

    /// The name with its escapes resolved.
    package var text: String { unsafe UnsafeBufferPointer(start: start, count: count).span.jsonText }

    /// Whether the key is a name.
    @inlinable @inline(__always)
    package static func ~= (name: StaticString, key: Key) -> Bool {
      guard key.count == name.utf8CodeUnitCount else { return false }
      for offset in 0..<key.count {
        guard unsafe key.start[offset] == name.utf8Start[offset] else { return false }
      }
      return true
    }
  }
}
