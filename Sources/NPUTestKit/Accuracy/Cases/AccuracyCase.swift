public import NPULoad

/// One question that both services are asked, and what is known of its answer.
public struct AccuracyCase: Sendable, Hashable {
  /// The identity, by which the responses of both services are paired.
  public var id: String
  /// What is asked; its number of output tokens goes before that of the run.
  public var prompt: Prompt
  /// What a right response has.
  public var expectation: CaseExpectation

  /// Creates a case.
  ///
  /// - Parameters:
  ///   - id: The identity.
  ///   - prompt: What is asked.
  ///   - expectation: What a right response has; none leaves the case unjudged.
  public init(id: String, prompt: Prompt, expectation: CaseExpectation = CaseExpectation()) {
    self.id = id
    self.prompt = prompt
    self.expectation = expectation
  }
}

/// What a right response has: all of what is given.
public struct CaseExpectation: Sendable, Hashable {
  /// What the response is, but for compatibility forms, letter case and white space: see ``NPUMetrics/FoldingNormalizer``.
  public var reference: String?
  /// What the response holds, all of it, as whole words where the script has words.
  ///
  /// `42` is not in `142`; see ``NPUMetrics/KeywordMatch``.
  public var keywords: [String]
  /// A regular expression that some part of the response matches.
  public var pattern: String?

  /// Creates an expectation.
  public init(reference: String? = nil, keywords: [String] = [], pattern: String? = nil) {
    self.reference = reference
    self.keywords = keywords
    self.pattern = pattern
  }

  /// Whether a response is right; nil where nothing is expected.
  ///
  /// A pattern that is no regular expression is never met.
  public func isMet(by text: String) -> Bool? {
    // An empty keyword is in every text.
    let keywords = keywords.filter { !$0.allSatisfy(\.isWhitespace) }
    guard reference != nil || !keywords.isEmpty || pattern != nil else { return nil }
    if let reference, !Self.matches(reference, text) { return false }
    if !Self.holds(keywords, text) { return false }
    guard let pattern else { return true }
    guard let expression = try? Regex(pattern) else { return false }
    return text.contains(expression)
  }

  /// Whether a text has all of some keywords, as whole words where the script has words.
  static func holds(_ keywords: [String], _ text: String) -> Bool {
    let dense = keywords.filter(hasDenseScript)
    return KeywordMatch(dense).evaluate(text).isSatisfied
      && KeywordMatch(keywords.filter { !hasDenseScript($0) }, wholeWords: true).evaluate(text).isSatisfied
  }

  /// Whether a keyword has letters of a script without spaces between words: Han, kana, Hangul, Thai and their kin.
  private static func hasDenseScript(_ keyword: String) -> Bool {
    keyword.unicodeScalars.contains {
      (0x0E00...0x0EFF).contains($0.value) || (0x1100...0x11FF).contains($0.value)
        || $0.value >= 0x2E80
    }
  }

  /// Whether two texts are the same in folded form.
  static func matches(_ first: String, _ second: String) -> Bool {
    let normalizer = FoldingNormalizer()
    return TextDivergence.isExactMatch(normalizer.normalize(first), normalizer.normalize(second))
  }
}

/// Decides whether a response is right; nil leaves the case unjudged.
public typealias CaseJudge = @Sendable (_ asked: AccuracyCase, _ response: String) -> Bool?
