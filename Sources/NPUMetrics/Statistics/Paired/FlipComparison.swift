/// Whether a candidate gets as many cases right as its baseline, and what so many cases could have shown.
///
/// - Definition: ``AccuracyVerdict/init(loss:isSignificant:low:high:tolerance:)`` over the exact test of ``PairedFlips``
///   and the interval of ``LossInterval``, of confidence 1 - significance.
/// - Meaning: under equal services `worse` or `better` is found in at most the share of the significance level.
public struct FlipComparison: Sendable, Hashable {
  /// The flips.
  public let flips: PairedFlips
  /// The significance level.
  public let significance: Double
  /// The least loss, or gain, that matters, as a share of the cases; nil where every difference does.
  public let tolerance: Double?
  /// The probability of so uneven flips between equal services.
  public let pValue: Double
  /// The loss with its interval.
  public let loss: LossInterval
  /// What it comes to.
  public let verdict: AccuracyVerdict
  /// What so many cases can show.
  public let power: FlipPower

  /// Compares.
  ///
  /// - Parameters:
  ///   - flips: The flips of one case or more.
  ///   - tolerance: The least loss, or gain, that matters, above 0 and below 1; without one every difference does.
  ///   - significance: The significance level, above 0 and below 1.
  ///   - power: How likely the minimum detectable loss is to be found.
  ///   - noise: The share of cases that flip in each direction anyway; nil takes (k + 1/2) / (n + 1) with the flips k of
  ///     the rarer direction here, since none in few cases is no proof of none.
  /// - Throws: ``StatisticsError`` if there is no case, or a number is outside its range.
  public init(
    _ flips: PairedFlips, tolerance: Double? = nil, significance: Double = 0.05, power: Double = 0.8,
    noise: Double? = nil
  ) throws(StatisticsError) {
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw .outOfRange("The tolerance", tolerance, "above 0 and below 1, such as 0.01 for one case in a hundred")
    }
    loss = try LossInterval(flips, confidence: 1 - significance)
    self.power = try FlipPower(significance: significance, power: power, noise: noise ?? Self.noise(of: flips))
    self.flips = flips
    self.significance = significance
    self.tolerance = tolerance
    pValue = flips.pValue
    verdict = AccuracyVerdict(
      loss: flips.loss, isSignificant: pValue < significance, low: loss.low, high: loss.high, tolerance: tolerance)
  }

  /// The least loss that so many cases show with the power that is asked for; nil where they show none.
  public var minimumDetectableLoss: Double? { power.minimumDetectableLoss(in: flips.cases) }

  private static func noise(of flips: PairedFlips) -> Double {
    let rarer = Double(Swift.min(flips.worse, flips.better))
    // At most the rate that leaves room for a loss.
    return Swift.min((rarer + 0.5) / (Double(flips.cases) + 1), 0.499)
  }

  /// How many cases show a loss with the power that is asked for; nil where a million do not.
  ///
  /// - Parameter loss: The share of cases that the candidate lost; nil is the tolerance, or else
  ///   ``AccuracyVerdict/defaultMargin``.
  /// - Returns: The number of cases.
  public func casesNeeded(toFind loss: Double? = nil) -> Int? {
    power.casesNeeded(toFind: loss ?? tolerance ?? AccuracyVerdict.defaultMargin)
  }
}
