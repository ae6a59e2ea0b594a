/// How many of n independent trials succeed, each with probability p.
struct BinomialDistribution: Sendable, Hashable {
  let trials: Int
  let probability: Double

  /// The probability of exactly k successes.
  ///
  /// Loader's form, as in ``BetaDistribution``.
  func mass(_ k: Int) -> Double {
    guard (0...trials).contains(k) else { return 0 }
    let n = Double(trials)
    if probability <= 0 { return k == 0 ? 1 : 0 }
    if probability >= 1 { return k == trials ? 1 : 0 }
    if k == 0 { return (n * Self.logarithm(ofComplement: probability)).reproducibleExponential }
    if k == trials { return (n * probability.reproducibleLogarithm).reproducibleExponential }
    let successes = Double(k)
    let failures = n - successes
    return BetaDistribution.front(successes, failures, probability, 1 - probability) * (n / (successes * failures))
  }

  /// The probability of k successes or fewer.
  func cumulative(_ k: Int) -> Double {
    if k < 0 { return 0 }
    if k >= trials { return 1 }
    return BetaDistribution(a: Double(trials - k), b: Double(k) + 1)
      .cumulative(1 - probability, complement: probability)
  }

  /// The probability of k successes or more.
  func upperTail(_ k: Int) -> Double {
    if k <= 0 { return 1 }
    if k > trials { return 0 }
    return BetaDistribution(a: Double(k), b: Double(trials - k) + 1)
      .cumulative(probability, complement: 1 - probability)
  }

  /// ln(1 - p), which keeps its digits for a small p.
  private static func logarithm(ofComplement p: Double) -> Double {
    let rest = 1 - p
    // The subtraction rounds by what 1 - rest and p differ in.
    return rest.reproducibleLogarithm + ((1 - rest) - p) / rest
  }
}
