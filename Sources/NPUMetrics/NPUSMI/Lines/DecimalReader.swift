/// Reads a plain decimal number byte by byte: an optional minus sign, at most 15 digits, an optional fraction.
///
/// Anything else is no number, so that `0-78`, `NA`, `0x1F` and a number with a comment behind it stay texts. Numbers
/// of 15 digits and their powers of ten are exact in a `Double`, so the one division rounds as the written number
/// would.
struct DecimalReader {
  private static let digitLimit = 15

  private var mantissa = 0
  private var digits = 0
  private var fractionScale = 1
  private var isNegative = false
  private var hasPoint = false
  private var fractionDigits = 0
  private var isValid = true
  private var isStarted = false

  mutating func take(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      guard digits < Self.digitLimit else { return isValid = false }
      digits += 1
      mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
      if hasPoint {
        fractionScale *= 10
        fractionDigits += 1
      }
    case UInt8(ascii: "-") where !isStarted: isNegative = true
    case UInt8(ascii: ".") where !hasPoint && digits > 0: hasPoint = true
    default: isValid = false
    }
    isStarted = true
  }

  /// The whole number that was read; nil for a sign, a fraction or anything that is no number.
  var count: Int? { isValid && digits > 0 && !isNegative && !hasPoint ? mantissa : nil }

  /// The number that was read; nil for anything that is no number.
  var number: Double? {
    guard isValid, digits > 0, !hasPoint || fractionDigits > 0 else { return nil }
    let value = Double(mantissa) / Double(fractionScale)
    return isNegative ? -value : value
  }
}

extension StringProtocol {
  /// The text as a plain decimal number.
  var decimalNumber: Double? {
    var reader = DecimalReader()
    for byte in utf8 { reader.take(byte) }
    return reader.number
  }

  /// The text as a plain number without sign and fraction.
  var decimalCount: Int? {
    var reader = DecimalReader()
    for byte in utf8 { reader.take(byte) }
    return reader.count
  }
}
