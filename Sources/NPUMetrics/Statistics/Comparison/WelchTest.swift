/// The t test of Welch: whether two means differ, with unequal variances allowed.
///
/// - Definition: t = (mean a - mean b) / e with e^2 = s_a^2 / n + s_b^2 / m; degrees of freedom e^4 / ((s_a^2 / n)^2 /
///   (n - 1) + (s_b^2 / m)^2 / (m - 1)); p two-sided; the interval is the difference -+ t quantile * e.
/// - Assumes means of nearly normal distribution; latencies with a heavy tail need hundreds of samples or a
///   ``Bootstrap``.
/// - Cost: linear.
/// - Reference: Welch, Biometrika 34 (1947); equal to `scipy.stats.ttest_ind(equal_var=False)` of scipy 1.17.
public struct WelchTest: Sendable, Hashable {
  /// The mean of the first sample less that of the second.
  public let difference: Double
  /// The lower end of the interval of the difference.
  public let low: Double
  /// The upper end of the interval of the difference.
  public let high: Double
  /// The confidence level of the interval, such as 0.95.
  public let confidence: Double
  /// The difference in units of its standard error.
  public let t: Double
  /// The degrees of freedom, not necessarily whole.
  public let degreesOfFreedom: Double
  /// The two-sided p-value.
  public let pValue: Double

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - first: Two finite values or more.
  ///   - second: Two finite values or more.
  ///   - confidence: The confidence level of the interval, above 0 and below 1.
  /// - Throws: ``StatisticsError`` for fewer than two values, NaN, infinities, a bad level, and if neither sample
  ///   varies.
  public init(first: [Double], second: [Double], confidence: Double = 0.95) throws(StatisticsError) {
    try StatisticsError.check(confidence: confidence)
    let left = try Self.meanAndError(first)
    let right = try Self.meanAndError(second)
    let square = left.square + right.square
    guard square > 0 else {
      throw StatisticsError(
        kind: .noVariation,
        message: "Both samples are constant, \(left.mean) and \(right.mean), so no error of their means is known.")
    }
    let error = square.squareRoot()
    // Written with shares, because fourth powers of small errors leave the range of the type.
    let share = left.square / square
    let rest = right.square / square
    difference = left.mean - right.mean
    t = difference / error
    degreesOfFreedom = 1 / (share * share / Double(first.count - 1) + rest * rest / Double(second.count - 1))
    let student = StudentDistribution(trusted: degreesOfFreedom)
    pValue = student.twoSided(t)
    let reach = student.quantile(1 - (1 - confidence) / 2) * error
    low = difference - reach
    high = difference + reach
    self.confidence = confidence
  }

  /// The mean, and the square of its standard error.
  private static func meanAndError(_ sample: [Double]) throws(StatisticsError) -> (mean: Double, square: Double) {
    try StatisticsError.check(finite: sample)
    let summary = try Summary(of: sample, percentiles: [])
    guard let mean = summary.mean, let deviation = summary.standardDeviationSample else {
      throw .tooFewSamples("A t test", sample.count, needed: 2)
    }
    return (mean, deviation * deviation / Double(sample.count))
  }
}
