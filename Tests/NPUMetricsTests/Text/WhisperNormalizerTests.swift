import NPUMetrics
import Testing

@Suite("Whisper's normalisers")
struct WhisperNormalizerTests {
  /// Outputs of whisper-normalizer 0.1.15.
  @Test(
    "English is normalised as the original does",
    arguments: [
      ("one oh one", "101"), ("two thousand five hundred and six", "2506"), ("double oh seven", "007"),
      ("twenty twenty one", "2021"), ("ten thousand dollars", "$10000"), ("$2 and 7 cents", "$2.07"),
      ("three point one four", "3.14"), ("2 and a half", "2 and a half"), ("two and a half", "2.5"),
      ("two point five million", "2500000"), ("1.5", "one.5"), ("minus five percent", "-5%"), ("five per cent", "5%"),
      ("the nineties", "the 90s"), ("twenty first", "21st"), ("2 nd", "2nd"), ("a1b2", "a one b 2"),
      ("1,2,3 and 1,000", "12 3 and 1000"), ("won't y'all've", "will not you all have"),
      ("I'd been; he'd go", "i had been he would go"), ("Mr. O'Neil's", "mister 0 neil is"), ("uh HMM okay", "okay"),
      ("colour [noise] (laughs)", "color"), ("ﬁancée’s", "fiancee s"),
      ("decillion decillion", "1000000000000000000000000000000000"), ("zero point", "0 point"), ("£0.07", "¢7"),
    ])
  func english(_ input: String, _ output: String) {
    #expect(WhisperEnglishNormalizer().normalize(input) == output)
  }

  @Test("Marks are replaced, removed or preserved")
  func marks() {
    let text = "क्षि Ångström"
    #expect(WhisperBasicNormalizer().normalize(text) == "क ष ångström")
    #expect(WhisperBasicNormalizer(marks: .preserve).normalize(text) == "क्षि ångström")
    #expect(WhisperBasicNormalizer(marks: .remove).normalize(text) == "कष angstrom")
  }

  @Test("The basic normaliser changes its own output only by what composes anew")
  func basicTwice() {
    var random = RandomTokens(seed: 41)
    for _ in 0..<300 {
      let words = (0..<random.integer(0...12)).map { _ in
        ["Größe", "İstanbul", "ＡＢ", "中文!", "a-b", "x́"][random.integer(0...5)]
      }
      let once = WhisperBasicNormalizer().normalize(words.joined(separator: " "))
      #expect(WhisperBasicNormalizer().normalize(once) == once)
    }
  }

  @Test("No text stops any part of the text metrics", arguments: 0..<40)
  func hostileText(_ seed: Int) throws {
    var random = RandomTokens(seed: UInt64(seed))
    let words = [
      "one", "twenty", "hundredth", "million", "point", "double", "and", "minus", "dollars", "per", "cent", "5", "$3",
      "0.5", "'s", "n't", "(", "[", "1,1", "half", "a",
    ]
    for _ in 0..<20 {
      let first =
        random.integer(0...2) == 0
        ? (0..<random.integer(0...30)).map { _ in words[random.integer(0...(words.count - 1))] }.joined(separator: " ")
        : random.text(random.integer(0...100))
      let second = random.text(random.integer(0...100))
      for normalizer in [
        WhisperEnglishNormalizer(), WhisperBasicNormalizer(),
        WhisperBasicNormalizer(marks: .remove, splitsCharacters: true),
        WhisperBasicNormalizer(marks: .preserve),
      ] as [any TextNormalizer] {
        // Nothing but letters grows: the longest decomposition has 18 scalars, the longest number word 33 zeros.
        #expect(normalizer.normalize(first).unicodeScalars.count <= 40 * (first.unicodeScalars.count + 1))
      }
      let counts = try ErrorRate.characters(reference: first, hypothesis: second)
      let distance = EditDistance.levenshtein(first, second)
      #expect(counts.distance <= max(counts.referenceCount, counts.hypothesisCount))
      #expect(distance <= TextSimilarity(first, second).indelDistance)
      #expect(EditDistance.levenshtein(first, second, unit: .grapheme) <= max(first.count, second.count))
      #expect(try ErrorRate.words(reference: first, hypothesis: first).distance == 0)
      #expect(MixedTextTokenizer(keepsPunctuation: true).tokens(of: first).allSatisfy { !$0.isEmpty })
      // Unfolded, because a mark behind the keyword may compose with its end.
      #expect(KeywordMatch([first], folds: false).evaluate(second + first + second).isSatisfied)
      #expect(TextDivergence(reference: first, candidate: first) == nil)
    }
  }
}
