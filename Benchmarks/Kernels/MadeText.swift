import NPUMetrics

/// Text in the proportions of transcripts.
enum MadeText {
  private static let words = """
    the a and of to in it is was he she they we you colour centre Mr. Dr. can't won't they're it's twenty-one three
    hundred $5 million 2,000 per cent first second October train station measured answered organise um uh really
    accelerator temperature, between another. nothing! perhaps? something else because through yesterday
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  /// Letters drawn from the alphabet with equal chances.
  static func letters(count: Int, seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    var text = ""
    for _ in 0..<count {
      text.unicodeScalars.append(Unicode.Scalar(UInt8(97 + generator.integer(in: 0...25))))
    }
    return text
  }

  /// Sentences of 8 to 24 words.
  static func sentences(count: Int, seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in sentence(from: &generator).joined(separator: " ") }
  }

  /// Sentences, and what a recogniser made of them: about one word in ten is changed, lost or made up.
  static func corpus(pairs: Int, seed: UInt64) -> ([String], [String]) {
    var generator = SeededGenerator(seed: seed)
    var references: [String] = []
    var hypotheses: [String] = []
    for _ in 0..<pairs {
      let said = sentence(from: &generator)
      references.append(said.joined(separator: " "))
      let heard = said.flatMap { word in
        switch generator.integer(in: 0...29) {
        case 0: [String]()
        case 1: [word, Self.word(from: &generator)]
        case 2: [Self.word(from: &generator)]
        default: [word]
        }
      }
      hypotheses.append(heard.joined(separator: " "))
    }
    return (references, hypotheses)
  }

  private static func sentence(from generator: inout SeededGenerator) -> [String] {
    (0..<generator.integer(in: 8...24)).map { _ in word(from: &generator) }
  }

  private static func word(from generator: inout SeededGenerator) -> String {
    words[generator.integer(in: 0...words.count - 1)]
  }
}
