/// What is repeated in a stretch of text, and how often it may be before the text is wrong.
///
/// Clean text repeats itself too: rules and rows of tables, zeros in code, laughter, refrains. What counts is how much a
/// unit says: a rule may go across a page, a word may come a dozen times, and a sentence of five words is not said four
/// times in a row. At the end of a response less is enough, since a model that loops goes on until it is stopped.
struct RepeatedUnit {
  private let scalars: [UInt32]
  /// Different words; three letters of a script without spaces count as one.
  private let words: Int
  private let hasSymbol: Bool

  init(_ scalars: [UInt32]) {
    self.scalars = scalars
    var found: Set<UInt64> = []
    var dense: Set<UInt32> = []
    var hasSymbol = false
    var word: UInt64 = 0
    func isAlphabetic(_ scalar: UInt32) -> Bool { LetterScript.of(scalar).map { !$0.isDense } ?? false }
    // The unit may begin within a word: the first gap is the place to start.
    let start = scalars.firstIndex { !isAlphabetic($0) } ?? 0
    for offset in scalars.indices {
      let scalar = scalars[(start + offset) % scalars.count]
      if isAlphabetic(scalar) {
        word = (word ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3 | 1
        continue
      }
      if word != 0 { found.insert(word) }
      word = 0
      if LetterScript.of(scalar) != nil {
        dense.insert(scalar)
      } else if !Self.isPlain(scalar) {
        hasSymbol = true
      }
    }
    if word != 0 { found.insert(word) }
    words = found.count + (dense.count + 2) / 3
    self.hasSymbol = hasSymbol
  }

  /// What is wrong with a stretch of so many characters; nil if nothing is.
  func kind(length: Int, isAtEnd: Bool) -> AnomalyKind? {
    guard let first = scalars.first else { return nil }
    if scalars.count == 1 { return length >= Self.limit(of: first, isAtEnd) ? .repeatedToken : nil }
    let times = length / scalars.count
    switch words {
    case 0 where hasSymbol: return times >= (isAtEnd ? 20 : 32) ? .repeatedToken : nil
    case 0:
      guard times >= 32, length >= (isAtEnd ? 640 : 1280) else { return nil }
      return scalars.count <= 12 ? .repeatedToken : .loop
    case 1: return times >= (isAtEnd ? 14 : 48) && length >= 40 ? .repeatedToken : nil
    case 2: return times >= (isAtEnd ? 8 : 14) && length >= 80 ? .loop : nil
    case 5... where scalars.count >= 40: return times >= (isAtEnd ? 3 : 7) && length >= 140 ? .loop : nil
    default: return times >= (isAtEnd ? 4 : 10) && length >= 100 ? .loop : nil
    }
  }

  /// From how many on a single character in a row is wrong.
  private static func limit(of scalar: UInt32, _ isAtEnd: Bool) -> Int {
    // Padding, and rules across a page.
    if WhiteSpace.contains(scalar) { return 400 }
    if isRule(scalar) { return isAtEnd ? 160 : 320 }
    // Base64 of zeros, and numbers.
    if scalar < 0x80, isPlain(scalar) || LetterScript.isASCIILetter(scalar) { return isAtEnd ? 96 : 160 }
    return isAtEnd ? 24 : 40
  }

  /// Whether a character is a digit, white space, or a mark that tables, rules and code consist of.
  private static func isPlain(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x22, 0x27, 0x28, 0x29, 0x5B, 0x5D, 0x7B, 0x7D, 0x26, 0x25, 0x24: true
    default: WhiteSpace.contains(scalar) || isRule(scalar)
    }
  }

  private static func isRule(_ scalar: UInt32) -> Bool {
    switch scalar {
    // # * + , - . / : ; < = > @ \ ^ _ ` | ~
    case 0x23, 0x2A...0x2F, 0x3A...0x3E, 0x40, 0x5C, 0x5E...0x60, 0x7C, 0x7E: true
    // Middle dots, bullets and dashes; ellipses; arrows; lines of boxes and blocks; Asian full stops and lines.
    case 0xB7, 0x2010...0x2015, 0x2022, 0x2024...0x2027, 0x2190...0x21FF, 0x2500...0x259F, 0x3001, 0x3002, 0x30FB,
      0x30FC, 0xFF0E, 0xFF1D, 0xFF3F, 0xFF5E, 0x2550, 0x22EF, 0x2217, 0x2212:
      true
    default: false
    }
  }

  /// The unit as a report shows it.
  var text: String {
    let shown = scalars.prefix(60).compactMap(Unicode.Scalar.init)
    return "'" + String(String.UnicodeScalarView(shown)) + (scalars.count > 60 ? "…" : "") + "'"
  }
}
