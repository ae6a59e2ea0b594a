/// Splits Chinese, English and mixed text into the tokens over which a mixed error rate (MER, often just WER) is
/// counted.
///
/// The rule, scalar by scalar, after full-width forms became half-width (U+FF01 to U+FF5E, the signs U+FFE0 to U+FFE6,
/// and U+3000) and letters small:
/// - each ideograph (Unicode's Ideographic property: Han, and 〇) and each kana is a token;
/// - other letters next to each other are one token, with the apostrophes between them (`don't`; `’` becomes `'`). This
///   goes for every script but those above, so also for Thai and Hangul as written;
/// - digits next to each other are one token, with a point between two digits (`3.14`); a comma between a digit and
///   exactly three more is left out (`1,000` is `1000`). Letters and digits part: `gpt4o` is `gpt`, `4`, `o`;
/// - marks belong to the token before them; white space and controls separate; invisible format scalars are left out;
/// - punctuation and symbols separate and are left out, or are kept as a token each.
///
/// The same rule must be applied to both sides. Numbers written in characters stay characters: `二十` is two tokens and
/// never equals `20`; normalise numbers before if the service under test writes them either way. Complexity: linear.
public struct MixedTextTokenizer: Sendable, Hashable {
  /// Whether punctuation marks and symbols are tokens; they are left out by default.
  public var keepsPunctuation: Bool
  /// Whether letters become small, as they do by default.
  public var lowercases: Bool
  /// Whether full-width forms become half-width, as they do by default.
  public var foldsWidth: Bool

  /// Creates a tokeniser.
  public init(keepsPunctuation: Bool = false, lowercases: Bool = true, foldsWidth: Bool = true) {
    self.keepsPunctuation = keepsPunctuation
    self.lowercases = lowercases
    self.foldsWidth = foldsWidth
  }

  /// The tokens of a text, none of them empty.
  public func tokens(of text: String) -> [String] {
    var scalars = ScalarText.scalars(of: text)
    if foldsWidth { scalars = scalars.map(HalfWidth.folded) }
    if lowercases { scalars = ScalarText.lowercased(scalars) }

    var tokens: [String] = []
    var token: [UInt32] = []
    var open: Class?
    func close() {
      if !token.isEmpty { tokens.append(ScalarText.string(of: token)) }
      token.removeAll(keepingCapacity: true)
      open = nil
    }
    for (index, scalar) in scalars.enumerated() {
      switch Class(scalar) {
      case .letter:
        if open != .letter { close() }
        token.append(scalar)
        open = .letter
      case .digit:
        if open != .digit { close() }
        token.append(scalar)
        open = .digit
      case .ideograph:
        close()
        token.append(scalar)
        open = .ideograph
      case .mark:
        // A mark at the beginning of a text or a line has no token to belong to and is one itself.
        if token.isEmpty { open = .mark }
        token.append(scalar)
      case .invisible: break
      case .separator: close()
      case .symbol:
        switch Self.joint(scalars, index, in: open) {
        case .kept(let joint): token.append(joint)
        case .skipped: break
        case .none:
          close()
          if keepsPunctuation {
            token.append(scalar)
            open = .symbol
          }
        }
      }
    }
    close()
    return tokens
  }
}

extension MixedTextTokenizer {
  private enum Class {
    case letter, digit, ideograph, mark, symbol, separator, invisible

    init(_ scalar: UInt32) {
      if scalar < 0x80 {
        if ScalarText.isLetter(scalar | 0x20) {
          self = .letter
        } else if ScalarText.isASCIIDigit(scalar) {
          self = .digit
        } else {
          self = scalar <= 0x20 || scalar == 0x7F ? .separator : .symbol
        }
        return
      }
      guard let properties = Unicode.Scalar(scalar)?.properties else {
        self = .separator
        return
      }
      if properties.isIdeographic {
        self = .ideograph
        return
      }
      switch properties.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
      case .decimalNumber: self = .digit
      case .format: self = .invisible
      case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator: self = .separator
      case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .connectorPunctuation, .dashPunctuation,
        .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation:
        self = .symbol
      default:
        // Hiragana, Katakana and its extensions; half-width kana are letters of the same script.
        let isKana = (0x3041...0x30FF).contains(scalar) || (0x31F0...0x31FF).contains(scalar)
        self = isKana || (0xFF66...0xFF9D).contains(scalar) ? .ideograph : .letter
      }
    }
  }

  private enum Joint {
    case kept(UInt32)
    case skipped
    case none
  }

  /// What becomes of a symbol inside a word or a number.
  private static func joint(_ text: [UInt32], _ index: Int, in open: Class?) -> Joint {
    guard index + 1 < text.count else { return .none }
    func isDigit(_ offset: Int) -> Bool { index + offset < text.count && Class(text[index + offset]) == .digit }
    switch (text[index], open) {
    case (0x27, .letter), (0x2019, .letter):
      return Class(text[index + 1]) == .letter ? .kept(0x27) : .none
    case (0x2E, .digit):
      return isDigit(1) ? .kept(0x2E) : .none
    case (0x2C, .digit):
      return isDigit(1) && isDigit(2) && isDigit(3) && !isDigit(4) ? .skipped : .none
    default: return .none
    }
  }
}
