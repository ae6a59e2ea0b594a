/// Fillers, contractions and titles of Whisper's English normaliser.
///
/// The original replaces one pattern after the other. Patterns that are one whole word are done here in a single pass:
/// no replacement holds a word that is itself replaced, and no pattern with an apostrophe holds one as a part, so the
/// order among them does not show.
enum WhisperContractions {
  private static let apostrophe: UInt32 = 0x27

  private static let fillers = Set(["hmm", "mm", "mhm", "mmm", "uh", "um"].map { ScalarText.key($0) })

  /// Removes hesitations: `\b(hmm|mm|mhm|mmm|uh|um)\b`.
  static func removingFillers(_ text: [UInt32]) -> [UInt32] {
    replacingWords(text) { fillers.contains($0) ? [] : nil }
  }

  /// Joins apostrophes to the word before and spells contractions and titles out.
  static func expanding(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(apostrophe) else { return replacingWords(text) { words[$0] } }
    var text = joiningApostrophes(text)
    for pattern in before { text = pattern.replace(in: text) }
    text = replacingWords(text) { words[$0] }
    for pattern in after { text = pattern.replace(in: text) }
    return text
  }

  /// Replaces whole words, which are runs of `\w`.
  private static func replacingWords(_ text: [UInt32], _ replacement: (UInt64) -> [UInt32]?) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count + 16)
    var index = 0
    while index < text.count {
      guard ScalarText.isWord(text[index]) else {
        result.append(text[index])
        index += 1
        continue
      }
      var end = index + 1
      while end < text.count, ScalarText.isWord(text[end]) { end += 1 }
      if end - index > 1, end - index < 8, let key = ScalarText.key(text, index..<end), let other = replacement(key) {
        result.append(contentsOf: other)
      } else {
        result.append(contentsOf: text[index..<end])
      }
      index = end
    }
    return result
  }

  /// `\s+'` loses its white space.
  private static func joiningApostrophes(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if scalar == apostrophe {
        while let last = result.last, WhiteSpace.contains(last) { result.removeLast() }
      }
      result.append(scalar)
    }
    return result
  }

  /// A text with an apostrophe that is replaced, and whether it must begin a word; it always ends one.
  private struct Pattern: Sendable {
    var scalars: [UInt32]
    var beginsWord: Bool
    var replacement: [UInt32]

    init(_ text: String, _ replacement: String, beginsWord: Bool) {
      scalars = ScalarText.scalars(of: text)
      self.replacement = ScalarText.scalars(of: replacement)
      self.beginsWord = beginsWord
    }

    func replace(in text: [UInt32]) -> [UInt32] {
      guard let offset = scalars.firstIndex(of: apostrophe) else { return text }
      var result: [UInt32] = []
      var copied = 0
      for index in text.indices where text[index] == apostrophe {
        let start = index - offset
        let end = start + scalars.count
        guard start >= copied, end <= text.count, text[start..<end].elementsEqual(scalars),
          ScalarText.isBoundary(text, end), !beginsWord || ScalarText.isBoundary(text, start)
        else { continue }
        result.append(contentsOf: text[copied..<start])
        result.append(contentsOf: replacement)
        copied = end
      }
      if copied == 0 { return text }
      result.append(contentsOf: text[copied...])
      return result
    }
  }

  private static let before: [Pattern] = [
    Pattern("won't", "will not", beginsWord: true),
    Pattern("can't", "can not", beginsWord: true),
    Pattern("let's", "let us", beginsWord: true),
    Pattern("ain't", "aint", beginsWord: true),
    Pattern("y'all", "you all", beginsWord: true),
  ]

  private static let after: [Pattern] = [
    Pattern("i'ma", "i am going to", beginsWord: true),
    Pattern("ma'am", "madam", beginsWord: true),
    Pattern("'d been", " had been", beginsWord: false),
    Pattern("'s been", " has been", beginsWord: false),
    Pattern("'d gone", " had gone", beginsWord: false),
    Pattern("'s gone", " has gone", beginsWord: false),
    Pattern("'d done", " had done", beginsWord: false),
    Pattern("'s got", " has got", beginsWord: false),
    Pattern("n't", " not", beginsWord: false),
    Pattern("'re", " are", beginsWord: false),
    Pattern("'s", " is", beginsWord: false),
    Pattern("'d", " would", beginsWord: false),
    Pattern("'ll", " will", beginsWord: false),
    Pattern("'t", " not", beginsWord: false),
    Pattern("'ve", " have", beginsWord: false),
    Pattern("'m", " am", beginsWord: false),
  ]

  /// Titles end in a space of their own, as in the original.
  private static let words: [UInt64: [UInt32]] = {
    let pairs: KeyValuePairs = [
      "wanna": "want to", "kinda": "kind of", "sorta": "sort of", "dunno": "do not know", "gotta": "got to",
      "gonna": "going to", "imma": "i am going to", "woulda": "would have", "coulda": "could have",
      "shoulda": "should have", "cause": "because", "mr": "mister ", "mrs": "missus ", "st": "saint ", "dr": "doctor ",
      "prof": "professor ", "capt": "captain ", "gov": "governor ", "ald": "alderman ", "gen": "general ",
      "sen": "senator ", "rep": "representative ", "pres": "president ", "rev": "reverend ", "hon": "honorable ",
      "asst": "assistant ", "assoc": "associate ", "lt": "lieutenant ", "col": "colonel ", "jr": "junior ",
      "sr": "senior ", "esq": "esquire ",
    ]
    return Dictionary(uniqueKeysWithValues: pairs.map { (ScalarText.key($0.key), ScalarText.scalars(of: $0.value)) })
  }()
}
