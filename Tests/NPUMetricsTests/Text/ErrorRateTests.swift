import NPUMetrics
import Testing

@Suite("Error rates")
struct ErrorRateTests {
  @Test("An empty reference has the number of insertions as its rate")
  func emptyReference() throws {
    let counts = try ErrorRate.words(reference: "", hypothesis: "three words more")
    #expect(counts == EditCounts(insertions: 3))
    #expect(counts.errorRate == 3)
    #expect(counts.matchErrorRate == 1)
    #expect(counts.informationPreserved == 0)
    #expect(counts.informationLost == 1)
  }

  @Test("Two empty texts have no error")
  func bothEmpty() throws {
    let counts = try ErrorRate.characters(reference: " \n", hypothesis: "")
    #expect(counts == EditCounts())
    #expect(counts.errorRate == 0)
    #expect(counts.matchErrorRate == 0)
    #expect(counts.informationPreserved == 1)
    #expect(try ErrorRate.words(references: [], hypotheses: []).errorRate == 0)
  }

  @Test("An empty hypothesis has lost everything")
  func emptyHypothesis() throws {
    let counts = try ErrorRate.words(reference: "a b", hypothesis: "")
    #expect(counts == EditCounts(deletions: 2))
    #expect(counts.errorRate == 1)
    #expect(counts.informationPreserved == 0)
  }

  @Test(
    "Words part at runs of white space and at single spaces alone",
    arguments: [
      ("a b", 2), ("a\tb", 1), ("a \tb", 2), ("a\u{A0}b", 1), ("a\u{A0}\u{3000}b", 2), ("\ta\u{85}", 1),
      (" \u{3000} a  b\u{2003}", 2), ("\u{E9}\u{2028}\u{E9}", 1), ("\u{1C}", 0), ("\u{1C}a\u{1D}", 1), ("中 文", 2),
    ])
  func splitting(_ text: String, _ count: Int) throws {
    #expect(try ErrorRate.words(reference: text, hypothesis: "").deletions == count)
    #expect(try ErrorRate.words(reference: text, hypothesis: text).hits == count)
  }

  @Test("Swapping the texts swaps the surplus of deletions and keeps the distance")
  func swapped() throws {
    var random = RandomTokens(seed: 21)
    let vocabulary = ["a", "b", "cc", "ddd", "é", "中"]
    for _ in 0..<200 {
      let texts = (0..<2).map { _ in
        (0..<random.integer(0...80)).map { _ in vocabulary[random.integer(0...5)] }.joined(separator: " ")
      }
      let there = try ErrorRate.words(reference: texts[0], hypothesis: texts[1])
      let back = try ErrorRate.words(reference: texts[1], hypothesis: texts[0])
      #expect(there.distance == back.distance)
      // Where several alignments are optimal the split may differ, but not this.
      #expect(there.deletions - there.insertions == back.insertions - back.deletions)
      #expect(there.referenceCount == back.hypothesisCount)
      #expect(there.hypothesisCount == back.referenceCount)
    }
  }

  @Test("Swapping the texts swaps insertions and deletions")
  func swappedSimple() throws {
    let there = try ErrorRate.words(reference: "a b c d", hypothesis: "a c d e f")
    #expect(there == EditCounts(hits: 3, deletions: 1, insertions: 2))
    let back = try ErrorRate.words(reference: "a c d e f", hypothesis: "a b c d")
    #expect(back == EditCounts(hits: 3, deletions: 2, insertions: 1))
  }

  @Test("A corpus rate weighs tokens, not pairs")
  func corpus() throws {
    let counts = try ErrorRate.words(references: ["a", "b c d e f g h i j"], hypotheses: ["x", "b c d e f g h i j"])
    #expect(counts.errorRate == 0.1)
    #expect(
      try counts == ErrorRate.words(reference: "a", hypothesis: "x")
        + ErrorRate.words(reference: "b c d e f g h i j", hypothesis: "b c d e f g h i j"))
  }

  @Test("Lists of unequal length are refused")
  func unequalLists() {
    let error = #expect(throws: TextMetricError.self) { try ErrorRate.words(references: ["a"], hypotheses: []) }
    #expect(error?.kind == .unequalCounts)
    #expect(throws: TextMetricError.self) { try ErrorRate.characters(references: [], hypotheses: ["a"]) }
  }

  @Test("Characters are scalars or graphemes")
  func characterUnit() throws {
    #expect(try ErrorRate.characters(reference: "e\u{301}", hypothesis: "é").distance == 2)
    #expect(try ErrorRate.characters(reference: "e\u{301}", hypothesis: "é", unit: .grapheme).distance == 0)
  }
}
