/// Whether k successes in n trials fit a stated probability: the exact test.
///
/// - Definition: less: P(X <= k); greater: P(X >= k); two-sided: the sum of the probabilities of all counts that are no
///   more probable than k, equal within one part in 10^7.
/// - Range: 0 to 1.
/// - Cost: constant for one side; log n evaluations for two.
/// - Reference: Clopper and Pearson, Biometrika 26 (1934); equal to `scipy.stats.binomtest` of scipy 1.17.
public struct BinomialTest: Sendable, Hashable {
  /// What the test looks for.
  public enum Alternative: String, Sendable, Hashable, CaseIterable {
    /// Another probability, to either side.
    case twoSided = "two-sided"
    /// A lower probability.
    case less
    /// A higher probability.
    case greater
  }

  /// The number of successes.
  public let successes: Int
  /// The number of trials.
  public let trials: Int
  /// The probability that is tested.
  public let probability: Double
  /// What the test looks for.
  public let alternative: Alternative
  /// The probability of such a count or a more extreme one.
  public let pValue: Double

  /// Tests a count.
  ///
  /// - Parameters:
  ///   - successes: How many trials succeeded, 0 to `trials`.
  ///   - trials: How many trials there were, 1 or more.
  ///   - probability: The probability of a success, 0 to 1.
  ///   - alternative: What to look for.
  /// - Throws: ``StatisticsError`` if a number is outside its range.
  public init(
    successes: Int, trials: Int, probability: Double = 0.5, alternative: Alternative = .twoSided
  ) throws(StatisticsError) {
    guard trials > 0 else { throw .tooFewSamples("A binomial test", Swift.max(trials, 0), needed: 1) }
    guard (0...trials).contains(successes) else {
      throw .outOfRange("The number of successes", Double(successes), "0 to the number of trials, \(trials)")
    }
    guard probability >= 0, probability <= 1 else {
      throw .outOfRange("The probability of a success", probability, "0 to 1")
    }
    self.successes = successes
    self.trials = trials
    self.probability = probability
    self.alternative = alternative
    let distribution = BinomialDistribution(trials: trials, probability: probability)
    pValue =
      switch alternative {
      case .less: distribution.cumulative(successes)
      case .greater: distribution.upperTail(successes)
      case .twoSided: Self.twoSided(successes, distribution)
      }
  }

  private static func twoSided(_ k: Int, _ distribution: BinomialDistribution) -> Double {
    let n = distribution.trials
    let mean = Double(n) * distribution.probability
    guard Double(k) != mean else { return 1 }
    let limit = distribution.mass(k) * (1 + 1e-7)
    if Double(k) < mean {
      // Beyond the mean the probabilities fall: the first that is low enough begins the other tail.
      let other = first(in: Int(mean.rounded(.up))...n + 1) { distribution.mass($0) <= limit }
      return Swift.min(1, distribution.cumulative(k) + distribution.upperTail(other))
    }
    let other = n - first(in: n - Int(mean.rounded(.down))...n + 1) { distribution.mass(n - $0) <= limit }
    return Swift.min(1, distribution.upperTail(k) + distribution.cumulative(other))
  }

  /// The first number of a range from which on a condition holds; the last where it never does.
  private static func first(in range: ClosedRange<Int>, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
