/// A typeface of 5 by 9 dots for the printable characters of ASCII: text in an image without any font of the system.
struct BitmapFont: Sendable {
  static let shared = BitmapFont()

  /// The columns of a character.
  static let columns = 5
  /// The rows of a character: seven on the base line, two below it.
  static let rows = 9
  /// From one character to the next: one empty column.
  static let advance = columns + 1
  /// From one line to the next: two empty rows.
  static let lineHeight = rows + 2

  /// The dots of each character that has any, as columns and rows.
  private let dots: [Character: [(column: Int, row: Int)]]

  private init() {
    var dots: [Character: [(column: Int, row: Int)]] = [" ": []]
    let blocks = Self.sheet.split(separator: "\n\n")
    var code = UInt8(ascii: "!")
    for block in blocks {
      let lines = block.split(separator: "\n").map { $0.split(separator: " ") }
      for index in (lines.first ?? []).indices {
        var glyph: [(column: Int, row: Int)] = []
        for (row, line) in lines.enumerated() where index < line.endIndex {
          for (column, dot) in line[index].utf8.enumerated() where dot == UInt8(ascii: "#") {
            glyph.append((column, row))
          }
        }
        dots[Character(Unicode.Scalar(code))] = glyph
        code += 1
      }
    }
    self.dots = dots
  }

  /// The dots of a character; nil if it is not in the typeface.
  func glyph(_ character: Character) -> [(column: Int, row: Int)]? { dots[character] }

  /// The characters of a text that are not in the typeface, each once, in order; line ends are.
  func missing(in text: String) -> [Character] {
    var missing: [Character] = []
    for character in text where !character.isNewline && dots[character] == nil && !missing.contains(character) {
      missing.append(character)
    }
    return missing
  }

  /// The lines of a text.
  static func lines(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }
  }

  /// The width of a line in dots; 0 for an empty one.
  static func width(_ line: some StringProtocol) -> Int {
    // A text that fits in memory has fewer characters than would overflow this.
    Swift.max(line.count * advance - 1, 0)
  }
}
