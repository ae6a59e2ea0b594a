internal import Foundation
internal import NPUMetrics
internal import Testing

/// Whether two figures agree to 1e-12 relative and 1e-15 absolute, the tolerance of the reference.
func agree(_ found: Double?, _ expected: Double?) -> Bool {
  guard let found, let expected else { return found == nil && expected == nil }
  if found == expected { return true }
  return (found - expected).magnitude <= 1e-12 * expected.magnitude + 1e-15
}

@Suite("Token divergence")
struct TokenDivergenceTests {
  @Test("Every figure of every pair equals the reference")
  func golden() throws {
    let cases = try GoldenLogprobs.load().divergences
    #expect(cases.count == 45)
    for expected in cases {
      let found = TokenDivergence(reference: try expected.reference, candidate: try expected.candidate)
      #expect(found.shared == expected.shared)
      #expect(found.top1Agrees == expected.top1_agree, "\(expected)")
      let figures: [(String, Double?, Double?)] = [
        ("rest p", found.referenceRest, expected.rest_p), ("rest q", found.candidateRest, expected.rest_q),
        ("rest", found.klRest, expected.kl_rest), ("reverse", found.klRestReverse, expected.kl_rest_reverse),
        ("js", found.jsRest, expected.js_rest), ("tv", found.tvRest, expected.tv_rest),
        ("renormalized", found.klRenormalized, expected.kl_renormalized),
        ("groups", found.klGroups, expected.kl_groups), ("floor", found.klFloor, expected.kl_floor),
        ("jaccard", found.jaccard, expected.jaccard),
        ("max", found.maxLogprobDifference, expected.max_abs_logprob_diff),
        ("mean", found.meanLogprobDifference, expected.mean_abs_logprob_diff),
        ("rms", found.rmsProbabilityDifference, expected.rms_probability_diff),
      ]
      for (name, value, wanted) in figures {
        #expect(agree(value, wanted), "\(expected) \(name): \(String(describing: value))")
      }
      if let truth = expected.full_vocabulary_kl, truth > 0 {
        #expect(found.klRest <= truth * (1 + 1e-9), "\(expected): a lower bound")
      }
    }
  }

  /// A random distribution over a vocabulary, of which the k likeliest tokens are known.
  static func random(_ generator: inout SeededGenerator, vocabulary: Int, k: Int) throws -> TopLogprobs<Int> {
    let weights = (0..<vocabulary).map { _ in generator.gamma(shape: 0.3) + 1e-9 }
    let total = weights.reduce(0, +)
    let entries = weights.enumerated().map { ($0.offset, log($0.element / total)) }
    return try TopLogprobs(Array(entries.sorted { $0.1 > $1.1 }.prefix(k)))
  }

  @Test("A distribution is no distance from itself", arguments: 0..<40)
  func identity(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let list = try Self.random(&generator, vocabulary: 30, k: generator.integer(in: 1...30))
    let found = TokenDivergence(reference: list, candidate: list)
    #expect(found.klGroups == 0)
    #expect(found.klRest == 0)
    #expect(found.klRestReverse == 0)
    #expect(found.klRenormalized == 0)
    #expect(found.klFloor == 0)
    #expect(found.jsRest == 0)
    #expect(found.tvRest == 0)
    #expect(found.jaccard == 1)
    #expect(found.top1Agrees)
    #expect(found.maxLogprobDifference == 0)
    #expect(list.topAgreement(with: list) == 1)
  }

  @Test("Divergences are not negative, symmetric ones are symmetric, and ranges hold", arguments: 100..<180)
  func properties(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let a = try Self.random(&generator, vocabulary: 25, k: generator.integer(in: 1...24))
    let b = try Self.random(&generator, vocabulary: 25, k: generator.integer(in: 1...24))
    let ab = TokenDivergence(reference: a, candidate: b)
    let ba = TokenDivergence(reference: b, candidate: a)
    #expect(ab.klRest >= -1e-15)
    #expect(ab.klGroups >= -1e-8)
    #expect(ab.klRenormalized ?? 0 >= 0)
    #expect(ab.klRest == ba.klRestReverse)
    #expect(agree(ab.jsRest, ba.jsRest))
    #expect(agree(ab.tvRest, ba.tvRest))
    #expect(ab.jsRest >= 0 && ab.jsRest <= 0.6931471805599454)
    #expect(ab.tvRest >= 0 && ab.tvRest <= 1)
    #expect(ab.jaccard == ba.jaccard && ab.jaccard >= 0 && ab.jaccard <= 1)
    #expect(ab.referenceOnly == ba.candidateOnly)
    // Pinsker's inequality ties two figures that are computed apart.
    #expect(2 * ab.tvRest * ab.tvRest <= ab.klRest + 1e-12)
    #expect(a.topAgreement(with: b) == b.topAgreement(with: a))
  }

