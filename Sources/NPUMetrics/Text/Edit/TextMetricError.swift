/// Why a comparison of texts could not be computed.
public struct TextMetricError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The alignment of two long and dissimilar sequences would need more memory than is allowed.
    case alignmentTooLarge = "alignment_too_large"
    /// Two lists that are compared entry by entry differ in length.
    case unequalCounts = "unequal_counts"
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

extension TextMetricError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}

extension TextMetricError {
  /// The error for an alignment whose working memory passes the limit.
  static func alignmentTooLarge(rows: Int, columns: Int, bytes: Int, limit: Int) -> TextMetricError {
    TextMetricError(
      kind: .alignmentTooLarge,
      message: """
        Aligning \(rows) with \(columns) differing tokens needs \(bytes) bytes, over the limit of \(limit); \
        ask for the distance alone, split the texts, or raise the limit.
        """)
  }

  /// The error for lists that do not pair up.
  static func unequalCounts(references: Int, hypotheses: Int) -> TextMetricError {
    TextMetricError(
      kind: .unequalCounts,
      message: "\(references) references cannot be paired with \(hypotheses) hypotheses; give one hypothesis for each.")
  }
}
