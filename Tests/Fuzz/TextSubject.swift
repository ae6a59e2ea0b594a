import NPUMetrics

/// The text kernels: two texts out of one input, through every normaliser, distance and comparison.
struct TextSubject: FuzzSubject {
  private static let pieces: [String] = [
    "the", "won't", "Mr.", "twenty-one", "hundred", "point", "million", "double", "triple", "oh", "and a half", "$5",
    "1,000,000.50", "per cent", "%", "£", "20th", "1990s", "£3m", "colour", "[laughs]", "(", ")", "<", ">", "]", "'",
    " ", "\t", "\n", "\u{00A0}", "\u{3000}", "昇腾", "二十", "カタカナ", "ＮＰＵ", "한국어", "ไทย", "नमस्ते", "é", "e\u{0301}",
    "\u{0301}\u{0302}", "\u{200D}", "👩‍👩‍👧", "🇨🇳", "\u{FEFF}", "\u{0}", "İ", "ß", "ﬁ", "㎏", "\u{FDFA}", "\u{10FFFF}",
    "\u{1D7D8}", "٣", "½", "²", "…", "—",
  ]

  private let seeds: [[UInt8]]

  init(seeds: [[UInt8]]) { self.seeds = seeds }

  func input(from mutator: inout FuzzMutator) -> [UInt8] {
    var text: [UInt8] = []
    if let seed = mutator.pick(seeds), mutator.once(in: 3) {
      text = Array(seed.prefix(4000))
    } else {
      let count = mutator.once(in: 200) ? mutator.number(500...3000) : mutator.number(0...40)
      let repeated = mutator.once(in: 10) ? mutator.pick(Self.pieces) : nil
      for _ in 0..<count {
        text += Array((repeated ?? mutator.pick(Self.pieces) ?? "").utf8)
        if mutator.once(in: 2) { text.append(0x20) }
      }
    }
    let changed = mutator.once(in: 3) ? text : mutator.mutate(text)
    // The second text is the first one changed, or one that shares nothing with it.
    let other = mutator.once(in: 4) ? mutator.bytes(mutator.number(0...200)) : mutator.mutate(changed)
    return changed + [0xFF] + other
  }

  func execute(_ input: [UInt8]) -> Bool {
    let halves = input.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
    let first = String(decoding: halves.first ?? [], as: UTF8.self)
    let second = String(decoding: halves.dropFirst().first ?? [], as: UTF8.self)
    compare(first, second)
    let english = WhisperEnglishNormalizer()
    compare(english.normalize(first), english.normalize(second))
    for marks in WhisperBasicNormalizer.Marks.allCases {
      for splits in [false, true] {
        _ = WhisperBasicNormalizer(marks: marks, splitsCharacters: splits).normalize(first)
      }
    }
    for keeps in [false, true] {
      let tokens = MixedTextTokenizer(keepsPunctuation: keeps).tokens(of: first)
      precondition(tokens.allSatisfy { !$0.isEmpty }, "A token is empty.")
    }
    let keyword = String(second.prefix(3))
    precondition(KeywordMatch([keyword], folds: false).evaluate(second + first).isSatisfied, "A part is not found.")
    // A mark behind a keyword composes with its end and makes another letter of it, so the line ends in between.
    precondition(KeywordMatch([keyword]).evaluate(keyword + "\n" + first).isSatisfied, "A folded part is not found.")
    return true
  }

  private func compare(_ first: String, _ second: String) {
    for unit in TextUnit.allCases {
      let distance = EditDistance.levenshtein(first, second, unit: unit)
      precondition(distance == EditDistance.levenshtein(second, first, unit: unit), "A distance depends on the order.")
      precondition(EditDistance.levenshtein(first, second, unit: unit, cutoff: distance) == distance)
      if distance > 0 {
        precondition(EditDistance.levenshtein(first, second, unit: unit, cutoff: distance - 1) == nil)
      }
      guard let alignment = try? EditAlignment(reference: first, hypothesis: second, unit: unit) else {
        preconditionFailure("Texts of \(first.utf8.count) and \(second.utf8.count) bytes could not be aligned.")
      }
      precondition(alignment.counts.distance == distance, "An alignment is not optimal.")
      let ratio = TextSimilarity(first, second, unit: unit)
      precondition(ratio.commonSubsequence <= min(ratio.firstCount, ratio.secondCount))
    }
    let difference = TextDivergence(reference: first, candidate: second)
    precondition((difference == nil) == TextDivergence.isExactMatch(first, second), "Equal texts differ somewhere.")
  }
}
