/// A text as an array of scalar values, with Python's notions of letter case, words and digits.
///
/// Whisper's normalisers are defined by Python's `re` and `str`, so these decide the same way: `\w` is a scalar of
/// category L, a number or an underscore; `\d` is category Nd; lower case is the full mapping with the final sigma.
enum ScalarText {
  /// The scalars of a string.
  static func scalars(of text: String) -> [UInt32] {
    let bytes = Array(text.utf8)
    var all: UInt8 = 0
    for byte in bytes { all |= byte }
    if all < 0x80 { return bytes.map(UInt32.init) }
    return text.unicodeScalars.map(\.value)
  }

  /// The string of scalars.
  static func string(of scalars: [UInt32]) -> String {
    var all: UInt32 = 0
    for scalar in scalars { all |= scalar }
    if all < 0x80 { return String(decoding: scalars.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self) }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars.lazy.compactMap(Unicode.Scalar.init))
    return String(view)
  }

  /// Whether `\w` matches.
  @inline(__always)
  static func isWord(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return isLetter(scalar | 0x20) || isASCIIDigit(scalar) || scalar == 0x5F }
    return isWordOutsideASCII(scalar)
  }

  private static func isWordOutsideASCII(_ scalar: UInt32) -> Bool {
    guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return properties.numericType != nil
    }
  }

  /// Whether a scalar is one of a to z.
  @inline(__always)
  static func isLetter(_ scalar: UInt32) -> Bool { scalar &- 0x61 < 26 }

  /// Whether a scalar is one of 0 to 9.
  @inline(__always)
  static func isASCIIDigit(_ scalar: UInt32) -> Bool { scalar &- 0x30 < 10 }

  /// The value of a decimal digit of any script, nil for what `\d` does not match.
  @inline(__always)
  static func digit(_ scalar: UInt32) -> UInt32? {
    if scalar < 0x80 { return isASCIIDigit(scalar) ? scalar - 0x30 : nil }
    guard let properties = Unicode.Scalar(scalar)?.properties, properties.numericType == .decimal,
      let value = properties.numericValue
    else { return nil }
    return UInt32(value)
  }

  /// Whether `\b` matches before an index.
  @inline(__always)
  static func isBoundary(_ text: [UInt32], _ index: Int) -> Bool {
    (index > 0 && isWord(text[index - 1])) != (index < text.count && isWord(text[index]))
  }

  /// The text in lower case, as `str.lower`.
  static func lowercased(_ text: [UInt32]) -> [UInt32] {
    var all: UInt32 = 0
    for scalar in text { all |= scalar }
    if all < 0x80 { return text.map { $0 &- 0x41 < 26 ? $0 + 0x20 : $0 } }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    for (index, scalar) in text.enumerated() {
      if scalar < 0x80 {
        result.append(scalar &- 0x41 < 26 ? scalar + 0x20 : scalar)
      } else if scalar == 0x3A3 {
        result.append(isFinalSigma(text, index) ? 0x3C2 : 0x3C3)
      } else if let known = Unicode.Scalar(scalar), known.properties.changesWhenLowercased {
        result.append(contentsOf: known.properties.lowercaseMapping.unicodeScalars.lazy.map(\.value))
      } else {
        result.append(scalar)
      }
    }
    return result
  }

  /// Whether a capital sigma ends a word: a cased letter before it and none behind, not counting what has no case.
  private static func isFinalSigma(_ text: [UInt32], _ index: Int) -> Bool {
    func isCased(_ range: some Sequence<Int>) -> Bool {
      for other in range {
        guard let properties = Unicode.Scalar(text[other])?.properties else { return false }
        if !properties.isCaseIgnorable { return properties.isCased }
      }
      return false
    }
    return isCased((0..<index).reversed()) && !isCased((index + 1)..<text.count)
  }

  /// The words between white space, as `str.split()`.
  static func words(_ text: [UInt32]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    for index in 0...text.count where index == text.count || WhiteSpace.contains(text[index]) {
      if index > start { result.append(start..<index) }
      start = index + 1
    }
    return result
  }

  /// The text with each run of white space replaced by one space.
  static func collapsed(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var inSpace = false
    for scalar in text {
      let space = WhiteSpace.contains(scalar)
      if !space { result.append(scalar) } else if !inSpace { result.append(0x20) }
      inSpace = space
    }
    return result
  }

  /// A word of up to 13 letters a to z as a number that no other such word has, nil for any other word.
  @inline(__always)
  static func key(_ text: [UInt32], _ range: Range<Int>) -> UInt64? {
    guard range.count <= 13 else { return nil }
    var key: UInt64 = 0
    for index in range {
      let letter = text[index] &- 0x60
      // Digits in base 27, of which none is 0: 27^13 is below 2^64.
      guard letter &- 1 < 26 else { return nil }
      key = key &* 27 &+ UInt64(letter)
    }
    return key
  }

  /// The number of a word that is known to have up to 13 letters a to z.
  static func key(_ word: String) -> UInt64 {
    let scalars = scalars(of: word)
    guard let key = key(scalars, 0..<scalars.count) else {
      preconditionFailure("'\(word)' is no word of up to 13 letters a to z; only such words have a number.")
    }
    return key
  }
}
