/// The headings of the plain tables: `-m` and `info watch`.
struct NamedColumns {
  /// The headings in order.
  var names: [String]
  /// The words behind the headings on the same line.
  var words: [String] = []

  private static let mapping = ["NPU ID", "Slot ID", "Chip ID", "Chip Logic ID", "Chip Phy-ID", "Chip Name"]
  private static let watch = [
    "NpuID(Idx)", "ChipId(Idx)", "Pwr(W)", "Temp(C)", "AI Core(%)", "AI Cpu(%)", "Ctrl Cpu(%)", "Memory(%)",
    "Memory BW(%)", "NPU Util(%)", "AI Cube(%)",
  ]

  /// Reads the headings of `-m`; nil if the line is none.
  init?(mapping line: String) {
    guard line.hasPrefix("NPU ID"), let (names, rest) = Self.split(line, known: Self.mapping), rest.isEmpty,
      names.contains("Chip ID"), names.last == "Chip Name"
    else { return nil }
    self.names = names
  }

  /// Reads the headings of `info watch`; nil if the line is none.
  init?(watch line: String) {
    guard line.hasPrefix("NpuID(Idx)"), let (names, rest) = Self.split(line, known: Self.watch) else { return nil }
    self.names = names
    words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
    // A page that lost its line breaks holds whole rows behind the headings.
    guard words.count.isMultiple(of: names.count), words.allSatisfy({ ChipValue(key: "", text: $0).isNumberOrMissing })
    else { return nil }
  }

  /// Splits a line of headings, which hold blanks, up to a word that begins with a digit.
  ///
  /// Known ones are found by their words; others end at two blanks or a tab.
  private static func split(_ line: String, known: [String]) -> (names: [String], rest: Substring)? {
    var names: [String] = []
    var rest = Substring(line)
    while true {
      rest = rest.drop { $0.isWhitespace }
      if rest.isEmpty || rest.utf8.first?.isDecimalDigit == true {
        return Set(names).count == names.count && !names.isEmpty ? (names, rest) : nil
      }
      // A line with so many headings is none.
      guard names.count < 32 else { return nil }
      if let name = known.filter({ rest.begins(withWords: $0) }).max(by: { $0.count < $1.count }) {
        names.append(name)
        rest = rest.dropFirst(name.count)
      } else {
        let name = rest.untilWideGap
        names.append(String(name))
        rest = rest[name.endIndex...]
      }
    }
  }
}

extension ChipValue {
  /// Whether the text is what a column of numbers can hold.
  var isNumberOrMissing: Bool { isMissing || number != nil }
}

extension Substring {
  /// Whether the text begins with these words and a blank or the end follows.
  fileprivate func begins(withWords words: String) -> Bool {
    guard hasPrefix(words) else { return false }
    return dropFirst(words.count).first.map(\.isWhitespace) ?? true
  }

  /// The text before two blanks, a tab or the end.
  fileprivate var untilWideGap: Substring {
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if self[index] == "\t" { break }
      if self[index] == " ", next == endIndex || self[next] == " " { break }
      index = next
    }
    return self[..<index]
  }
}