  @Test("A rest near the least cell keeps its digits")
  func tinyRest() throws {
    // 1 - e^-x is x - x^2/2 + ..., known to all digits for small x.
    let x = 3e-9
    let p = try TopLogprobs([("a", -x)])
    let q = try TopLogprobs([("a", -2 * x)])
    let found = TokenDivergence(reference: p, candidate: q)
    #expect((found.referenceRest / (x - x * x / 2) - 1).magnitude < 1e-14)
    #expect((found.candidateRest / (2 * x - 2 * x * x) - 1).magnitude < 1e-14)
  }

  @Test("Minus infinity is a probability of 0")
  func minusInfinity() throws {
    let p = try TopLogprobs([(0, -0.1), (1, -.infinity)])
    let q = try TopLogprobs([(0, -0.1), (1, -3.0)])
    let found = TokenDivergence(reference: p, candidate: q)
    #expect(found.klRest.isFinite)
    #expect(found.klRestReverse == .infinity)
    #expect(found.klGroups.isFinite)
    #expect(found.maxLogprobDifference == .infinity)
    let same = TokenDivergence(reference: p, candidate: p)
    #expect(same.klRest == 0)
    #expect(same.maxLogprobDifference == 0)
    let none = try TopLogprobs([(1, -.infinity)])
    #expect(TokenDivergence(reference: none, candidate: none).klRenormalized == nil)
  }

  @Test("Among equally likely tokens the smaller one is the first")
  func ties() throws {
    let half = -0.6931471805599453
    let p = try TopLogprobs([(7, half), (3, half)])
    let q = try TopLogprobs([(3, half), (9, half)])
    #expect(p.entries.map(\.token) == [3, 7])
    #expect(TokenDivergence(reference: p, candidate: q).top1Agrees)
  }

  @Test(
    "The shared part of the likeliest k does not depend on order within them",
    arguments: [(1, 0.0), (2, 0.5), (3, 2.0 / 3), (4, 0.75)])
  func topAgreement(k: Int, share: Double) throws {
    let p = try TopLogprobs(["a": -1.0, "b": -1.5, "c": -2, "d": -3])
    let q = try TopLogprobs(["b": -1.0, "x": -1.6, "a": -2, "d": -3, "e": -4])
    #expect(p.topAgreement(with: q, k: k) == share)
    #expect(p.topAgreement(with: q) == 0.75)
    #expect(p.topAgreement(with: q, k: 5) == nil)
    #expect(p.topAgreement(with: q, k: 0) == nil)
  }

  @Test(
    "A list that is no distribution is refused by its cause",
    arguments: [
      ([], TokenError.Kind.emptySequence), ([(1, -1), (1, -2)], .duplicateToken), ([(1, .nan)], .invalidLogprob),
      ([(1, 0.7)], .invalidLogprob), ([(1, 0), (2, -1)], .massAboveOne),
    ] as [([(Int, Double)], TokenError.Kind)])
  func refused(entries: [(Int, Double)], kind: TokenError.Kind) {
    let error = #expect(throws: TokenError.self) { try TopLogprobs(entries) }
    #expect(error?.kind == kind)
  }

  @Test("Tokens of the same text can be added up")
  func summed() throws {
    let quarter = -1.3862943611198906
    let list = try TopLogprobs([("\u{FFFD}", quarter), ("\u{FFFD}", quarter)], duplicates: .summed)
    #expect(list.count == 1)
    #expect(agree(list.entries.first?.logprob, -0.6931471805599453))
  }
}

@Suite("Divergence summary")
struct DivergenceSummaryTests {
  @Test("Means, the worst place and the first disagreement follow from the places")
  func summary() throws {
    let p = try TopLogprobs([(0, -0.5), (1, -1.5)])
    let near = try TopLogprobs([(0, -0.6), (1, -1.4)])
    let far = try TopLogprobs([(1, -0.5), (2, -1.5)])
    let found = try DivergenceSummary(reference: [p, p, p, p], candidate: [p, near, far, far])
    let places = [p, near, far, far].map { TokenDivergence(reference: p, candidate: $0) }
    #expect(found.places == 4)
    #expect(found.worstPlace == 2)
    #expect(found.maxKLGroups == places[2].klGroups)
    #expect(found.top1Agreement == 0.5)
    #expect(found.firstTop1Disagreement == 2)
    #expect(agree(found.meanKLGroups, places.map(\.klGroups).reduce(0, +) / 4))
    #expect(agree(found.meanKLRest, places.map(\.klRest).reduce(0, +) / 4))
    #expect(agree(found.meanJSRest, places.map(\.jsRest).reduce(0, +) / 4))
    #expect(agree(found.meanJaccard, (1 + 1 + 1.0 / 3 + 1.0 / 3) / 4))
    #expect(found.maxLogprobDifference == 1)
  }

  @Test("No place, or a different number of places, is refused")
  func refused() throws {
    let p = try TopLogprobs([(0, -0.5)])
    #expect(throws: TokenError.self) { try DivergenceSummary([]) }
    let error = #expect(throws: TokenError.self) { try DivergenceSummary(reference: [p, p], candidate: [p]) }
    #expect(error?.kind == .lengthMismatch)
    #expect(error?.message.contains("2") == true)
  }
}
