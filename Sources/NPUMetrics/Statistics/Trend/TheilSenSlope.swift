/// The median of the slopes between all pairs of points, with an interval: a line that outliers do not tilt.
///
/// - Definition: slope = median of (y_j - y_i) / (x_j - x_i) over all pairs with x_i < x_j; the line passes through the
///   medians of x and y.
/// - Interval: the slopes of rank (N -+ z s) / 2 among N slopes, where s^2 = (n (n - 1)(2 n + 5) - ties) / 18 is the
///   variance of Kendall's score and z the normal quantile of the confidence. It supposes independent errors; serial
///   correlation makes it too narrow.
/// - Robustness: up to 29 % of the points may be anything.
/// - Cost: up to 2,048 points all slopes are held, at most 16 MB; beyond that the time grows with n log n and the
///   memory with n.
/// - Reference: Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", Journal of the American
///   Statistical Association 63 (1968); equal to `scipy.stats.theilslopes` of scipy 1.17.
public struct TheilSenSlope: Sendable, Hashable {
  /// The number of points.
  public let count: Int
  /// The slope in units of y for one unit of x.
  public let slope: Double
  /// The lower end of the interval of the slope.
  public let low: Double
  /// The upper end of the interval of the slope.
  public let high: Double
  /// The value of the line at x = 0: median of y - slope * median of x.
  public let intercept: Double
  /// The median of y - slope * x, another choice of the same; it halves the points.
  public let medianResidual: Double
  /// The confidence level of the interval, such as 0.95.
  public let confidence: Double

  /// Fits the line.
  ///
  /// - Parameters:
  ///   - series: Two points or more, of which two differ in x; in any order.
  ///   - confidence: The confidence level of the interval, above 0 and below 1.
  /// - Throws: ``StatisticsError`` for too few points, for points that all share one x, and for a bad level.
  public init(of series: PairedSeries, confidence: Double = 0.95) throws(StatisticsError) {
    try self.init(of: series, slopes: PairwiseSlopes(series), confidence: confidence)
  }

  init(of series: PairedSeries, slopes: PairwiseSlopes, confidence: Double) throws(StatisticsError) {
    try StatisticsError.check(confidence: confidence)
    guard series.count >= 2 else { throw .tooFewSamples("A slope", series.count, needed: 2) }
    let total = slopes.count
    guard total > 0 else { throw .equalX(series) }
    let ties = Ranks.ties(ofSorted: series.x.sorted()) + Ranks.ties(ofSorted: series.y.sorted())
    let variance = (PairOrder.varianceTerm(count: series.count) - PairOrder.varianceTerm(of: ties)) / 18
    // With many ties in both the difference may fall below 0: then all slopes say the same.
    let reach = -NormalDistribution.quantile((1 - confidence) / 2) * Swift.max(variance, 0).squareRoot()
    let below = ((Double(total) - reach) / 2).rounded(.toNearestOrEven)
    let above = ((Double(total) + reach) / 2).rounded(.toNearestOrEven)
    let first = Swift.max(below - 1, 0)
    let last = Swift.min(above, Double(total - 1))
    let found = slopes.select([(total - 1) / 2, total / 2, Int(first), Int(last)])
    guard found.count == 4 else { throw .equalX(series) }
    count = series.count
    self.confidence = confidence
    slope = Self.middle(found[0], found[1])
    low = found[2]
    high = found[3]
    intercept = try series.y.percentile(50) - slope * series.x.percentile(50)
    let fitted = slope
    medianResidual = try zip(series.x, series.y).map { $1 - fitted * $0 }.percentile(50)
  }

  /// The middle of two numbers, without overflow.
  static func middle(_ low: Double, _ high: Double) -> Double {
    low == high ? low : low / 2 + high / 2
  }
}

extension StatisticsError {
  /// The error for points above each other.
  static func equalX(_ series: PairedSeries) -> StatisticsError {
    StatisticsError(
      kind: .noVariation,
      message: "All \(series.count) points have x = \(series.x.first ?? 0), so no slope exists; vary x.")
  }
}
