/// Why log-probabilities could not be summed or compared.
public struct TokenError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// There is no log-probability to work on.
    case emptySequence = "empty_sequence"
    /// A token other than the first has no log-probability.
    case missingLogprob = "missing_logprob"
    /// A value is NaN or too far above 0 to be the logarithm of a probability.
    case invalidLogprob = "invalid_logprob"
    /// A list of likeliest tokens names one token twice.
    case duplicateToken = "duplicate_token"
    /// The probabilities of one place add up to more than 1 by more than rounding explains.
    case massAboveOne = "mass_above_one"
    /// Two sequences that are compared place by place differ in length.
    case lengthMismatch = "length_mismatch"
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it, and what to do.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension TokenError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}

extension TokenError {
  /// How far above 0 a log-probability, and above 1 a sum of probabilities, may be by rounding alone.
  ///
  /// Engines that normalise in half precision return such values; a probability or a logit given by mistake is
  /// mostly far above.
  static let roundingAllowance = 0.05

  /// Throws unless a value can be a natural logarithm of a probability.
  static func check(logprob: Double, at place: @autoclosure () -> String) throws(TokenError) {
    guard logprob <= roundingAllowance else {
      throw TokenError(
        kind: .invalidLogprob,
        message: "The log-probability \(logprob) \(place()) is not a natural logarithm of a probability, which is 0 or "
          + "less; give logarithms, neither probabilities nor logits.")
    }
  }
}
