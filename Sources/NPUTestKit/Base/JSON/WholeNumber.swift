/// Counts and indices as servers write them: 4, 4.0, 4e0 and "4" are the same number.
package enum WholeNumber {
  /// Up to here every whole number is one `Double` alone.
  private static let exactLimit = 9_007_199_254_740_992.0

  /// The number that a text holds, if it is whole, from 0, and fits.
  package static func of(_ text: String) -> Int? {
    guard text.utf8.count <= 32, let first = text.utf8.first, isDigit(first),
      text.utf8.allSatisfy({ isDigit($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) })
    else { return nil }
    return Int(text) ?? Double(text).flatMap(of)
  }

  /// A number without a fraction, from 0.
  package static func of(_ number: Double) -> Int? {
    number >= 0 && number < exactLimit ? Int(exactly: number) : nil
  }

  /// The number that a JSON value holds, if it is whole, from 0, and fits.
  package static func of(_ value: JSONValue?) -> Int? {
    switch value {
    case .int(let number): number >= 0 ? Int(exactly: number) : nil
    case .double(let number): of(number)
    case .string(let text): of(text)
    default: nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension JSONCursor {
  /// Reads a value; the number if it is whole, from 0, and fits, however it is written, as a text too.
  package mutating func wholeNumber() throws(Malformed) -> Int? {
    let start = position
    switch try peek() {
    case 0x2D, 0x30...0x39:
      let (whole, isWhole) = try anyNumber()
      if isWhole { return whole.flatMap { $0 >= 0 ? Int(exactly: $0) : nil } }
      return WholeNumber.of(literalText(start..<position))
    case 0x22: return WholeNumber.of(text(try string()))
    default:
      try skipValue()
      return nil
    }
  }
}

extension KeyedDecodingContainer where Key == JSONKey {
  /// A count or an index; `nil` where it is absent or no whole number from 0.
  package func count(_ key: JSONKey) -> Int? { WholeNumber.of(lenient(key, as: JSONValue.self)) }
}
