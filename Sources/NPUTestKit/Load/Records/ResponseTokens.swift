internal import NPUServices

/// Counts the tokens of a response from the usage objects and token ids in its events.
///
/// Usage is the last that any event gave. Only where each of several choices ended with a usage of its own and no event
/// counted them all, as with MindIE, is it their sum, with the prompt counted once.
struct ResponseTokens {
  private var last: ChunkUsage?
  private var listedTokenIDs: Int?
  /// The usage in the finish event of each choice, while no event has counted more than that.
  private var perChoice: [UInt64: ChunkUsage] = [:]
  private var hasCommonUsage = false
  /// The running count of the choice of each bit, where a stream has more than one; index 0 is in the plain number.
  private var counted = 0
  private var countedOfOthers: [UInt64: Int] = [:]
  /// Whether any event bore a token.
  private var boreTokens = false

  /// Takes what one event carried; how many tokens it bore, where token ids or a running usage count say it.
  mutating func add(_ facts: ChunkFacts) -> Int32? {
    if let count = facts.tokenIDs { listedTokenIDs = (listedTokenIDs ?? 0) + count }
    if let usage = facts.usage, usage != ChunkUsage() { note(usage, facts) }
    guard !facts.content.isDisjoint(with: .token) else { return nil }
    boreTokens = true
    if let count = facts.tokenIDs { return Int32(clamping: count) }
    guard let total = facts.usage?.completionTokens, total > 0 else { return nil }
    // Servers count each choice for itself.
    let before = facts.choices == 1 ? counted : countedOfOthers[facts.choices] ?? 0
    guard total >= before else { return nil }
    if facts.choices == 1 { counted = total } else { countedOfOthers[facts.choices] = total }
    return Int32(clamping: total - before)
  }

  private mutating func note(_ usage: ChunkUsage, _ facts: ChunkFacts) {
    last = usage
    guard !hasCommonUsage else { return }
    if facts.choices.nonzeroBitCount == 1, facts.choices == facts.finishedChoices {
      perChoice[facts.choices] = usage
    } else {
      hasCommonUsage = true
      perChoice = [:]
    }
  }

  /// A count, unless no request has so many tokens.
  private static func believed(_ count: Int?) -> Int? { count.flatMap { $0 <= TokenCounts.most ? $0 : nil } }

  /// The counts of the whole response, and who counted them.
  ///
  /// A count of 0 beside text, or for a prompt, which is never empty, is no count.
  var total: TokenCounts {
    let prompt = promptIsFalse ? nil : Self.believed(last?.promptTokens)
    guard let completion = Self.believed(sum(\.completionTokens)), !completionIsFalse else {
      return TokenCounts(
        prompt: prompt, completion: listedTokenIDs, cached: Self.believed(last?.cachedTokens),
        source: listedTokenIDs == nil ? .unknown : .tokenIDs)
    }
    return TokenCounts(
      prompt: prompt, completion: completion, cached: Self.believed(last?.cachedTokens),
      reasoning: Self.believed(sum(\.reasoningTokens)),
      source: .usage)
  }

  /// Whether the usage contradicts the response.
  var isContradictory: Bool { completionIsFalse || promptIsFalse }

  private var completionIsFalse: Bool { boreTokens && sum(\.completionTokens) == 0 }
  private var promptIsFalse: Bool { last?.promptTokens == 0 }

  private func sum(_ count: KeyPath<ChunkUsage, Int?>) -> Int? {
    guard perChoice.count > 1 else { return last?[keyPath: count] }
    let counts = perChoice.values.compactMap { $0[keyPath: count] }
    return counts.isEmpty ? nil : counts.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
  }
}
