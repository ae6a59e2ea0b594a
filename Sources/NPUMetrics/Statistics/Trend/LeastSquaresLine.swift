/// The line with the least sum of squared vertical distances, and how well it fits.
///
/// - Definition: slope = S_xy / S_xx, intercept = mean y - slope * mean x, r = S_xy / sqrt(S_xx S_yy); p is two-sided
///   from t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of freedom, for a slope of 0.
/// - Edge cases: with all y equal r, p and the errors are nil; with two points p is nil and the errors are nil too,
///   because nothing is left to judge by.
/// - Use: quick and efficient under normal noise, but one outlier tilts it; verdicts use ``TheilSenSlope``.
/// - Cost: linear.
/// - Reference: `scipy.stats.linregress` of scipy 1.17.
public struct LeastSquaresLine: Sendable, Hashable {
  /// The number of points.
  public let count: Int
  /// The slope in units of y for one unit of x.
  public let slope: Double
  /// The value of the line at x = 0.
  public let intercept: Double
  /// The correlation coefficient of Pearson, -1 to 1; nil if all y are equal.
  public let correlation: Double?
  /// The two-sided p-value of the slope being 0, nil where it is undefined.
  public let pValue: Double?
  /// The standard error of the slope, nil where it is undefined.
  public let slopeError: Double?
  /// The standard error of the intercept, nil where it is undefined.
  public let interceptError: Double?

  /// Fits the line.
  ///
  /// - Parameter series: Two points or more, of which two differ in x; in any order.
  /// - Throws: ``StatisticsError`` for too few points and for points that all share one x.
  public init(of series: PairedSeries) throws(StatisticsError) {
    guard series.count >= 2 else { throw .tooFewSamples("A line", series.count, needed: 2) }
    let moments = PairMoments(series)
    guard moments.squareX > 0 else { throw .equalX(series) }
    count = series.count
    slope = moments.product / moments.squareX
    intercept = moments.meanY - slope * moments.meanX
    correlation = moments.correlation
    guard let r = correlation, count > 2 else {
      pValue = nil
      slopeError = nil
      interceptError = nil
      return
    }
    let freedom = Double(count - 2)
    pValue = PairMoments.pValue(ofCorrelation: r, count: count)
    let error = ((1 - r) * (1 + r) * moments.squareY / moments.squareX / freedom).squareRoot()
    slopeError = error
    interceptError = error * (moments.squareX / Double(count) + moments.meanX * moments.meanX).squareRoot()
  }
}
