/// The tokens of one text, one after the other: a fixed text, or words drawn by a seed without end.
struct TextSource: Sendable {
  private let fixed: [[UInt8]]
  private let vocabulary: Vocabulary
  private var random: SplitMix64
  private var opensText: Bool
  private var position = 0

  /// - Parameters:
  ///   - fixed: Tokens that come first, in this order.
  ///   - script: The script of the words drawn after them.
  ///   - seed: What decides the words.
  ///   - opensText: Whether the first drawn word stands at the beginning of a text.
  init(fixed: [[UInt8]] = [], script: Script, seed: UInt64, opensText: Bool) {
    self.fixed = fixed
    self.vocabulary = .of(script)
    self.random = SplitMix64(seed: seed)
    self.opensText = opensText && fixed.isEmpty
  }

  /// The next token.
  mutating func next() -> [UInt8] {
    if position < fixed.count {
      position += 1
      return fixed[position - 1]
    }
    let words = opensText ? vocabulary.openers : vocabulary.followers
    opensText = false
    return words[random.index(below: words.count)]
  }
}
