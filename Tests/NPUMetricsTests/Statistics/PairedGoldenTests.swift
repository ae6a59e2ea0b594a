internal import Foundation
internal import NPUMetrics
internal import Testing

/// Reference figures of scipy 1.17.1 for paired comparisons, read from the fixture.
struct GoldenPairs: Decodable {
  struct Binomial: Decodable, Sendable {
    var k: Int
    var n: Int
    var p: Double
    var two_sided: Double
    var less: Double
    var greater: Double
  }

  struct Flips: Decodable, Sendable {
    var worse: Int
    var better: Int
    var cases: Int
    var p: Double
    var p_greater: Double
    var low: Double
    var high: Double
    var low90: Double
    var high90: Double
  }

  struct Power: Decodable, Sendable {
    var cases: Int
    var loss: Double
    var noise: Double
    var significance: Double
    var power: Double
  }

  struct Tolerance: Decodable, Sendable {
    var cases: Int
    var score: Double
    var tolerance: Double
    var loss: Double
    var passes: Double
  }

  struct Rates: Decodable, Sendable {
    var base: [Int]
    var cand: [Int]
    var length: [Int]
    var low: Double
    var high: Double
    var se: Double
  }

  var binomial: [Binomial]
  var flips: [Flips]
  var power: [Power]
  var tolerance: [Tolerance]
  var rates: [Rates]

  static func load() throws -> GoldenPairs {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/stats/paired.json")
    return try JSONDecoder().decode(GoldenPairs.self, from: Data(contentsOf: url))
  }
}

@Suite("Paired comparisons against the reference")
struct PairedGoldenTests {
  @Test("The binomial test", arguments: try GoldenPairs.load().binomial)
  func binomial(golden: GoldenPairs.Binomial) throws {
    for (alternative, expected) in [
      (BinomialTest.Alternative.twoSided, golden.two_sided), (.less, golden.less), (.greater, golden.greater),
    ] {
      let found = try BinomialTest(
        successes: golden.k, trials: golden.n, probability: golden.p, alternative: alternative)
      #expect(
        isClose(found.pValue, expected, relative: 1e-10, absolute: 1e-290), "\(golden) \(alternative): \(found.pValue)")
    }
  }

  @Test("McNemar's exact test and the interval of the loss", arguments: try GoldenPairs.load().flips)
  func flips(golden: GoldenPairs.Flips) throws {
    let flips = try PairedFlips(worse: golden.worse, better: golden.better, cases: golden.cases)
    #expect(isClose(flips.pValue, golden.p, relative: 1e-11, absolute: 0))
    #expect(isClose(flips.pValue(.greater), golden.p_greater, relative: 1e-11, absolute: 0))
    let interval = try LossInterval(flips)
    let narrow = try LossInterval(flips, confidence: 0.9)
    // The reference searches for a root of a score that is steep at the ends.
    for (found, expected) in [
      (interval.low, golden.low), (interval.high, golden.high), (narrow.low, golden.low90),
      (narrow.high, golden.high90),
    ] {
      #expect(isClose(found, expected, relative: 1e-8, absolute: 1e-9), "\(golden): \(found), not \(expected)")
    }
  }

  @Test("The power, against a sum over all outcomes", arguments: try GoldenPairs.load().power)
  func power(golden: GoldenPairs.Power) throws {
    let power = try FlipPower(significance: golden.significance, noise: golden.noise)
    let found = power.probability(ofFinding: golden.loss, in: golden.cases)
    #expect(isClose(found, golden.power, relative: 1e-9, absolute: 1e-12), "\(golden): \(found)")
  }

  @Test("How often a rule of tolerance passes a service that is worse", arguments: try GoldenPairs.load().tolerance)
  func tolerance(golden: GoldenPairs.Tolerance) throws {
    let rule = try ToleranceRule(cases: golden.cases, baselineScore: golden.score, tolerance: golden.tolerance)
    let found = rule.passProbability(atLoss: golden.loss)
    #expect(isClose(found, golden.passes, relative: 1e-10, absolute: 1e-14), "\(golden): \(found)")
  }

  @Test("The paired bootstrap of a difference of rates", arguments: try GoldenPairs.load().rates)
  func rates(golden: GoldenPairs.Rates) throws {
    let cases = zip(zip(golden.base, golden.cand), golden.length).map {
      PairedRateDifference.Case(baselineErrors: $0.0, candidateErrors: $0.1, length: $1)
    }
    let found = try PairedRateDifference(cases, bootstrap: Bootstrap(resamples: 20_000)).difference
    // Both are drawn: an end of 20,000 resamples has some 3 % of the standard error as its own.
    #expect(abs(found.low - golden.low) < 0.12 * golden.se, "\(found)")
    #expect(abs(found.high - golden.high) < 0.12 * golden.se, "\(found)")
    #expect(isClose(found.standardError, golden.se, relative: 0.03))
  }
}
