extension String {
  /// The columns that the text takes on a terminal: 2 for the wide characters of East Asia and for emoji, 0 for marks.
  ///
  /// Widths follow Unicode's Standard Annex 11: what is neither wide nor full-width takes one column.
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The text followed or preceded by as many spaces as fill a width.
  func padded(to width: Int, alignment: ConsoleTable.Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - displayWidth))
    return alignment == .left ? self + space : space + self
  }
}

extension String {
  /// The text in lines of at most so many columns, broken at spaces; a longer word stays whole.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.displayWidth + 1 + String(word).displayWidth <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension Character {
  fileprivate var displayWidth: Int {
    var width = 0
    for scalar in unicodeScalars {
      let properties = scalar.properties
      switch properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format, .control: continue
      default: break
      }
      let isWide = wideRanges.contains { $0.contains(scalar.value) } || properties.isEmojiPresentation
      width = max(width, isWide ? 2 : 1)
    }
    // A variation selector asks for the emoji, which is wide.
    if unicodeScalars.count > 1, unicodeScalars.contains("\u{FE0F}") { width = 2 }
    return width
  }
}

/// The ranges of wide and full-width characters: Hangul, CJK and its punctuation, kana, Yi, full-width forms, planes 2
/// and 3.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
  0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
  0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
]
