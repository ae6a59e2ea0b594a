/// Lines and texts of an output of the tool.
extension Span where Element == UInt8 {
  /// The line that begins at a place, without the blanks around it, and the place after its end.
  func line(from start: Int) -> (trimmed: Range<Int>, next: Int) {
    var end = start
    while end < count, self[end] != UInt8(ascii: "\n") { end += 1 }
    return (trimmed(start..<end), end < count ? end + 1 : end)
  }

  /// A range without the blanks, tabs and carriage returns around it.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, self[lower].isLineBlank { lower += 1 }
    while upper > lower, self[upper - 1].isLineBlank { upper -= 1 }
    return lower..<upper
  }

  /// The text of a range; bytes that are no UTF-8 become replacement characters.
  func text(_ range: Range<Int>) -> String {
    unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The beginning of the text of a range, for messages.
  func excerpt(_ range: Range<Int>, limit: Int = 200) -> String {
    guard range.count > limit else { return text(range) }
    return text(range.lowerBound..<range.lowerBound + limit) + "..."
  }

  /// Whether the bytes of a range say that there is no value.
  func isMissing(_ range: Range<Int>) -> Bool {
    switch range.count {
    case 0: true
    case 1: self[range.lowerBound] == UInt8(ascii: "-")
    case 2: self[range.lowerBound] == UInt8(ascii: "N") && self[range.lowerBound + 1] == UInt8(ascii: "A")
    default: false
    }
  }

  /// A range as a plain number without sign and fraction.
  func wholeNumber(_ range: Range<Int>) -> Int? {
    var reader = DecimalReader()
    for index in range { reader.take(self[index]) }
    return reader.count
  }

  /// A range as a plain decimal number.
  func decimalNumber(_ range: Range<Int>) -> Double? {
    var reader = DecimalReader()
    for index in range { reader.take(self[index]) }
    return reader.number
  }
}

extension UInt8 {
  /// Whether this separates words inside a line or is left over from its end.
  var isLineBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r") }
  /// Whether this is a decimal digit.
  var isDecimalDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  /// Whether this is a letter of ASCII.
  var isASCIILetter: Bool { (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z") }
}
