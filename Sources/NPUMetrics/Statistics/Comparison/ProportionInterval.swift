/// A share of successes with a confidence interval.
///
/// - Definition: Wilson: (k + z^2 / 2 -+ z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2). Clopper-Pearson: the quantiles
///   (1
///   - c) / 2 of Beta(k, n - k + 1) and (1 + c) / 2 of Beta(k + 1, n - k).
/// - Range: 0 to 1; unlike the textbook's p -+ z sqrt(p q / n) the ends never leave it, and 0 failures of n do not give
///   an interval of no width.
/// - Cost: constant.
/// - Reference: Wilson, Journal of the American Statistical Association 22 (1927); Clopper and Pearson, Biometrika 26
///   (1934); Newcombe, Statistics in Medicine 17 (1998), for the continuity correction. Equal to
///   `scipy.stats.binomtest(k, n).proportion_ci` of scipy 1.17.
public struct ProportionInterval: Sendable, Hashable {
  /// How the ends are found.
  @nonexhaustive
  public enum Method: String, Sendable, Hashable, CaseIterable, Codable {
    /// The score interval of Wilson: on average the stated confidence.
    case wilson
    /// The score interval with a continuity correction: a little wider.
    case wilsonContinuity = "wilson_continuity"
    /// The interval of Clopper and Pearson: never below the stated confidence, often far above.
    case clopperPearson = "clopper_pearson"
  }

  /// The number of successes.
  public let successes: Int
  /// The number of trials.
  public let trials: Int
  /// The lower end of the interval.
  public let low: Double
  /// The upper end of the interval.
  public let high: Double
  /// The confidence level, such as 0.95.
  public let confidence: Double
  /// How the ends were found.
  public let method: Method

  /// The share of successes, 0 to 1.
  public var estimate: Double { Double(successes) / Double(trials) }

  /// Computes the interval.
  ///
  /// - Parameters:
  ///   - successes: How many trials succeeded, 0 to `trials`.
  ///   - trials: How many trials there were, 1 or more.
  ///   - confidence: The confidence level, above 0 and below 1.
  ///   - method: How to find the ends.
  /// - Throws: ``StatisticsError`` if a number is outside its range.
  public init(
    successes: Int, trials: Int, confidence: Double = 0.95, method: Method = .wilson
  ) throws(StatisticsError) {
    try StatisticsError.check(confidence: confidence)
    guard trials > 0 else { throw .tooFewSamples("A proportion", Swift.max(trials, 0), needed: 1) }
    guard (0...trials).contains(successes) else {
      throw .outOfRange("The number of successes", Double(successes), "0 to the number of trials, \(trials)")
    }
    self.successes = successes
    self.trials = trials
    self.confidence = confidence
    self.method = method
    let ends =
      switch method {
      case .wilson: Self.wilson(Double(successes), Double(trials), confidence)
      case .wilsonContinuity: Self.wilsonContinuity(Double(successes), Double(trials), confidence)
      case .clopperPearson: Self.clopperPearson(Double(successes), Double(trials), confidence)
      }
    low = successes == 0 ? 0 : Swift.max(ends.low, 0)
    high = successes == trials ? 1 : Swift.min(ends.high, 1)
  }

  private static func wilson(_ k: Double, _ n: Double, _ confidence: Double) -> (low: Double, high: Double) {
    let z = -NormalDistribution.quantile((1 - confidence) / 2)
    let center = k + z * z / 2
    let reach = z * (k * (n - k) / n + z * z / 4).squareRoot()
    return ((center - reach) / (n + z * z), (center + reach) / (n + z * z))
  }

  private static func wilsonContinuity(
    _ k: Double, _ n: Double, _ confidence: Double
  ) -> (low: Double, high: Double) {
    let z = -NormalDistribution.quantile((1 - confidence) / 2)
    let center = 2 * k + z * z
    let share = k / n
    // Under the roots stands a negative number only where the end is 0 or 1 anyway.
    let below = (z * z - 2 - 1 / n + 4 * share * (n - k + 1)).squareRoot()
    let above = (z * z + 2 - 1 / n + 4 * share * (n - k - 1)).squareRoot()
    let divisor = 2 * (n + z * z)
    return ((center - 1 - z * below) / divisor, (center + 1 + z * above) / divisor)
  }

  private static func clopperPearson(_ k: Double, _ n: Double, _ confidence: Double) -> (low: Double, high: Double) {
    let level = (1 - confidence) / 2
    let low = k > 0 ? BetaDistribution(a: k, b: n - k + 1).quantile(level) : 0
    // By symmetry from the lower end, where a small share of failures keeps its digits.
    let high = k < n ? 1 - BetaDistribution(a: n - k, b: k + 1).quantile(level) : 1
    return (low, high)
  }
}
