/// The repeated median line: a slope that even half of the points cannot tilt.
///
/// - Definition: slope = median over i of the median over j of (y_j - y_i) / (x_j - x_i), pairs of equal x left out;
///   intercept = median of y - slope * x.
/// - Robustness: just under 50 % of the points may be anything, against 29 % of the Theil-Sen slope.
/// - Cost: time grows with the square of the count, memory with the count.
/// - Reference: Siegel, "Robust Regression Using Repeated Medians", Biometrika 69 (1982); equal to
///   `scipy.stats.siegelslopes` of scipy 1.17 with its default method.
public struct RepeatedMedianSlope: Sendable, Hashable {
  /// The slope in units of y for one unit of x.
  public let slope: Double
  /// The value of the line at x = 0.
  public let intercept: Double

  /// Fits the line.
  ///
  /// - Parameter series: Two points or more, of which two differ in x; in any order.
  /// - Throws: ``StatisticsError`` for too few points and for points that all share one x.
  public init(of series: PairedSeries) throws(StatisticsError) {
    guard series.count >= 2 else { throw .tooFewSamples("A slope", series.count, needed: 2) }
    let x = series.x
    let y = series.y
    var medians: [Double] = []
    var slopes: [Double] = []
    for center in x.indices {
      slopes.removeAll(keepingCapacity: true)
      for other in x.indices where x[other] != x[center] {
        slopes.append((y[other] - y[center]) / (x[other] - x[center]))
      }
      if !slopes.isEmpty { medians.append(try slopes.percentile(50)) }
    }
    guard !medians.isEmpty else { throw .equalX(series) }
    let slope = try medians.percentile(50)
    self.slope = slope
    intercept = try zip(x, y).map { $1 - slope * $0 }.percentile(50)
  }
}
