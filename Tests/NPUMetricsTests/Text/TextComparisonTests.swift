import NPUMetrics
import Testing

@Suite("Comparing answers")
struct TextComparisonTests {
  @Test(
    "Mixed text is cut into characters, words and numbers",
    arguments: [
      ("今天天气 25.5度, OK?", ["今", "天", "天", "气", "25.5", "度", "ok"]),
      ("ＮＰＵ１２３！", ["npu", "123"]),
      ("Don’t stop", ["don't", "stop"]),
      ("'quoted'", ["quoted"]),
      ("1,000 1,00 1,000,000", ["1000", "1", "00", "1000000"]),
      ("gpt4o", ["gpt", "4", "o"]),
      ("v1.2.", ["v", "1.2"]),
      ("カタカナ", ["カ", "タ", "カ", "ナ"]),
      ("か\u{3099}く", ["か\u{3099}", "く"]),
      ("한국어 ไทย", ["한국어", "ไทย"]),
      ("cafe\u{301} naïve", ["cafe\u{301}", "naïve"]),
      ("a\u{200B}b\u{AD}c", ["abc"]),
      ("", []), ("  \n。、", []),
      ("〇二〇年", ["〇", "二", "〇", "年"]),
    ])
  func mixedTokens(_ text: String, _ tokens: [String]) {
    let found = MixedTextTokenizer().tokens(of: text)
    #expect(found.map { Array($0.unicodeScalars) } == tokens.map { Array($0.unicodeScalars) })
  }

  @Test("Punctuation, case and width are kept on request")
  func mixedOptions() {
    #expect(MixedTextTokenizer(keepsPunctuation: true).tokens(of: "Hi！🙂") == ["hi", "!", "🙂"])
    #expect(MixedTextTokenizer(lowercases: false, foldsWidth: false).tokens(of: "ＡＢ c") == ["ＡＢ", "c"])
  }

  @Test("A mixed error rate counts characters and words alike")
  func mixedErrorRate() throws {
    let tokenizer = MixedTextTokenizer()
    let counts = try ErrorRate.tokens(
      reference: tokenizer.tokens(of: "打开 Bluetooth 设置。"), hypothesis: tokenizer.tokens(of: "打开bluetooth设制"))
    #expect(counts == EditCounts(hits: 4, substitutions: 1))
    #expect(counts.errorRate == 0.2)
  }

  @Test("Texts part at a scalar and at a token")
  func divergence() throws {
    let parted = try #require(TextDivergence(reference: "The answer is 42.", candidate: "The answer was 42."))
    #expect(parted.scalarIndex == 11)
    #expect(parted.tokenIndex == 2)
    #expect(parted.reference == "is 42.")
    #expect(parted.candidate == "was 42.")
    #expect(TextDivergence(reference: "same", candidate: "same") == nil)
    let shorter = try #require(TextDivergence(reference: "one two", candidate: "one"))
    #expect(shorter.scalarIndex == 3)
    #expect(shorter.tokenIndex == 1)
    #expect(shorter.candidate.isEmpty)
    let spaced = try #require(TextDivergence(reference: "a b", candidate: "a  b"))
    #expect(spaced.tokenIndex == nil)
    let composed = try #require(TextDivergence(reference: "caf\u{E9}", candidate: "cafe\u{301}"))
    #expect(composed.scalarIndex == 3)
    #expect(composed.tokenIndex == 0)
  }

  @Test("Sequences part at an index")
  func firstDifference() {
    #expect(TextDivergence.firstDifference([1, 2, 3], [1, 2, 3]) == nil)
    #expect(TextDivergence.firstDifference([1, 2, 3], [1, 2]) == 2)
    #expect(TextDivergence.firstDifference([1], [2]) == 0)
    #expect(TextDivergence.firstDifference([Int](), []) == nil)
  }

  @Test("Prefixes and exact matches go by scalars")
  func prefixes() {
    #expect(TextDivergence.commonPrefix("日本語", "日本人") == "日本")
    #expect(TextDivergence.commonPrefixLength("e\u{301}", "e\u{300}") == 1)
    #expect(TextDivergence.isExactMatch("a", "a"))
    #expect(!TextDivergence.isExactMatch("\u{E9}", "e\u{301}"))
    #expect(!TextDivergence.isExactMatch(" a\n", "a"))
    #expect(TextDivergence.isExactMatch(" a\n", "a", trimming: true))
  }

  @Test("The ratio is twice the common part over all")
  func ratio() {
    #expect(TextSimilarity("", "").ratio == 1)
    #expect(TextSimilarity("a", "").ratio == 0)
    #expect(TextSimilarity("this is a test", "this is a test!").ratio == 1 - 1.0 / 29)
    #expect(TextSimilarity([1, 2, 3, 4], [4, 1, 2]).commonSubsequence == 2)
    #expect(TextSimilarity("the cat", "the big cat", unit: .word).ratio == 0.8)
  }

  @Test("Keywords are found whatever their case and width")
  func keywords() {
    let check = KeywordMatch(["昇腾", "NPU", "cafe"])
    let result = check.evaluate("这是昇腾ｎｐｕ")
    #expect(result.found == ["昇腾", "NPU"])
    #expect(result.missing == ["cafe"])
    #expect(!result.isSatisfied)
    #expect(KeywordMatch(["昇腾", "x"], mode: .any).evaluate("这是昇腾").isSatisfied)
    #expect(!KeywordMatch(["NPU"], folds: false).evaluate("npu").isSatisfied)
    #expect(KeywordMatch([], mode: .all).evaluate("").isSatisfied)
    #expect(!KeywordMatch([], mode: .any).evaluate("a").isSatisfied)
    #expect(KeywordMatch([""]).evaluate("").isSatisfied)
  }

  @Test(
    "Whole words are not found inside others", arguments: [("a cat.", true), ("concat", false), ("cats cat", true)])
  func wholeWords(_ text: String, _ found: Bool) {
    #expect(KeywordMatch(["cat"], wholeWords: true).evaluate(text).isSatisfied == found)
    #expect(KeywordMatch(["cat"]).evaluate(text).isSatisfied)
  }

  @Test("Keywords that overlap themselves are found")
  func overlapping() {
    #expect(KeywordMatch(["aab"]).evaluate("aaab").isSatisfied)
    #expect(KeywordMatch(["abab"], wholeWords: true).evaluate("ababab abab").isSatisfied)
    #expect(!KeywordMatch(["aaac"]).evaluate("aaaab").isSatisfied)
  }
}
