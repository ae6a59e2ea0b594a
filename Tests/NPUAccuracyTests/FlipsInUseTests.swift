internal import NPUAccuracy
internal import Testing

@Suite("Flips, as a user of the accuracy layer counts them")
struct FlipsInUseTests {
  @Test("A clear loss is worse, an equal service with enough cases is the same, a few cases are undecided")
  func verdicts() throws {
    #expect(try FlipComparison(PairedFlips(worse: 12, better: 1, cases: 200)).verdict == .worse)
    #expect(try FlipComparison(PairedFlips(worse: 1, better: 12, cases: 200)).verdict == .better)
    #expect(try FlipComparison(PairedFlips(worse: 3, better: 2, cases: 2000)).verdict == .same)
    #expect(try FlipComparison(PairedFlips(worse: 3, better: 0, cases: 30)).verdict == .undecided)
  }
}
