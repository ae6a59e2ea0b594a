extension PromptVocabulary {
  /// Asks a tokenizer what the words cost, in a few dozen questions at most times.
  ///
  /// Words are measured in groups behind an anchor word: a group of `n` words that adds `n` tokens to it consists of
  /// words of one token each, because no word has less. Only the words of groups that add more are measured one by one.
  /// Words that begin a text are measured alone, without the space that changes their token.
  ///
  /// - Parameter counter: The tokenizer.
  /// - Returns: The words with their costs.
  /// - Throws: An error of the tokenizer, or ``PromptError`` if it counts words as nothing.
  static func measured(by counter: any TokenCounter) async throws -> PromptVocabulary {
    let anchor = "the"
    let base = try await counter.tokenCount(of: anchor)
    var words: [Word] = []
    var position = 0
    while position < list.count {
      let group = list[position..<min(position + groupSize, list.count)]
      position += group.count
      let added = try await counter.tokenCount(of: "\(anchor) \(group.joined(separator: " "))") - base
      if added == group.count {
        words += group.map { Word(text: $0, cost: 1) }
      } else {
        for text in group {
          words.append(Word(text: text, cost: try await counter.tokenCount(of: "\(anchor) \(text)") - base))
        }
      }
    }
    // Words of one token make a prompt whose length cannot be misjudged; the others are for tokenizers without them.
    let single = words.filter { $0.cost == 1 }
    if single.count >= fewestSingleWords { words = single }
    var starters: [Word] = []
    for text in list.prefix(starterCount) {
      starters.append(Word(text: text, cost: try await counter.tokenCount(of: text)))
    }
    let singleStarters = starters.filter { $0.cost == 1 }
    if !singleStarters.isEmpty { starters = singleStarters }
    guard let vocabulary = PromptVocabulary(starters: starters, words: words) else {
      throw PromptError(
        kind: .invalidSetting,
        message: """
          The tokenizer counts no tokens for everyday words (\(base) for "\(anchor)"), so no prompt of a given length \
          can be made; check its endpoint, or generate token ids.
          """)
    }
    return vocabulary
  }

  private static let groupSize = 32
  private static let starterCount = 16
  /// With fewer different words than this, prompts would repeat themselves too much.
  private static let fewestSingleWords = 32
}
