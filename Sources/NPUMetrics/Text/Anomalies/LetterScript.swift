/// The script of a letter, as far as it matters for what belongs in a text.
///
/// Digits, punctuation, symbols, emoji and mathematical letters belong to no script. Scripts that nearly no text of today
/// is written in are one, ``rare``.
public enum LetterScript: UInt8, Sendable, Hashable, CaseIterable {
  /// The scripts in use.
  case latin, greek, cyrillic, armenian, hebrew, arabic, syriac, thaana, devanagari, bengali, gurmukhi, gujarati,
    oriya, tamil, telugu, kannada, malayalam, sinhala, thai, lao, tibetan, myanmar, georgian, hangul, ethiopic,
    cherokee, canadian, khmer, mongolian, kana, bopomofo, han, rare

  /// The name, in English.
  public var name: String { "\(self)" }

  /// The script of a character; nil if it belongs to none.
  public init?(_ scalar: Unicode.Scalar) {
    guard let script = LetterScript.of(scalar.value) else { return nil }
    self = script
  }

  /// The script of a code point; nil if it belongs to none.
  @inline(__always)
  static func of(_ scalar: UInt32) -> LetterScript? {
    if scalar < 0x80 { return isASCIILetter(scalar) ? .latin : nil }
    // Nearly all that is not ASCII is of these.
    if scalar >= 0x4E00, scalar <= 0x9FFF { return .han }
    if scalar >= 0x0400, scalar <= 0x052F { return .cyrillic }
    return search(scalar)
  }

  @inline(__always)
  static func isASCIILetter(_ scalar: UInt32) -> Bool { (scalar | 0x20) &- 0x61 < 26 }

  private static func search(_ scalar: UInt32) -> LetterScript? {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].last < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < ranges.count, ranges[low].first <= scalar else { return nil }
    return ranges[low].script
  }

  /// Whether it is written without spaces between words, so that a letter of it weighs more than one of an alphabet.
  var isDense: Bool {
    switch self {
    case .han, .kana, .hangul, .bopomofo, .thai, .lao, .khmer, .myanmar, .tibetan: true
    default: false
    }
  }
}

extension LetterScript {
  private struct Range {
    var first: UInt32
    var last: UInt32
    var script: LetterScript
  }

