/// The Levenshtein distance: the least number of tokens to insert, delete or replace that turns one text into another.
///
/// Definition: D(i, 0) = i, D(0, j) = j, D(i, j) = min(D(i-1, j) + 1, D(i, j-1) + 1, D(i-1, j-1) + [a_i != b_j]); the
/// distance of texts of m and n tokens is D(m, n), from |m - n| to max(m, n). It is a metric: symmetric, zero only for
/// equal texts, and no detour through a third text is shorter. Source: Levenshtein, Soviet Physics Doklady 10 (1966).
///
/// Complexity: time O(m n / 64) with wide registers on top, for similar texts O(d n / 64) with distance d; memory
/// O(m + n). Peer: `rapidfuzz.distance.Levenshtein` with its default weights.
public enum EditDistance {
  /// The distance of two texts.
  ///
  /// - Parameters:
  ///   - first: A text.
  ///   - second: The other text; the order does not matter.
  ///   - unit: What a token is.
  /// - Returns: The number of edits, 0 or more.
  public static func levenshtein(_ first: String, _ second: String, unit: TextUnit = .scalar) -> Int {
    distance(TokenPair(first, second, unit: unit))
  }

  /// The distance of two texts if it is small enough; faster the smaller the cutoff.
  ///
  /// - Parameters:
  ///   - first: A text.
  ///   - second: The other text; the order does not matter.
  ///   - unit: What a token is.
  ///   - cutoff: The largest distance that is of interest, 0 or more.
  /// - Returns: The number of edits, or nil if it is over the cutoff.
  public static func levenshtein(
    _ first: String, _ second: String, unit: TextUnit = .scalar, cutoff: Int
  ) -> Int? {
    var engine = EditEngine()
    return engine.distance(TokenPair(first, second, unit: unit), cutoff: cutoff)
  }

  /// The distance of two sequences of any tokens that can be compared, such as token numbers of a model.
  ///
  /// - Parameters:
  ///   - first: A sequence.
  ///   - second: The other sequence; the order does not matter.
  /// - Returns: The number of edits, 0 or more.
  public static func levenshtein<Token: Hashable>(_ first: [Token], _ second: [Token]) -> Int {
    distance(TokenPair(first, second))
  }

  /// The distance of two sequences if it is small enough; faster the smaller the cutoff.
  ///
  /// - Parameters:
  ///   - first: A sequence.
  ///   - second: The other sequence; the order does not matter.
  ///   - cutoff: The largest distance that is of interest, 0 or more.
  /// - Returns: The number of edits, or nil if it is over the cutoff.
  public static func levenshtein<Token: Hashable>(_ first: [Token], _ second: [Token], cutoff: Int) -> Int? {
    var engine = EditEngine()
    return engine.distance(TokenPair(first, second), cutoff: cutoff)
  }

  /// The share of a text that needs no edit: 1 - D / max(m, n), from 0 to 1, and 1 for two empty texts.
  ///
  /// - Parameters:
  ///   - first: A text.
  ///   - second: The other text; the order does not matter.
  ///   - unit: What a token is.
  /// - Returns: What `rapidfuzz.distance.Levenshtein.normalized_similarity` gives.
  public static func normalizedSimilarity(_ first: String, _ second: String, unit: TextUnit = .scalar) -> Double {
    let pair = TokenPair(first, second, unit: unit)
    let longer = max(pair.reference.count, pair.hypothesis.count)
    return longer == 0 ? 1 : 1 - Double(distance(pair)) / Double(longer)
  }

  private static func distance(_ pair: TokenPair) -> Int {
    var engine = EditEngine()
    // Without a cutoff there is always a distance, and it is never more than the longer length.
    return engine.distance(pair) ?? max(pair.reference.count, pair.hypothesis.count)
  }
}
