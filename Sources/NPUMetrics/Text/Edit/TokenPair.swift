/// Two sequences of tokens as small whole numbers: equal tokens have equal numbers, all below the alphabet's size.
///
/// The kernels of the edit distance index tables by these numbers, which is why nothing else may make them.
struct TokenPair: Sendable {
  private(set) var reference: [UInt32]
  private(set) var hypothesis: [UInt32]
  private(set) var alphabet: Int

  /// Numbers the tokens in the order of their first appearance.
  init<Token: Hashable>(_ reference: some Sequence<Token>, _ hypothesis: some Sequence<Token>) {
    var numbers: [Token: UInt32] = [:]
    func number(of token: Token) -> UInt32 {
      if let number = numbers[token] { return number }
      let number = UInt32(numbers.count)
      numbers[token] = number
      return number
    }
    self.reference = reference.map(number)
    self.hypothesis = hypothesis.map(number)
    alphabet = numbers.count
  }

  /// Numbers the scalars of two strings: Latin-1 stands for itself, others follow in the order of appearance.
  init(scalarsOf reference: String, _ hypothesis: String) {
    var table = ScalarTable()
    self.reference = table.numbers(of: reference)
    self.hypothesis = table.numbers(of: hypothesis)
    alphabet = table.alphabet
  }

  /// Numbers the grapheme clusters of two strings, which are equal if canonically equivalent.
  init(graphemesOf reference: String, _ hypothesis: String) {
    if reference.isPlain, hypothesis.isPlain {
      self.init(scalarsOf: reference, hypothesis)
    } else {
      self.init(reference, hypothesis)
    }
  }

  /// The two tokenisations of one unit.
  init(_ reference: String, _ hypothesis: String, unit: TextUnit) {
    switch unit {
    case .scalar: self.init(scalarsOf: reference, hypothesis)
    case .grapheme: self.init(graphemesOf: reference, hypothesis)
    case .word:
      var splitter = WordSplitter()
      self = splitter.pair(reference, hypothesis)
    }
  }

  /// Takes numbers that are known to be below the alphabet's size.
  init(reference: [UInt32], hypothesis: [UInt32], alphabet: Int) {
    self.reference = reference
    self.hypothesis = hypothesis
    self.alphabet = alphabet
  }
}

extension String {
  /// Whether each scalar is a grapheme cluster of its own for sure: ASCII without a carriage return.
  fileprivate var isPlain: Bool {
    utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D }
  }
}