  /// Blocks of the Unicode Standard 16, with the punctuation between their letters left out where it is common.
  private static let ranges: [Range] = [
    ([0xAA...0xAA, 0xBA...0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x2E0...0x2E4], .latin),
    ([0x370...0x373, 0x376...0x37D, 0x37F...0x37F, 0x386...0x386, 0x388...0x3FF], .greek),
    ([0x400...0x52F], .cyrillic), ([0x531...0x58F], .armenian), ([0x591...0x5F4], .hebrew),
    ([0x610...0x61A, 0x620...0x6FF], .arabic), ([0x700...0x74F], .syriac), ([0x750...0x77F], .arabic),
    ([0x780...0x7BF], .thaana), ([0x7C0...0x85F], .rare), ([0x860...0x86F], .syriac), ([0x870...0x8FF], .arabic),
    ([0x900...0x963, 0x966...0x97F], .devanagari), ([0x980...0x9FF], .bengali), ([0xA00...0xA7F], .gurmukhi),
    ([0xA80...0xAFF], .gujarati), ([0xB00...0xB7F], .oriya), ([0xB80...0xBFF], .tamil), ([0xC00...0xC7F], .telugu),
    ([0xC80...0xCFF], .kannada), ([0xD00...0xD7F], .malayalam), ([0xD80...0xDFF], .sinhala), ([0xE01...0xE3A], .thai),
    ([0xE40...0xE5B], .thai), ([0xE80...0xEFF], .lao), ([0xF00...0xFFF], .tibetan), ([0x1000...0x109F], .myanmar),
    ([0x10A0...0x10FF], .georgian), ([0x1100...0x11FF], .hangul), ([0x1200...0x139F], .ethiopic),
    ([0x13A0...0x13FF], .cherokee), ([0x1400...0x167F], .canadian), ([0x1680...0x177F], .rare),
    ([0x1780...0x17FF], .khmer), ([0x1800...0x18AF], .mongolian), ([0x18B0...0x18FF], .canadian),
    ([0x1900...0x1AAF, 0x1B00...0x1C7F], .rare), ([0x1C80...0x1C8F], .cyrillic), ([0x1C90...0x1CBF], .georgian),
    ([0x1D00...0x1DBF, 0x1E00...0x1EFF], .latin), ([0x1F00...0x1FFF], .greek), ([0x2C00...0x2C5F], .rare),
    ([0x2C60...0x2C7F], .latin), ([0x2C80...0x2CFF], .rare), ([0x2D00...0x2D2F], .georgian), ([0x2D30...0x2D7F], .rare),
    ([0x2D80...0x2DDF], .ethiopic), ([0x2DE0...0x2DFF], .cyrillic), ([0x2E80...0x2FDF], .han),
    ([0x3005...0x3007, 0x3021...0x3029, 0x3038...0x303B], .han), ([0x3041...0x309F, 0x30A1...0x30FA], .kana),
    ([0x30FC...0x30FF], .kana), ([0x3105...0x312F], .bopomofo), ([0x3131...0x318F], .hangul),
    ([0x31A0...0x31BF], .bopomofo), ([0x31F0...0x31FF], .kana), ([0x3400...0x4DBF, 0x4E00...0x9FFF], .han),
    ([0xA000...0xA63F], .rare), ([0xA640...0xA69F], .cyrillic), ([0xA6A0...0xA6FF], .rare), ([0xA722...0xA7FF], .latin),
    ([0xA800...0xA82F, 0xA840...0xA8DF], .rare), ([0xA8E0...0xA8FF], .devanagari), ([0xA900...0xA95F], .rare),
    ([0xA960...0xA97F], .hangul), ([0xA980...0xA9DF], .rare), ([0xA9E0...0xA9FF], .myanmar), ([0xAA00...0xAA5F], .rare),
    ([0xAA60...0xAA7F], .myanmar), ([0xAA80...0xAAFF], .rare), ([0xAB00...0xAB2F], .ethiopic),
    ([0xAB30...0xAB6F], .latin), ([0xAB70...0xABBF], .cherokee), ([0xABC0...0xABFF], .rare),
    ([0xAC00...0xD7FF], .hangul),
    ([0xF900...0xFAFF], .han), ([0xFB00...0xFB06], .latin), ([0xFB13...0xFB17], .armenian),
    ([0xFB1D...0xFB4F], .hebrew),
    ([0xFB50...0xFDFF, 0xFE70...0xFEFC], .arabic), ([0xFF21...0xFF3A, 0xFF41...0xFF5A], .latin),
    ([0xFF66...0xFF9F], .kana), ([0xFFA0...0xFFDC], .hangul), ([0x10000...0x1AFEF], .rare),
    ([0x1AFF0...0x1B16F], .kana),
    ([0x1B170...0x1CFFF], .rare), ([0x1E000...0x1EDFF], .rare), ([0x20000...0x323AF], .han),
  ].flatMap { (parts: [ClosedRange<UInt32>], script: LetterScript) in
    parts.map { Range(first: $0.lowerBound, last: $0.upperBound, script: script) }
  }
}

/// Some of the scripts.
public struct LetterScripts: OptionSet, Sendable, Hashable {
  /// A bit for each script, by its raw value.
  public var rawValue: UInt64

  /// Creates a set from its bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The set of one script.
  public init(_ script: LetterScript) { rawValue = 1 << UInt64(script.rawValue) }

  /// Whether a script is among them.
  public func contains(_ script: LetterScript) -> Bool { contains(LetterScripts(script)) }

  /// The scripts that a text of these may have as well: Japanese is written with Han, Korean and Chinese sometimes too.
  var withCompanions: LetterScripts {
    var all = union(LetterScripts(.latin))
    for script in [LetterScript.kana, .hangul, .bopomofo] where contains(script) { all.insert(LetterScripts(.han)) }
    return all
  }
}
