/// What losses so many cases can show, and how many cases show a given loss.
///
/// A candidate that lost a share d of its right cases flips them to the worse with probability r + d and to the better
/// with probability r, where r is the noise: flips that happen in both directions between equal services. The power is
/// the probability that the exact test of ``PairedFlips`` then finds the candidate worse.
///
/// - Definition: the sum over the number f of flips, binomial with n and 2 r + d, of the probability that at least k(f)
///   of f flips go to the worse, binomial with f and (r + d) / (2 r + d); k(f) is the least number whose two-sided
///   p-value is below the significance level.
/// - Range: the power is 0 to 1; it grows with the number of cases but for small steps down, since the test is exact.
/// - Cost: some sqrt(n) binomial tails for each evaluation.
/// - Reference: Miettinen, Biometrics 24 (1968), for the conditional test; Duffy, Biometrics 40 (1984), for its exact
///   power.
public struct FlipPower: Sendable, Hashable {
  /// The most cases that are considered.
  public static let mostCases = 1_000_000

  /// The significance level of the two-sided test.
  public let significance: Double
  /// The power that is asked for.
  public let power: Double
  /// The share of cases that flip in each direction although nothing is better or worse, 0 up to 0.5.
  public let noise: Double

  /// Creates a calculation.
  ///
  /// - Parameters:
  ///   - significance: The significance level of the two-sided test, above 0 and below 1.
  ///   - power: How likely a loss is to be found, above 0 and below 1.
  ///   - noise: The share of cases that flip in each direction anyway, 0 up to but not including 0.5.
  /// - Throws: ``StatisticsError`` if a number is outside its range.
  public init(significance: Double = 0.05, power: Double = 0.8, noise: Double = 0) throws(StatisticsError) {
    try StatisticsError.check(significance: significance)
    guard power > 0, power < 1 else { throw .outOfRange("The power", power, "above 0 and below 1, such as 0.8") }
    guard noise >= 0, noise < 0.5 else {
      throw .outOfRange("The share of cases that flip anyway", noise, "0 up to but not including 0.5")
    }
    self.significance = significance
    self.power = power
    self.noise = noise
  }

  /// The probability that a loss is found.
  ///
  /// - Parameters:
  ///   - loss: The share of cases that the candidate lost, 0 to 1; more than `1 - 2 * noise` counts as that.
  ///   - cases: The number of cases, 0 or more.
  /// - Returns: 0 to 1.
  public func probability(ofFinding loss: Double, in cases: Int) -> Double {
    let loss = Swift.min(Swift.max(loss, 0), 1 - 2 * noise)
    let rate = 2 * noise + loss
    guard cases > 0, rate > 0 else { return 0 }
    let share = (noise + loss) / rate
    let mean = Double(cases) * rate
    // Nine standard deviations on both sides leave less than 10^-15 out.
    let reach = 9 * (mean * (1 - rate)).squareRoot() + 9
    let lowest = Swift.max(0, Int(mean - reach))
    let highest = Swift.min(cases, Int(mean + reach) + 1)
    let flips = BinomialDistribution(trials: cases, probability: rate)
    var least = criticalCount(lowest)
    var sum = CompensatedSum()
    for count in lowest...highest {
      // With one flip more the least number stays or grows by one.
      if count > lowest, !isSignificant(least, of: count) { least += 1 }
      guard least <= count else { continue }
      sum.add(
        flips.mass(count) * BinomialDistribution(trials: count, probability: share).upperTail(least))
    }
    return Swift.min(1, sum.value)
  }

  /// The least loss that so many cases show with the power that is asked for; nil where not even the greatest is shown.
  public func minimumDetectableLoss(in cases: Int) -> Double? {
    let greatest = 1 - 2 * noise
    guard probability(ofFinding: greatest, in: cases) >= power else { return nil }
    var (low, high) = (0.0, greatest)
    while high - low > 1e-6 {
      let middle = low + (high - low) / 2
      if probability(ofFinding: middle, in: cases) >= power { high = middle } else { low = middle }
    }
    return high
  }

  /// How many cases show a loss with the power that is asked for; nil where a million do not.
  ///
  /// - Parameter loss: The share of cases that the candidate lost, above 0 up to 1.
  /// - Returns: The number of cases.
  public func casesNeeded(toFind loss: Double) -> Int? {
    guard loss > 0 else { return nil }
    var high = 1
    while probability(ofFinding: loss, in: high) < power {
      guard high < Self.mostCases else { return nil }
      high = Swift.min(2 * high, Self.mostCases)
    }
    var low = high / 2
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if probability(ofFinding: loss, in: middle) >= power { high = middle } else { low = middle }
    }
    return high
  }

  /// The least number of flips to the worse that is significant; one more than there are flips where none is.
  private func criticalCount(_ flips: Int) -> Int {
    var (low, high) = (flips / 2 + 1, flips + 1)
    while low < high {
      let middle = low + (high - low) / 2
      if isSignificant(middle, of: flips) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func isSignificant(_ worse: Int, of flips: Int) -> Bool {
    2 * worse > flips
      && 2 * BinomialDistribution(trials: flips, probability: 0.5).upperTail(worse) < significance
  }
}
