/// The memory that is never given back again within a series.
enum RetainedMemory {
  /// The Theil-Sen slope of the least memory of all later instants, for one second.
  ///
  /// After the last great fall nobody knows yet what will be given back, so the series ends there, unless that fall
  /// belongs to the first third and the growth since has outlasted everything before it.
  ///
  /// - Parameter series: Two points or more in ascending order of time.
  /// - Returns: The slope; 0 if nothing is left to judge.
  /// - Throws: ``StatisticsError`` never in practice; the slope is asked for only where pairs exist.
  static func slope(of series: PairedSeries) throws(StatisticsError) -> Double {
    let end = lastTrough(of: series.y).map { $0 * 3 < series.count ? series.count : $0 + 1 } ?? series.count
    var retained = Array(series.y[..<end])
    for index in retained.indices.dropLast().reversed() {
      retained[index] = Swift.min(retained[index], retained[index + 1])
    }
    let part = PairedSeries(trustedX: Array(series.x[..<end]), y: retained)
    let slopes = PairwiseSlopes(part)
    guard slopes.count > 0 else { return 0 }
    return try TheilSenSlope(of: part, slopes: slopes, confidence: 0.95).slope
  }

  /// The place of the lowest value after the last fall of at least half of the greatest fall; nil if nothing falls.
  private static func lastTrough(of values: [Double]) -> Int? {
    guard let first = values.first else { return nil }
    var peak = first
    var greatest = 0.0
    for value in values {
      peak = Swift.max(peak, value)
      greatest = Swift.max(greatest, peak - value)
    }
    guard greatest > 0 else { return nil }
    // A fall counts from the highest point since the trough before it.
    peak = first
    var trough: (place: Int, value: Double)?
    var isFalling = false
    for (place, value) in values.enumerated() {
      if isFalling, let lowest = trough?.value {
        if value <= lowest {
          trough = (place, value)
          continue
        }
        // Risen by as much as a fall must measure: the fall is over, and a new peak begins.
        guard value - lowest >= greatest / 2 else { continue }
        isFalling = false
        peak = value
      } else {
        peak = Swift.max(peak, value)
        guard peak - value >= greatest / 2 else { continue }
        trough = (place, value)
        isFalling = true
      }
    }
    return trough?.place
  }
}
