/// Whether the share of bad cases stays within a tolerance, and what so many cases can show.
///
/// - Definition: `worse` if the lower end of the interval of Clopper and Pearson lies above the tolerance, `same` if its
///   upper end lies below it, else `undecided`. Nothing is `better`: no share is below 0.
/// - Meaning: for a service whose true share is the tolerance, each of `worse` and `same` is found in at most half of
///   1 - confidence of all runs.
/// - Reference: Clopper and Pearson, Biometrika 26 (1934).
public struct ToleratedShare: Sendable, Hashable {
  /// The share of bad cases with its interval.
  public let interval: ProportionInterval
  /// The share of cases that may be bad.
  public let tolerance: Double
  /// How likely the minimum detectable share is to be found.
  public let power: Double
  /// What it comes to.
  public let verdict: AccuracyVerdict
  /// The least true share that so many cases find to be too much, with the power that is asked for; nil where they find
  /// none.
  public let minimumDetectableShare: Double?

  /// Judges a share.
  ///
  /// - Parameters:
  ///   - bad: How many cases are bad.
  ///   - cases: How many cases there are, 1 or more.
  ///   - tolerance: The share that may be bad, above 0 and below 1.
  ///   - confidence: The confidence level of the interval, above 0 and below 1.
  ///   - power: How likely the minimum detectable share is to be found, above 0 and below 1.
  /// - Throws: ``StatisticsError`` if there is no case, or a number is outside its range.
  public init(
    bad: Int, cases: Int, tolerance: Double = 0.05, confidence: Double = 0.95, power: Double = 0.8
  ) throws(StatisticsError) {
    guard tolerance > 0, tolerance < 1 else {
      throw .outOfRange("The tolerance", tolerance, "above 0 and below 1, such as 0.05 for one case in twenty")
    }
    guard power > 0, power < 1 else { throw .outOfRange("The power", power, "above 0 and below 1, such as 0.8") }
    interval = try ProportionInterval(
      successes: bad, trials: cases, confidence: confidence, method: .clopperPearson)
    self.tolerance = tolerance
    self.power = power
    verdict = interval.low > tolerance ? .worse : interval.high < tolerance ? .same : .undecided
    minimumDetectableShare = Self.detectable(cases, tolerance, confidence, power)
  }

  /// The fewest cases, none of them bad, that show the share to be within a tolerance.
  ///
  /// - Definition: the least n with 1 - ((1 - confidence) / 2)^(1 / n) < tolerance.
  /// - Throws: ``StatisticsError`` if a number is not above 0 and below 1.
  public static func casesNeeded(
    tolerance: Double = 0.05, confidence: Double = 0.95
  ) throws(StatisticsError) -> Int {
    try StatisticsError.check(confidence: confidence)
    guard tolerance > 0, tolerance < 1 else {
      throw .outOfRange("The tolerance", tolerance, "above 0 and below 1, such as 0.05 for one case in twenty")
    }
    let rest = 1 - tolerance
    // A tolerance that vanishes beside 1 asks for more cases than anybody has.
    guard rest < 1 else { return .max }
    let count = ((1 - confidence) / 2).reproducibleLogarithm / rest.reproducibleLogarithm
    return count < 1e15 ? Int(count.rounded(.down)) + 1 : .max
  }

  private static func detectable(
    _ cases: Int, _ tolerance: Double, _ confidence: Double, _ power: Double
  ) -> Double? {
    func isTooMany(_ bad: Int) -> Bool {
      let interval = try? ProportionInterval(
        successes: bad, trials: cases, confidence: confidence, method: .clopperPearson)
      return interval.map { $0.low > tolerance } ?? false
    }
    guard isTooMany(cases) else { return nil }
    var (few, many) = (0, cases)
    while many - few > 1 {
      let middle = few + (many - few) / 2
      if isTooMany(middle) { many = middle } else { few = middle }
    }
    var (low, high) = (tolerance, 1.0)
    while high - low > 1e-6 {
      let middle = low + (high - low) / 2
      let isFound = BinomialDistribution(trials: cases, probability: middle).upperTail(many) >= power
      if isFound { high = middle } else { low = middle }
    }
    return high
  }
}
