/// Where two answers part: the first place at which a candidate differs from its reference.
///
/// A greedy decoder on other hardware often gives the same text up to a point and another from there on; how far it
/// gets is a measure of accuracy that an edit distance blurs.
public struct TextDivergence: Sendable, Hashable {
  /// The number of Unicode scalars that are equal before the difference: also the length of the longest common prefix.
  public let scalarIndex: Int
  /// The number of tokens that are equal before the first different one; nil if the texts differ in white space alone.
  ///
  /// Tokens are those of ``MixedTextTokenizer`` with punctuation and without folding. For the tokens of a model compare
  /// their numbers with ``TextDivergence/firstDifference(_:_:)``.
  public let tokenIndex: Int?
  /// Up to 32 scalars of the reference from the difference on; empty where it ends there.
  public let reference: String
  /// Up to 32 scalars of the candidate from the difference on; empty where it ends there.
  public let candidate: String

  /// Finds the first difference, scalar by scalar; nil if there is none.
  ///
  /// - Parameters:
  ///   - reference: The expected text.
  ///   - candidate: The text under test.
  public init?(reference: String, candidate: String) {
    let prefix = Self.commonPrefixLength(reference, candidate)
    let expected = reference.unicodeScalars.dropFirst(prefix)
    let actual = candidate.unicodeScalars.dropFirst(prefix)
    if expected.isEmpty, actual.isEmpty { return nil }
    scalarIndex = prefix
    self.reference = String(String.UnicodeScalarView(expected.prefix(32)))
    self.candidate = String(String.UnicodeScalarView(actual.prefix(32)))
    let tokenizer = MixedTextTokenizer(keepsPunctuation: true, lowercases: false, foldsWidth: false)
    tokenIndex = Self.firstDifference(
      tokenizer.tokens(of: reference).map { Array($0.unicodeScalars) },
      tokenizer.tokens(of: candidate).map { Array($0.unicodeScalars) })
  }
}

extension TextDivergence {
  /// The index of the first difference of two sequences, nil if they are equal.
  ///
  /// - Parameters:
  ///   - first: A sequence, such as the token numbers of an answer.
  ///   - second: The other sequence; where one is the beginning of the other, they differ behind its end.
  /// - Returns: The number of equal tokens before the difference.
  public static func firstDifference<Token: Equatable>(_ first: [Token], _ second: [Token]) -> Int? {
    let prefix = zip(first, second).prefix { $0 == $1 }.count
    return prefix == first.count && prefix == second.count ? nil : prefix
  }

  /// The length of the longest common prefix of two texts, in Unicode scalars.
  public static func commonPrefixLength(_ first: String, _ second: String) -> Int {
    zip(first.unicodeScalars, second.unicodeScalars).prefix { $0 == $1 }.count
  }

  /// The longest common prefix of two texts, which may end within a grapheme cluster.
  public static func commonPrefix(_ first: String, _ second: String) -> String {
    String(String.UnicodeScalarView(first.unicodeScalars.prefix(commonPrefixLength(first, second))))
  }

  /// Whether two texts are the same scalar by scalar.
  ///
  /// Stricter than `==`, for which canonically equivalent texts are equal: a service that composes letters in another
  /// way gives another text.
  ///
  /// - Parameters:
  ///   - first: A text.
  ///   - second: The other text.
  ///   - trimming: Whether white space at both ends is left out of account, as many evaluations do.
  /// - Returns: True if nothing differs.
  public static func isExactMatch(_ first: String, _ second: String, trimming: Bool = false) -> Bool {
    let left = trimming ? WhiteSpace.trim(first) : first
    let right = trimming ? WhiteSpace.trim(second) : second
    return left.unicodeScalars.elementsEqual(right.unicodeScalars)
  }
}
