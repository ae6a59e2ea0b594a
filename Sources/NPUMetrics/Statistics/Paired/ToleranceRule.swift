/// The common rule "the score may be so many points below the baseline's", and how often it passes a worse service.
///
/// The rule knows no noise: over few cases it passes services that lost the whole tolerance, and fails some that lost
/// nothing.
public struct ToleranceRule: Sendable, Hashable {
  /// The number of cases.
  public let cases: Int
  /// The share of cases that the baseline gets right, 0 to 1.
  public let baselineScore: Double
  /// How far below it the score may be, as a share of the cases.
  public let tolerance: Double

  /// Creates a rule.
  ///
  /// - Throws: ``StatisticsError`` if a number is outside its range.
  public init(cases: Int, baselineScore: Double, tolerance: Double) throws(StatisticsError) {
    guard cases > 0 else { throw .tooFewSamples("A rule on a score", Swift.max(cases, 0), needed: 1) }
    guard baselineScore >= 0, baselineScore <= 1 else {
      throw .outOfRange("The score of the baseline", baselineScore, "0 to 1")
    }
    guard tolerance >= 0, tolerance <= 1 else { throw .outOfRange("The tolerance", tolerance, "0 to 1") }
    self.cases = cases
    self.baselineScore = baselineScore
    self.tolerance = tolerance
  }

  /// How likely a candidate passes that lost a share of the cases: P(X >= n (score - tolerance)) with X binomial of n
  /// and score - loss.
  ///
  /// - Parameter loss: The true loss, as a share of the cases.
  /// - Returns: 0 to 1.
  public func passProbability(atLoss loss: Double) -> Double {
    let score = Swift.min(Swift.max(baselineScore - loss, 0), 1)
    // A product such as 30 * 0.8333 stands for the whole number that it is next to.
    let least = Int((Double(cases) * (baselineScore - tolerance) - 1e-6).rounded(.up))
    return BinomialDistribution(trials: cases, probability: score).upperTail(least)
  }
}
