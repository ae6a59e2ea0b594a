/// How much values depend on their predecessors.
enum SerialCorrelation {
  /// The autocorrelations of lags 1 to a greatest lag, with divisor n; nil for values without variation.
  ///
  /// The time is the count times the number of lags.
  static func autocorrelations(of values: [Double], lags: Int) -> [Double]? {
    let mean = CompensatedSum.mean(of: values)
    let distances = values.map { $0 - mean }
    let total = distances.reduce(0) { $0 + $1 * $1 }
    guard total > 0, lags >= 1 else { return nil }
    return (1...lags).map { lag in
      var sum = 0.0
      for index in lag..<Swift.max(distances.count, lag) { sum += distances[index] * distances[index - lag] }
      return sum / total
    }
  }

  /// The factor of Hamed and Rao on the variance of the score of Mann and Kendall.
  ///
  /// 1 + 2 / (n (n - 1)(n - 2)) times the sum over significant lags of (n - i)(n - i - 1)(n - i - 2) r_i, where r is
  /// the autocorrelation of the ranks of the series without its Theil-Sen line; 1 where nothing is left but the line.
  static func varianceFactor(of values: [Double], significance: Double, lags: Int?) throws(StatisticsError) -> Double {
    try StatisticsError.check(significance: significance)
    if let lags, lags < 1 { throw .outOfRange("The number of lags", Double(lags), "1 or more") }
    guard values.count >= 3 else { return 1 }
    let slope = try TheilSenSlope(of: PairedSeries(values)).slope
    // Counted from 1 as the reference does: the rounding decides which residuals are equal.
    let residuals = values.indices.map { values[$0] - Double($0 + 1) * slope }
    let greatest = Swift.min(lags ?? values.count - 1, values.count - 1)
    guard let correlations = autocorrelations(of: Ranks(of: residuals).values, lags: greatest) else { return 1 }
    let n = Double(values.count)
    let bound = NormalDistribution.quantile(1 - significance / 2) / n.squareRoot()
    var sum = 0.0
    for (index, correlation) in correlations.enumerated() where correlation.magnitude > bound {
      let rest = n - Double(index + 1)
      sum += rest * (rest - 1) * (rest - 2) * correlation
    }
    return 1 + 2 / (n * (n - 1) * (n - 2)) * sum
  }
}
