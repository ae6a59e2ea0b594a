internal import NPUBase

/// The tokens of a continuation with their log-probabilities, as lists side by side.
///
/// With echo the first token is the first of the prompt, for which there is no probability: its entries are `nil` and
/// must be left out of sums. llama-server's newer form, a list of tokens, is read into the same lists.
public struct CompletionLogprobs: Sendable, Hashable {
  /// The tokens.
  public var tokens: [String]
  /// The natural logarithm of the probability of each token.
  public var tokenLogprobs: [Double?]
  /// The likeliest tokens at each place with their log-probabilities.
  public var topLogprobs: [[String: Double]?]
  /// Where each token begins in the text, in characters as the server counts them.
  public var textOffsets: [Int]

  /// Creates the lists.
  public init(
    tokens: [String] = [], tokenLogprobs: [Double?] = [], topLogprobs: [[String: Double]?] = [],
    textOffsets: [Int] = []
  ) {
    self.tokens = tokens
    self.tokenLogprobs = tokenLogprobs
    self.topLogprobs = topLogprobs
    self.textOffsets = textOffsets
  }

  /// Appends the lists of a later chunk.
  mutating func append(_ other: CompletionLogprobs) {
    tokens += other.tokens
    tokenLogprobs += other.tokenLogprobs
    topLogprobs += other.topLogprobs
    textOffsets += other.textOffsets
  }
}

extension CompletionLogprobs: Decodable {
  /// Reads the lists, or a list of tokens.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    if let content = container.lenient("content", as: [TokenLogprob].self) {
      self.init(
        tokens: content.map(\.token), tokenLogprobs: content.map(\.logprob),
        topLogprobs: content.map { token in
          Dictionary(
            token.alternatives.compactMap { other in other.logprob.map { (other.token, $0) } },
            uniquingKeysWith: max)
        })
    } else {
      self.init(
        tokens: container.lenient("tokens") ?? [],
        tokenLogprobs: container.lenient("token_logprobs") ?? [],
        topLogprobs: container.lenient("top_logprobs") ?? [],
        textOffsets: container.lenient("text_offset") ?? [])
    }
  }
}
