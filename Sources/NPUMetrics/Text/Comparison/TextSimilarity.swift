/// How much two texts have in common, in order: the similarity that rapidfuzz calls ratio.
///
/// With m and n tokens and L the length of their longest common subsequence, m + n - 2 L tokens must be inserted or
/// deleted to turn one into the other (the indel distance: no replacements). The ratio is 1 - (m + n - 2 L) / (m + n),
/// which is 2 L / (m + n): 1 for equal texts, two empty ones included, 0 for texts without a common token.
///
/// Complexity: time O(m n / 64), memory O(m + n). Peers: `rapidfuzz.distance.Indel.normalized_similarity`, and
/// `rapidfuzz.fuzz.ratio` divided by 100. Python's `difflib` also calls its measure a ratio, but does not look for the
/// longest subsequence and may give less.
public struct TextSimilarity: Sendable, Hashable {
  /// The tokens of the first text.
  public let firstCount: Int
  /// The tokens of the second text.
  public let secondCount: Int
  /// The length of the longest common subsequence, in tokens.
  public let commonSubsequence: Int

  /// Compares two texts.
  ///
  /// - Parameters:
  ///   - first: A text.
  ///   - second: The other text; the order does not matter for the ratio.
  ///   - unit: What a token is.
  public init(_ first: String, _ second: String, unit: TextUnit = .scalar) {
    self.init(TokenPair(first, second, unit: unit))
  }

  /// Compares two sequences of tokens.
  ///
  /// - Parameters:
  ///   - first: A sequence.
  ///   - second: The other sequence; the order does not matter for the ratio.
  public init<Token: Hashable>(_ first: [Token], _ second: [Token]) {
    self.init(TokenPair(first, second))
  }

  private init(_ pair: TokenPair) {
    firstCount = pair.reference.count
    secondCount = pair.hypothesis.count
    commonSubsequence = LongestCommonSubsequence.length(pair)
  }

  /// The number of tokens to insert and delete, from 0 to the sum of the counts.
  public var indelDistance: Int { firstCount + secondCount - 2 * commonSubsequence }

  /// The similarity, from 0 to 1.
  public var ratio: Double {
    let total = firstCount + secondCount
    return total == 0 ? 1 : 1 - Double(indelDistance) / Double(total)
  }
}
