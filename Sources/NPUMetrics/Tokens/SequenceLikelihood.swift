/// How probable a model finds a sequence of tokens: mean log-probability, perplexity, bits per token.
///
/// Over the n scored tokens with natural log-probabilities l:
/// - mean log-probability = sum(l) / n, its negative being the cross entropy in nats a token;
/// - perplexity = exp(-sum(l) / n);
/// - bits per token = -sum(l) / (n ln 2).
///
/// The sum is compensated, so that its error does not grow with the length. Perplexity is 1 for certainty, k where
/// every token had the probability 1 / k, and infinite where the mean is below -709.78 or a probability was 0.
/// Perplexities are comparable only between runs over the same tokens: another tokenizer counts other tokens.
///
/// A server that echoes a prompt has no probability for its first token: such leading nulls are left out. A null
/// elsewhere is refused, because a perplexity over part of a sequence is silently better or worse than that over all
/// of it. Values of -9999 or less stand for minus infinity: see ``ClampedLogprobs``.
///
/// Source: Jelinek, Mercer, Bahl and Baker, "Perplexity, a measure of the difficulty of speech recognition tasks",
/// Journal of the Acoustical Society of America 62 (1977). Time O(n), no memory beside the input.
public struct SequenceLikelihood: Sendable, Hashable {
  /// The number of tokens in the sum, 1 or more.
  public let tokens: Int
  /// The number of leading tokens without a log-probability.
  public let leadingNulls: Int
  /// The number of log-probabilities that stand for minus infinity, whether they are in the sum or not.
  public let clamped: Int
  /// The log-probability of the whole sequence in nats, 0 or less but for rounding; minus infinity is possible.
  public let sum: Double
  /// The least log-probability in the sum.
  public let minimum: Double

  /// Sums the log-probabilities of a sequence.
  ///
  /// - Parameters:
  ///   - logprobs: The natural log-probability of each token in order, nil where the server gave none.
  ///   - clamping: What happens to values that stand for minus infinity.
  /// - Throws: ``TokenError``: no value to sum, a null after the first value, NaN, a value above 0 by more than 0.05.
  public init(logprobs: [Double?], clamped clamping: ClampedLogprobs = .counted) throws(TokenError) {
    let leadingNulls = logprobs.prefix { $0 == nil }.count
    var sum = CompensatedSum()
    var tokens = 0
    var clamped = 0
    var minimum = Double.infinity
    for (index, entry) in logprobs.enumerated().dropFirst(leadingNulls) {
      guard let logprob = entry else {
        throw TokenError(
          kind: .missingLogprob,
          message: "Token \(index) of \(logprobs.count) has no log-probability, and it is not at the beginning; score "
            + "the sequence again, or sum its parts apart.")
      }
      try TokenError.check(logprob: logprob, at: "of token \(index)")
      if logprob <= ClampedLogprobs.threshold {
        clamped += 1
        if clamping == .excluded { continue }
      }
      sum.add(logprob)
      tokens += 1
      minimum = Swift.min(minimum, logprob)
    }
    guard tokens > 0 else {
      throw TokenError(
        kind: .emptySequence,
        message: "None of \(logprobs.count) tokens has a log-probability to sum (\(leadingNulls) null, \(clamped) "
          + "clamped and left out); ask the server for logprobs.")
    }
    self.tokens = tokens
    self.leadingNulls = leadingNulls
    self.clamped = clamped
    self.sum = sum.value
    self.minimum = minimum
  }
}

extension SequenceLikelihood {
  /// The mean log-probability of a token in nats.
  public var meanLogprob: Double { sum / Double(tokens) }

  /// The mean negative log-likelihood of a token in nats: the cross entropy.
  public var meanNegativeLogLikelihood: Double { 0 - meanLogprob }

  /// The cross entropy in bits a token.
  public var bitsPerToken: Double { meanNegativeLogLikelihood / 0x1.62e42fefa39efp-1 }

  /// The perplexity, 1 or more but for rounding; positive infinity where it leaves the range of the type.
  public var perplexity: Double { meanNegativeLogLikelihood.reproducibleExponential }
}
