/// Means and summed squares of a series of pairs.
struct PairMoments {
  let meanX: Double
  let meanY: Double
  /// The sum of squared distances of x from its mean.
  let squareX: Double
  /// The sum of squared distances of y from its mean.
  let squareY: Double
  /// The sum of products of both distances.
  let product: Double

  init(_ series: PairedSeries) {
    let meanX = CompensatedSum.mean(of: series.x)
    let meanY = CompensatedSum.mean(of: series.y)
    var squareX = CompensatedSum()
    var squareY = CompensatedSum()
    var product = CompensatedSum()
    for index in series.x.indices {
      let dx = series.x[index] - meanX
      let dy = series.y[index] - meanY
      squareX.add(dx * dx)
      squareY.add(dy * dy)
      product.add(dx * dy)
    }
    self.meanX = meanX
    self.meanY = meanY
    self.squareX = squareX.value
    self.squareY = squareY.value
    self.product = product.value
  }

  /// The correlation coefficient of Pearson, nil if x or y does not vary.
  var correlation: Double? {
    let scale = squareX.squareRoot() * squareY.squareRoot()
    guard scale > 0 else { return nil }
    return Swift.min(Swift.max(product / scale, -1), 1)
  }

  /// The two-sided p-value of a correlation under independence, nil for fewer than 3 pairs.
  static func pValue(ofCorrelation r: Double, count: Int) -> Double? {
    guard count > 2 else { return nil }
    let freedom = Double(count - 2)
    let rest = (1 - r) * (1 + r)
    guard rest > 0 else { return 0 }
    return StudentDistribution(trusted: freedom).twoSided(r * (freedom / rest).squareRoot())
  }
}
