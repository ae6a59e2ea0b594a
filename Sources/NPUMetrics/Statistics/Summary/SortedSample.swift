/// Samples in ascending order, for many questions to the same samples.
public struct SortedSample: Sendable, Hashable {
  /// The samples in ascending order; none is NaN.
  public let values: [Double]

  /// Sorts samples.
  ///
  /// - Parameter samples: The samples in any order; infinities are allowed, none at all is allowed.
  /// - Throws: ``StatisticsError`` if a sample is NaN.
  public init(_ samples: [Double]) throws(StatisticsError) {
    try samples.checkOrdered()
    values = samples.sorted()
  }

  /// The number of samples.
  public var count: Int { values.count }

  /// The least sample, or nil if there is none.
  public var minimum: Double? { values.first }

  /// The greatest sample, or nil if there is none.
  public var maximum: Double? { values.last }

  /// One percentile of the samples, in constant time.
  ///
  /// - Parameters:
  ///   - percent: The percentile, 0 to 100.
  ///   - method: How to read between two samples.
  ///   - failures: How many further observations never ended and count as positive infinity.
  /// - Returns: The percentile in the unit of the samples, positive infinity where it rests on a failure; never NaN.
  /// - Throws: ``StatisticsError`` if the percentile is outside 0 to 100, `failures` is negative, or there is no
  ///   observation at all.
  public func percentile(
    _ percent: Double, method: PercentileMethod = .linear, failures: Int = 0
  ) throws(StatisticsError) -> Double {
    try StatisticsError.check(percentiles: [percent])
    try StatisticsError.check(failures: failures)
    let (total, overflow) = count.addingReportingOverflow(failures)
    guard total > 0, !overflow else { throw .emptySample }
    let position = method.position(of: percent, count: total)
    func sample(_ rank: Int) -> Double { rank < values.count ? values[rank] : .infinity }
    return PercentileMethod.interpolate(
      from: sample(position.lower), to: sample(position.upper), weight: position.weight)
  }

  /// The share of samples at or below a value, 0 to 1: the empirical distribution function.
  ///
  /// - Parameter value: The value in the unit of the samples.
  /// - Returns: The share, or nil if there are no samples or the value is NaN.
  public func shareAtOrBelow(_ value: Double) -> Double? {
    guard !values.isEmpty, !value.isNaN else { return nil }
    var low = 0
    var high = values.count
    while low < high {
      let middle = low + (high - low) / 2
      if values[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return Double(low) / Double(values.count)
  }
}
