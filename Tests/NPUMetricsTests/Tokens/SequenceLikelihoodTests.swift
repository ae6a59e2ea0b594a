internal import NPUMetrics
internal import Testing

@Suite("Sequence likelihood")
struct SequenceLikelihoodTests {
  @Test("Perplexity and its relatives equal the reference")
  func golden() throws {
    let cases = try GoldenLogprobs.load().perplexity
    #expect(cases.count == 8)
    for expected in cases {
      let found = try SequenceLikelihood(logprobs: expected.logprobs)
      #expect(found.tokens == expected.tokens)
      #expect(agree(found.sum, expected.sum), "\(expected): \(found.sum)")
      #expect(agree(found.meanNegativeLogLikelihood, expected.mean_nll), "\(expected)")
      #expect(agree(found.bitsPerToken, expected.bits_per_token), "\(expected)")
      #expect(agree(found.perplexity, expected.perplexity.value), "\(expected): \(found.perplexity)")
    }
  }

  @Test("The null that echo gives the first token changes no figure")
  func leadingNull() throws {
    let plain = try SequenceLikelihood(logprobs: [-0.5, -1.5, -2])
    let echoed = try SequenceLikelihood(logprobs: [nil, -0.5, -1.5, -2])
    #expect(echoed.leadingNulls == 1)
    #expect(plain.leadingNulls == 0)
    #expect(echoed.perplexity == plain.perplexity)
    #expect(echoed.tokens == 3)
    #expect(echoed.minimum == -2)
  }

  @Test("A certain sequence has perplexity 1 and a uniform choice of k has perplexity k", arguments: [1, 2, 4, 1024])
  func uniform(k: Int) throws {
    let logprob = -[1: 0.0, 2: 0.6931471805599453, 4: 1.3862943611198906, 1024: 6.931471805599453][k, default: .nan]
    let found = try SequenceLikelihood(logprobs: Array(repeating: logprob, count: 37))
    #expect(agree(found.perplexity, Double(k)))
    #expect(found.meanNegativeLogLikelihood.sign == .plus)
  }

  @Test("Clamped values count as written, or are left out and reported")
  func clamped() throws {
    let logprobs: [Double?] = [-1, -9999, -3]
    let counted = try SequenceLikelihood(logprobs: logprobs)
    #expect(counted.sum == -10003)
    #expect(counted.tokens == 3)
    #expect(counted.clamped == 1)
    #expect(counted.perplexity == .infinity)
    let excluded = try SequenceLikelihood(logprobs: logprobs, clamped: .excluded)
    #expect(excluded.sum == -4)
    #expect(excluded.tokens == 2)
    #expect(excluded.clamped == 1)
    #expect(excluded.minimum == -3)
    #expect(try SequenceLikelihood(logprobs: [-.infinity, -1]).perplexity == .infinity)
  }

  @Test(
    "What cannot be summed is refused by its cause",
    arguments: [
      ([], TokenError.Kind.emptySequence), ([nil], .emptySequence), ([nil, nil], .emptySequence),
      ([-1, nil, -2], .missingLogprob), ([nil, -1, nil], .missingLogprob), ([-1, .nan], .invalidLogprob),
      ([0.9], .invalidLogprob), ([.infinity], .invalidLogprob),
    ] as [([Double?], TokenError.Kind)])
  func refused(logprobs: [Double?], kind: TokenError.Kind) {
    let error = #expect(throws: TokenError.self) { try SequenceLikelihood(logprobs: logprobs) }
    #expect(error?.kind == kind)
    #expect(error?.shortDescription == kind.rawValue)
  }

  @Test("Nothing but clamped values is an empty sequence once they are left out")
  func onlyClamped() {
    let error = #expect(throws: TokenError.self) {
      try SequenceLikelihood(logprobs: [-9999, -9999], clamped: .excluded)
    }
    #expect(error?.kind == .emptySequence)
  }

  @Test("A value above 0 by rounding is accepted")
  func rounding() throws {
    #expect(try SequenceLikelihood(logprobs: [1e-6, -1e-6]).perplexity == 1)
  }

  @Test("The sum of many small values keeps its digits")
  func longSequence() throws {
    let found = try SequenceLikelihood(logprobs: Array(repeating: -0.1, count: 100_000))
    #expect(found.meanLogprob == -0.1)
  }
}
