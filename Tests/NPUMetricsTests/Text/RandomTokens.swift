import NPUMetrics

/// Random token sequences and texts for the property tests, from a seed.
struct RandomTokens {
  var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(generator.next() % UInt64(range.count))
  }

  mutating func tokens(_ count: Int, alphabet: Int) -> [UInt32] {
    (0..<count).map { _ in UInt32(integer(0...(alphabet - 1))) }
  }

  /// The sequence with about one edit for each `interval` tokens.
  mutating func edited(_ tokens: [UInt32], alphabet: Int, interval: Int) -> [UInt32] {
    var result: [UInt32] = []
    for token in tokens {
      switch integer(0...(3 * interval - 1)) {
      case 0: break
      case 1: result.append(UInt32(integer(0...(alphabet - 1))))
      case 2: result += [token, UInt32(integer(0...(alphabet - 1)))]
      default: result.append(token)
      }
    }
    return result
  }

  /// Scalars from all planes, from few neighbours, from ASCII, or from what the normalisers treat in a special way.
  mutating func text(_ count: Int) -> String {
    let special = Array(" \t\n\u{1C}\u{A0}'’,.$¢€£%()[]<>-_1029०٣sthmrΣσİßﬁ①½Ååẍ̣가각がㄱ．，　Ａ１".unicodeScalars)
    let kind = integer(0...4)
    var text = String.UnicodeScalarView()
    while text.count < count {
      let value: Int
      switch kind {
      case 0: value = integer(0...0x10FFFF)
      case 1: value = integer(0x4E00...0x4E20)
      case 2: value = integer(0...0x7F)
      case 3: value = integer(0...0x2FFF)
      default: value = Int(special[integer(0...(special.count - 1))].value)
      }
      if let scalar = Unicode.Scalar(UInt32(value)) { text.append(scalar) }
    }
    return String(text)
  }
}
