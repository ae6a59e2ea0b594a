/// A long series made short.
enum BlockMedians {
  /// Joins consecutive points to blocks of equal count and takes the medians of each.
  ///
  /// - Parameters:
  ///   - series: Points in ascending order of x.
  ///   - limit: The greatest number of blocks.
  /// - Returns: The series itself if it is short enough.
  static func reduce(_ series: PairedSeries, to limit: Int) -> PairedSeries {
    guard series.count > limit, limit > 0 else { return series }
    let size = (series.count + limit - 1) / limit
    var x: [Double] = []
    var y: [Double] = []
    for start in stride(from: 0, to: series.count, by: size) {
      let end = Swift.min(start + size, series.count)
      x.append(median(series.x[start..<end]))
      y.append(median(series.y[start..<end]))
    }
    return PairedSeries(trustedX: x, y: y)
  }

  private static func median(_ values: ArraySlice<Double>) -> Double {
    let sorted = values.sorted()
    return TheilSenSlope.middle(sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
  }
}
