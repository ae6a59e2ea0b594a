/// Checks that an answer names what it must name: all of some keywords, or at least one.
///
/// Unless told otherwise case and width are folded on both sides, by NFKC and lower case: `ＮＰＵ` and `npu` are equal,
/// and so are `㎏` and `kg`; `ß` and `ss` are not. Keywords are found anywhere, also inside words, because Chinese does
/// not mark words; ask for whole words where that would find too much.
///
/// Complexity: linear in the text for each keyword (Knuth, Morris, Pratt, SIAM Journal on Computing 6, 1977).
public struct KeywordMatch: Sendable, Hashable {
  /// How many keywords are needed.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Every keyword; satisfied if there are none.
    case all
    /// At least one keyword; never satisfied if there are none.
    case any
  }

  /// What was found.
  public struct Result: Sendable, Hashable {
    /// The keywords in the text, in the order they were asked for.
    public let found: [String]
    /// The others.
    public let missing: [String]
    /// Whether as many were found as are needed.
    public let isSatisfied: Bool
  }

  /// The keywords; an empty one is in every text.
  public var keywords: [String]
  /// How many are needed.
  public var mode: Mode
  /// Whether case and width are left out of account.
  public var folds: Bool
  /// Whether a keyword must not continue a word before it nor be continued by one behind it.
  public var wholeWords: Bool

  /// Creates a check.
  public init(_ keywords: [String], mode: Mode = .all, folds: Bool = true, wholeWords: Bool = false) {
    self.keywords = keywords
    self.mode = mode
    self.folds = folds
    self.wholeWords = wholeWords
  }

  /// Looks for the keywords in a text.
  public func evaluate(_ text: String) -> Result {
    let scalars = form(text)
    var found: [String] = []
    var missing: [String] = []
    for keyword in keywords {
      if contains(scalars, form(keyword)) { found.append(keyword) } else { missing.append(keyword) }
    }
    return Result(found: found, missing: missing, isSatisfied: mode == .all ? missing.isEmpty : !found.isEmpty)
  }

  private func form(_ text: String) -> [UInt32] {
    let scalars = ScalarText.scalars(of: text)
    guard folds else { return scalars }
    // Composed again, because lower case may decompose (İ).
    return CompatibilityForms.shared.composed(ScalarText.lowercased(CompatibilityForms.shared.composed(scalars)))
  }

  private func contains(_ text: [UInt32], _ keyword: [UInt32]) -> Bool {
    guard !keyword.isEmpty else { return true }
    // For each length of a match, the longest shorter one that ends in the same place.
    var fallback = [0]
    var length = 0
    for scalar in keyword.dropFirst() {
      while length > 0, keyword[length] != scalar { length = fallback[length - 1] }
      if keyword[length] == scalar { length += 1 }
      fallback.append(length)
    }
    length = 0
    for (index, scalar) in text.enumerated() {
      while length > 0, keyword[length] != scalar { length = fallback[length - 1] }
      if keyword[length] == scalar { length += 1 }
      if length == keyword.count {
        if !wholeWords || standsAlone(text, (index + 1 - length)..<(index + 1)) { return true }
        length = fallback[length - 1]
      }
    }
    return false
  }

  private func standsAlone(_ text: [UInt32], _ range: Range<Int>) -> Bool {
    func continues(_ left: Int) -> Bool {
      left >= 0 && left + 1 < text.count && ScalarText.isWord(text[left]) && ScalarText.isWord(text[left + 1])
    }
    return !continues(range.lowerBound - 1) && !continues(range.upperBound - 1)
  }
}
