/// A number of any size as its digits, either exact or as text to which digits are appended.
struct WhisperNumber: Sendable {
  /// What is written for it; if exact, digits 0 to 9 without leading zeros.
  private(set) var digits: [UInt32]
  /// Whether it is text, for which no arithmetic but a multiplication is defined.
  let isText: Bool

  init(text: [UInt32]) {
    digits = text
    isText = true
  }

  private init(exact: [UInt32]) {
    let significant = exact.drop { $0 == 0x30 }
    digits = significant.isEmpty ? [0x30] : Array(significant)
    isText = false
  }

  /// A number below 100.
  init(small: UInt32) {
    self.init(exact: [0x30 + small / 10, 0x30 + small % 10])
  }

  /// A power of ten.
  init(power: Int) {
    self.init(exact: [0x31] + Array(repeating: 0x30, count: power))
  }

  /// A numeral with or without decimals: exact if it is whole, the text as it stands if not.
  init(numeral: ArraySlice<UInt32>) {
    if let whole = Self.whole(numeral, power: 0) {
      self = whole
    } else {
      self.init(text: Array(numeral))
    }
  }

  /// What further digits are appended to: nothing if it is an exact zero.
  var lead: [UInt32] { !isText && digits == [0x30] ? [] : digits }

  var endsInPoint: Bool { isText && digits.last == 0x2E }

  /// The text with further digits.
  func appending(_ small: UInt32) -> WhisperNumber {
    WhisperNumber(text: digits + WhisperNumber(small: small).digits)
  }

  /// The text with another last digit.
  func replacingLast(by digit: UInt32) -> WhisperNumber {
    WhisperNumber(text: digits.dropLast() + [0x30 + digit])
  }

  /// The exact sum with a number below 10 or 100, nil unless as many of the last digits are zeros.
  func adding(_ small: UInt32, zeros: Int) -> WhisperNumber? {
    let tail = digits.suffix(zeros)
    guard tail.allSatisfy({ $0 == 0x30 }), tail.count == zeros || digits == [0x30] else { return nil }
    let added = zeros == 1 ? [0x30 + small] : [0x30 + small / 10, 0x30 + small % 10]
    return WhisperNumber(exact: digits.dropLast(zeros) + added)
  }

  /// The product with a power of ten, nil for a text that is no number or whose product is not whole.
  ///
  /// Of an exact number only what is below a thousand is multiplied: "two thousand five hundred" is 2500.
  func multiplied(power: Int) -> WhisperNumber? {
    if isText { return Self.whole(digits[...], power: power) }
    let rest = digits.dropLast(3)
    let product = Array(digits.suffix(3)) + Array(repeating: 0x30, count: power)
    return WhisperNumber(exact: Self.sum(Array(rest) + [0x30, 0x30, 0x30], product))
  }

  /// Adds two numbers given by their digits.
  private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var carry: UInt32 = 0
    for index in 0..<max(left.count, right.count) {
      let a = index < left.count ? left[left.count - 1 - index] - 0x30 : 0
      let b = index < right.count ? right[right.count - 1 - index] - 0x30 : 0
      let digit = a + b + carry
      result.append(0x30 + digit % 10)
      carry = digit / 10
    }
    if carry > 0 { result.append(0x30 + carry) }
    return result.reversed()
  }

  /// The value of a decimal times a power of ten if that is whole, as Python's `Fraction` reads decimals.
  private static func whole(_ text: ArraySlice<UInt32>, power: Int) -> WhisperNumber? {
    var digits: [UInt32] = []
    var decimals: Int?
    for scalar in text {
      if scalar == 0x2E {
        guard decimals == nil else { return nil }
        decimals = 0
      } else {
        guard let digit = ScalarText.digit(scalar) else { return nil }
        digits.append(0x30 + digit)
        decimals = decimals.map { $0 + 1 }
      }
    }
    guard !digits.isEmpty else { return nil }
    var surplus = (decimals ?? 0) - power
    while surplus > 0 {
      guard digits.last == 0x30 else { return nil }
      digits.removeLast()
      surplus -= 1
    }
    return WhisperNumber(exact: digits + Array(repeating: 0x30, count: max(0, -surplus)))
  }
}
