/// Looks words up in the table of British spellings.
struct WhisperSpelling: Sendable {
  static let shared = WhisperSpelling()

  /// Words of up to 13 letters by their number, the longer ones by their scalars.
  private var short: [UInt64: [UInt32]] = [:]
  private var long: [ArraySlice<UInt32>: [UInt32]] = [:]

  private init() {
    for entry in WhisperSpellingTable.entries.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let sides = entry.split(separator: ":").map { ScalarText.scalars(of: String($0)) }
      guard sides.count == 2 else { continue }
      if let key = ScalarText.key(sides[0], 0..<sides[0].count) {
        short[key] = sides[1]
      } else {
        long[sides[0][...]] = sides[1]
      }
    }
  }

  /// The words of a text, each in its American spelling, with single spaces between them.
  func standardize(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count + 8)
    for range in ScalarText.words(text) {
      if !result.isEmpty { result.append(0x20) }
      // The shortest entry has three letters, the longest twenty.
      if let key = ScalarText.key(text, range) {
        if range.count > 2, let other = short[key] {
          result.append(contentsOf: other)
          continue
        }
      } else if range.count > 13, range.count <= 24, let other = long[text[range]] {
        result.append(contentsOf: other)
        continue
      }
      result.append(contentsOf: text[range])
    }
    return result
  }
}
