import Testing

@testable import NPUMetrics

@Suite("Edit distance")
struct EditDistanceTests {
  /// Around the limits of a word (64), of the short kernel, and of a stripe (512).
  static let lengths = [0, 1, 2, 3, 31, 63, 64, 65, 66, 127, 128, 129, 200, 511, 512, 513, 577]

  @Test("The kernels agree with the plain matrix at every length", arguments: lengths)
  func agreesWithDefinition(_ length: Int) throws {
    var random = RandomTokens(seed: UInt64(length))
    for alphabet in [1, 2, 4, 27, 3000] {
      let first = random.tokens(length, alphabet: alphabet)
      for second in [
        random.tokens(Self.lengths[random.integer(0...(Self.lengths.count - 5))], alphabet: alphabet),
        random.edited(first, alphabet: alphabet, interval: 8),
      ] {
        let plain = PlainEditMatrix(first, second)
        #expect(EditDistance.levenshtein(first, second) == plain.distance)
        #expect(EditDistance.levenshtein(second, first) == plain.distance)
        let alignment = try EditAlignment(reference: first, hypothesis: second)
        #expect(alignment.counts == plain.counts)
        #expect(alignment.isValid(first, second))
        #expect(try ErrorRate.tokens(reference: first, hypothesis: second) == plain.counts)
      }
    }
  }

  @Test("Alignments over several stripes agree with the plain matrix", arguments: [2, 6, 40])
  func severalStripes(_ interval: Int) throws {
    var random = RandomTokens(seed: UInt64(interval))
    let first = random.tokens(1_150, alphabet: 5)
    let second = random.edited(first, alphabet: 5, interval: interval)
    let plain = PlainEditMatrix(first, second)
    #expect(EditDistance.levenshtein(first, second) == plain.distance)
    let alignment = try EditAlignment(reference: first, hypothesis: second)
    #expect(alignment.counts == plain.counts)
    #expect(alignment.isValid(first, second))
  }

  @Test("A band gives the distance if it is within the limit, and never a value within it otherwise")
  func band() {
    var random = RandomTokens(seed: 5)
    for (rows, columns, interval) in [(1_030, 0, 12), (700, 0, 3), (600, 900, 1), (1_030, 560, 1)] {
      let first = random.tokens(rows, alphabet: 4)
      let second =
        columns == 0 ? random.edited(first, alphabet: 4, interval: interval) : random.tokens(columns, alphabet: 4)
      let distance = PlainEditMatrix(first, second).distance
      var kernel = StripeKernel()
      kernel.reserve(alphabet: 4, rows: first.count, columns: second.count)
      let surplus = abs(first.count - second.count)
      for limit in [surplus, surplus + 1, distance - 1, distance, distance + 1, 2 * distance, 5_000]
      where limit >= surplus {
        let band = EditBand(rows: first.count, columns: second.count, limit: limit)
        switch band.distance(kernel, rows: first.span, columns: second.span) {
        case .within(let found): #expect(found == distance && distance <= limit)
        case .over: #expect(distance > limit)
        }
      }
    }
  }

  @Test("A cutoff lets distances through up to itself")
  func cutoff() {
    var random = RandomTokens(seed: 6)
    for length in [5, 64, 70, 600] {
      let first = random.tokens(length, alphabet: 6)
      let second = random.edited(first, alphabet: 6, interval: 5)
      let distance = EditDistance.levenshtein(first, second)
      for cutoff in [-1, 0, 1, distance - 1, distance, distance + 1, 10 * length] {
        #expect(
          EditDistance.levenshtein(first, second, cutoff: cutoff) == (distance <= cutoff ? distance : nil),
          "length \(length), cutoff \(cutoff)")
      }
    }
  }

  @Test("The distance is a metric")
  func metric() {
    var random = RandomTokens(seed: 7)
    for _ in 0..<60 {
      let texts = (0..<3).map { _ in random.text(random.integer(0...90)) }
      for unit in TextUnit.allCases {
        let there = EditDistance.levenshtein(texts[0], texts[1], unit: unit)
        #expect(there == EditDistance.levenshtein(texts[1], texts[0], unit: unit))
        #expect(EditDistance.levenshtein(texts[0], texts[0], unit: unit) == 0)
        let detour =
          EditDistance.levenshtein(texts[0], texts[2], unit: unit)
          + EditDistance.levenshtein(texts[2], texts[1], unit: unit)
        #expect(there <= detour)
      }
    }
  }

  @Test("Graphemes are compared by canonical equivalence, scalars by value")
  func units() {
    #expect(EditDistance.levenshtein("caf\u{E9}", "cafe\u{301}") == 2)
    #expect(EditDistance.levenshtein("caf\u{E9}", "cafe\u{301}", unit: .grapheme) == 0)
    #expect(EditDistance.levenshtein("👩‍👩‍👧", "👩", unit: .grapheme) == 1)
    #expect(EditDistance.levenshtein("\r\n", "\n", unit: .grapheme) == 1)
    #expect(EditDistance.levenshtein("the cat sat", "the hat sat", unit: .word) == 1)
  }

  @Test("An alignment too large for its memory is refused with the numbers")
  func memoryLimit() throws {
    var random = RandomTokens(seed: 8)
    let first = random.tokens(600, alphabet: 4)
    let second = random.tokens(600, alphabet: 4)
    let error = #expect(throws: TextMetricError.self) {
      try EditAlignment(reference: first, hypothesis: second, memoryLimit: 10_000)
    }
    #expect(error?.kind == .alignmentTooLarge)
    #expect(error?.message.contains("10000") == true)
    #expect(throws: TextMetricError.self) {
      try EditAlignment(reference: Array(first[..<10]), hypothesis: second, memoryLimit: 1_000)
    }
    #expect(try EditAlignment(reference: first, hypothesis: first, memoryLimit: 0).counts.hits == 600)
  }
}

extension EditAlignment {
  /// Whether the chunks cover both sequences without gaps and say what is so.
  fileprivate func isValid(_ first: [UInt32], _ second: [UInt32]) -> Bool {
    var row = 0
    var column = 0
    var last: Operation?
    for chunk in chunks {
      guard chunk.reference.lowerBound == row, chunk.hypothesis.lowerBound == column, chunk.operation != last else {
        return false
      }
      let left = first[chunk.reference]
      let right = second[chunk.hypothesis]
      switch chunk.operation {
      case .equal: guard left.elementsEqual(right), !left.isEmpty else { return false }
      case .substitute:
        guard left.count == right.count, zip(left, right).allSatisfy({ $0 != $1 }) else { return false }
      case .delete: guard right.isEmpty, !left.isEmpty else { return false }
      case .insert: guard left.isEmpty, !right.isEmpty else { return false }
      }
      row = chunk.reference.upperBound
      column = chunk.hypothesis.upperBound
      last = chunk.operation
    }
    return row == first.count && column == second.count
  }
}
