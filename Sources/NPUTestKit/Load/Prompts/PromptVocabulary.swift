internal import NPUMetrics

/// Words with what each of them costs in tokens, and the composition of texts of an exact cost.
///
/// The words are short everyday English ones, because the tokenizers of language models have nearly all of these as one
/// token with the space before it. Where that holds, a text of `n` words has `n` tokens.
struct PromptVocabulary: Sendable, Hashable {
  struct Word: Sendable, Hashable {
    var text: String
    /// Tokens that the word adds, with a space before it, to a text that ends in a word.
    var cost: Int
  }

  /// Words that may begin a text, with their cost there.
  let starters: [Word]
  /// Words that may follow, with their cost there; never empty.
  let words: [Word]
  /// Whether a number of tokens can be made of following words, for numbers below its length.
  private let reachable: [Bool]
  /// What every larger reachable number of tokens is a multiple of.
  private let step: Int

  /// Creates a vocabulary; words that cost nothing cannot be counted on and are left out.
  init?(starters: [Word], words: [Word]) {
    let starters = starters.filter { $0.cost > 0 }
    let words = words.filter { $0.cost > 0 }
    guard let dearest = words.map(\.cost).max(), !starters.isEmpty else { return nil }
    self.starters = starters
    self.words = words
    let costs = Set(words.map(\.cost))
    step = costs.reduce(0, PromptVocabulary.greatestCommonDivisor)
    // Above the product of the two dearest costs every multiple of the common divisor can be made; 4096 bounds the
    // table against a tokenizer that no word suits.
    var reachable = [true]
    for sum in 1...min(dearest * dearest + 1, 4_096) {
      reachable.append(costs.contains { $0 <= sum && reachable[sum - $0] })
    }
    self.reachable = reachable
  }

  /// The vocabulary for a service without a tokenizer: every word is taken to be one token.
  static let assumed = PromptVocabulary(
    starters: list.map { Word(text: $0, cost: 1) }, words: list.map { Word(text: $0, cost: 1) })

  /// Composes a text of a number of tokens by the words' costs; equal generators give equal beginnings.
  ///
  /// - Parameters:
  ///   - tokens: How many.
  ///   - isContinuation: Whether the text goes behind another one, with a space.
  ///   - generator: Where the words come from.
  /// - Returns: The text and its cost, which is lower than asked only if no words add up to it.
  func compose(tokens: Int, isContinuation: Bool, _ generator: inout SeededGenerator) -> (text: String, cost: Int) {
    var text = ""
    var remaining = tokens
    var isFirst = !isContinuation
    while remaining > 0, let word = draw(from: isFirst ? starters : words, within: remaining, &generator) {
      if !isFirst { text += " " }
      text += word.text
      remaining -= word.cost
      isFirst = false
    }
    return (text, tokens - remaining)
  }

  /// A random word after which the rest can still be made exactly; failing that one that fits; failing that none.
  private func draw(from words: [Word], within remaining: Int, _ generator: inout SeededGenerator) -> Word? {
    let start = generator.integer(in: 0...(words.count - 1))
    var fallback: Word?
    for step in words.indices {
      let word = words[(start + step) % words.count]
      guard word.cost <= remaining else { continue }
      if isReachable(remaining - word.cost) { return word }
      fallback = fallback ?? word
    }
    return fallback
  }

  private func isReachable(_ tokens: Int) -> Bool {
    tokens < reachable.count ? reachable[tokens] : tokens % step == 0
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

  /// The words, before anything is known of their cost.
  static let list: [String] =
    """
    time year people way day man thing woman life child world school state family student group country problem \
    hand part place case week company system program question work government number night point home water room \
    mother area money story fact month lot right study book eye job word business issue side kind head house \
    service friend father power hour game line end member law car city community name president team minute idea \
    kid body information back parent face others level office door health person art war history party result \
    change morning reason research girl guy moment air teacher force education foot boy age policy music market \
    sense nation plan college interest death course class effect field class paper tree road form model table \
    ground light voice color food song field stone river star wind fire snow rain summer winter spring glass bread \
    horse bird fish green white black blue red small large long short early young great little open close clear \
    strong cold warm deep high low free full hard easy good best next last
    """.split(separator: " ").map(String.init).uniqued()
}

extension [String] {
  /// The elements without repetitions, in order.
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

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
