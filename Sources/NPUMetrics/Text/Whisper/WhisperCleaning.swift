/// The steps that Whisper's two normalisers share.
enum WhisperCleaning {
  private enum Fate {
    case keep, space, drop
  }

  /// Removes what stands between `<` or `[` and the next `>` or `]`: `[<\[][^>\]]*[>\]]`.
  static func removingBrackets(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 == 0x3C || $0 == 0x5B }) else { return text }
    return removing(text, opens: { $0 == 0x3C || $0 == 0x5B }, closes: { $0 == 0x3E || $0 == 0x5D }, least: 0)
  }

  /// Removes what stands between parentheses, if anything does: `\(([^)]+?)\)`.
  static func removingParentheses(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(0x28) else { return text }
    return removing(text, opens: { $0 == 0x28 }, closes: { $0 == 0x29 }, least: 1)
  }

  private static func removing(
    _ text: [UInt32], opens: (UInt32) -> Bool, closes: (UInt32) -> Bool, least: Int
  ) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    // The first closing scalar at or behind the index, found once for all opening ones before it.
    var close = -1
    while index < text.count {
      if opens(text[index]) {
        if close <= index { close = text[(index + 1)...].firstIndex(where: closes) ?? text.count }
        if close < text.count, close - index > least {
          index = close + 1
          continue
        }
      }
      result.append(text[index])
      index += 1
    }
    return result
  }

  /// Replaces marks, symbols and punctuation by spaces in the NFKC form.
  static func removingSymbols(_ text: [UInt32], preservingMarks: Bool) -> [UInt32] {
    let plain = !text.contains { $0 >= 0xA0 }
    return (plain ? text : CompatibilityForms.shared.composed(text)).map { scalar in
      switch fate(scalar) {
      case .keep: scalar
      case .space: 0x20
      case .drop: preservingMarks ? scalar : 0x20
      }
    }
  }

  /// Drops nonspacing marks and replaces other marks, symbols and punctuation by spaces in the NFKD form.
  ///
  /// The symbols in `kept` stay.
  static func removingSymbolsAndDiacritics(_ text: [UInt32], keeping kept: [UInt32] = []) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    // Plain text does without the table, which takes milliseconds to unpack at its first use.
    let plain = !text.contains { $0 >= 0xA0 }
    for scalar in plain ? text : CompatibilityForms.shared.decomposed(text) {
      if kept.contains(scalar) {
        result.append(scalar)
      } else if scalar >= 0xC0, let other = letters[scalar] {
        result.append(contentsOf: other)
      } else {
        switch fate(scalar) {
        case .keep: result.append(scalar)
        case .space: result.append(0x20)
        case .drop: if !isNonspacing(scalar) { result.append(0x20) }
        }
      }
    }
    return result
  }

  /// Letters outside ASCII that do not decompose, and what Whisper writes for them.
  private static let letters: [UInt32: [UInt32]] = {
    let pairs: KeyValuePairs<Unicode.Scalar, String> = [
      "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS", "đ": "d", "Đ": "D",
      "ð": "d", "Ð": "D", "þ": "th", "Þ": "th", "ł": "l", "Ł": "L",
    ]
    return Dictionary(uniqueKeysWithValues: pairs.map { ($0.key.value, ScalarText.scalars(of: $0.value)) })
  }()

  /// By category: symbols and punctuation become spaces, marks are said to be dropped.
  @inline(__always)
  private static func fate(_ scalar: UInt32) -> Fate {
    if scalar < 0x80 {
      let plain = ScalarText.isLetter(scalar | 0x20) || ScalarText.isASCIIDigit(scalar) || scalar <= 0x20
      return plain || scalar == 0x7F ? .keep : .space
    }
    return fateOutsideASCII(scalar)
  }

  private static func fateOutsideASCII(_ scalar: UInt32) -> Fate {
    guard let properties = Unicode.Scalar(scalar)?.properties else { return .keep }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return .drop
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return .space
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .space
    default: return .keep
    }
  }

  private static func isNonspacing(_ scalar: UInt32) -> Bool {
    Unicode.Scalar(scalar)?.properties.generalCategory == .nonspacingMark
  }
}
