/// The likeliest tokens at one place of an answer with their log-probabilities, as a server returns them.
///
/// A token is whatever names it: its identity in the vocabulary, which is best, or its text.
public struct TopLogprobs<Token: Hashable & Comparable & Sendable>: Sendable, Hashable {
  /// What to do with a list that names one token twice.
  ///
  /// Two tokens that are parts of one character may have the same text.
  public enum Duplicates: Sendable, Hashable {
    /// Refuse the list. The default.
    case refused
    /// Treat them as one token that has the sum of their probabilities.
    case summed
  }

  /// The tokens with their natural log-probabilities, likeliest first; among equals the smaller token first.
  public let entries: [(token: Token, logprob: Double)]

  /// Orders and checks a list; minus infinity and clamped values are allowed and count as given.
  ///
  /// - Parameters:
  ///   - entries: The tokens with their natural log-probabilities in any order.
  ///   - duplicates: What to do if a token occurs twice.
  /// - Throws: ``TokenError``: an empty list, NaN, a log-probability above 0 by more than 0.05, a token named twice,
  ///   probabilities that add up to more than 1.05.
  public init(_ entries: [(Token, Double)], duplicates: Duplicates = .refused) throws(TokenError) {
    guard !entries.isEmpty else {
      throw TokenError(
        kind: .emptySequence,
        message: "A list of likeliest tokens is empty; ask the server for top_logprobs of 1 or more.")
    }
    var logprobs: [Token: Double] = [:]
    var mass = 0.0
    for (token, logprob) in entries {
      try TokenError.check(logprob: logprob, at: "of token \(token)")
      mass += logprob.reproducibleExponential
      guard let first = logprobs.updateValue(logprob, forKey: token) else { continue }
      guard duplicates == .summed else {
        throw TokenError(
          kind: .duplicateToken,
          message: "Token \(token) occurs twice, with \(first) and \(logprob); name tokens by their identity, or ask "
            + "for the sum of duplicates.")
      }
      logprobs[token] = (first.reproducibleExponential + logprob.reproducibleExponential).logarithmOrNegativeInfinity
    }
    guard mass <= 1 + TokenError.roundingAllowance else {
      throw TokenError(
        kind: .massAboveOne,
        message: "The probabilities of \(entries.count) tokens add up to \(mass); give natural log-probabilities of "
          + "one place, taken after normalisation.")
    }
    self.entries = logprobs.map { (token: $0.key, logprob: $0.value) }
      .sorted { $0.logprob != $1.logprob ? $0.logprob > $1.logprob : $0.token < $1.token }
  }

  /// Orders and checks a dictionary, the form in which completions arrive.
  ///
  /// - Parameter logprobs: The natural log-probability of each token.
  /// - Throws: ``TokenError`` as the other initialiser.
  public init(_ logprobs: [Token: Double]) throws(TokenError) {
    try self.init(logprobs.map { ($0.key, $0.value) })
  }

  /// Whether both hold the same tokens with the same log-probabilities.
  public static func == (left: TopLogprobs, right: TopLogprobs) -> Bool {
    left.entries.elementsEqual(right.entries) { $0.token == $1.token && $0.logprob == $1.logprob }
  }

  /// Feeds the tokens and their log-probabilities to a hasher.
  public func hash(into hasher: inout Hasher) {
    for entry in entries {
      hasher.combine(entry.token)
      hasher.combine(entry.logprob)
    }
  }
}

extension TopLogprobs {
  /// The number of tokens, 1 or more.
  public var count: Int { entries.count }

  /// The share of the k likeliest tokens that two lists have in common, 0 to 1, whatever their order.
  ///
  /// |top k of one ∩ top k of the other| / k; 1 for equal sets, 0 for disjoint ones. With k = 1 it says whether greedy
  /// decoding agrees. Where the k-th and the next token tie, the smaller token is in.
  ///
  /// - Parameters:
  ///   - other: The other list.
  ///   - k: How many tokens of each; the default is the length of the shorter list.
  /// - Returns: The share; nil if k is less than 1 or more than either list has.
  public func topAgreement(with other: TopLogprobs, k: Int? = nil) -> Double? {
    let k = k ?? Swift.min(count, other.count)
    guard k >= 1, k <= count, k <= other.count else { return nil }
    let own = Set(entries.prefix(k).map(\.token))
    let shared = other.entries.prefix(k).count { own.contains($0.token) }
    return Double(shared) / Double(k)
  }
}
