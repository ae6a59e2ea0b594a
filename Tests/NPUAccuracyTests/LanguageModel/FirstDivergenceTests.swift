import NPUAccuracy
import Testing

@Suite("Where two responses part")
struct FirstDivergenceTests {
  private func response(_ tokens: [(String, Double, [String: Double])]) -> RecordedResponse {
    RecordedResponse(
      text: tokens.map(\.0).joined(),
      tokens: tokens.map { RecordedToken(token: $0.0, logprob: $0.1, top: $0.2.isEmpty ? nil : $0.2) })
  }

  private func parting(_ own: Double, _ top: [String: Double]) -> FirstDivergence? {
    let start = ("The", -0.1, ["The": -0.1, "A": -2.4])
    return FirstDivergence(
      baseline: response([start, (" sea", own, top), (" is", -0.2, [" is": -0.2])]),
      candidate: response([start, (" sky", -0.7, [" sky": -0.7, " sea": -0.8])]))
  }

  @Test(
    "The margin of the candidate's token decides between near tie and defect",
    arguments: [
      (-0.70, -0.75, FirstDivergence.Kind.nearTie), (-0.70, -1.19, .nearTie), (-0.70, -1.21, .defect),
      (-0.01, -6, .defect),
      // The baseline itself passed over a likelier token: it was not greedy.
      (-3.0, -0.1, .unknown),
    ])
  func margin(own: Double, rival: Double, kind: FirstDivergence.Kind) throws {
    let found = try #require(parting(own, [" sea": own, " sky": rival, " sun": -7]))
    #expect(found.kind == kind)
    #expect(abs((found.margin ?? .nan) - (own - rival)) < 1e-12)
    #expect(!found.marginIsAtLeast)
    #expect((found.scalarIndex, found.tokenIndex) == (5, 1))
    #expect(found.baseline == "ea is" && found.candidate == "ky")
  }

  @Test("A token that the baseline did not list is at least as far away as the last one listed")
  func unlisted() throws {
    let far = try #require(parting(-0.1, [" sea": -0.1, " sun": -3]))
    #expect(far.kind == .defect && far.marginIsAtLeast)
    #expect(abs((far.margin ?? .nan) - 2.9) < 1e-12)
    // The list is too short to say more.
    #expect(parting(-0.1, [" sea": -0.1])?.kind == .unknown)
    #expect(parting(-0.1, [:])?.kind == .unknown)
  }

  @Test("Tokens that are parts of characters are not taken for the place where the texts part")
  func partsOfCharacters() throws {
    func response(_ text: String, _ word: String) -> RecordedResponse {
      let part = RecordedToken(token: "\u{FFFD}", logprob: -0.1, top: ["\u{FFFD}": -0.1])
      return RecordedResponse(
        text: text + word,
        tokens: [part, part, RecordedToken(token: word, logprob: -0.1, top: [" ok": -0.1, " no": -5])])
    }
    let found = try #require(
      FirstDivergence(baseline: response("\u{1F600}", " ok"), candidate: response("\u{1F60E}", " no")))
    #expect(found.scalarIndex == 0)
    #expect(found.kind == .unknown && found.margin == nil)
  }

  @Test("Equal responses do not part, and an end has no rival")
  func ends() {
    let long = response([("a", -0.1, ["a": -0.1]), ("b", -0.1, ["b": -0.1])])
    let short = response([("a", -0.1, ["a": -0.1])])
    #expect(FirstDivergence(baseline: long, candidate: long) == nil)
    #expect(FirstDivergence(baseline: long, candidate: short)?.kind == .unknown)
    #expect(FirstDivergence(baseline: short, candidate: long)?.tokenIndex == 1)
    #expect(FirstDivergence(baseline: RecordedResponse(error: "x"), candidate: long) == nil)
  }
}
