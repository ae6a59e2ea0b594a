extension Array<Double> {
  /// One percentile of the samples; the order of the samples does not matter.
  ///
  /// - Parameters:
  ///   - percent: The percentile, 0 to 100.
  ///   - method: How to read between two samples.
  ///   - failures: How many further observations never ended and count as positive infinity.
  /// - Returns: The percentile in the unit of the samples, positive infinity where it rests on a failure; never NaN.
  /// - Throws: ``StatisticsError`` if the percentile is outside 0 to 100, a sample is NaN, or there is no observation.
  public func percentile(
    _ percent: Double, method: PercentileMethod = .linear, failures: Int = 0
  ) throws(StatisticsError) -> Double {
    let values = try percentiles([percent], method: method, failures: failures)
    guard let value = values.first else { throw .emptySample }
    return value
  }

  /// Several percentiles of the samples at once, by selection instead of a full sort.
  ///
  /// The expected time grows linearly with the count, and a few percent of the samples are copied. To ask the same
  /// samples many times, keep a ``SortedSample``.
  ///
  /// Censored percentiles: requests that failed or timed out have no latency, and leaving them out flatters the
  /// service. Counted in `failures`, each stands behind every sample with the value positive infinity. A percentile
  /// that gives an infinite neighbour any weight is infinite; with weight 0 it is the finite sample.
  ///
  /// - Parameters:
  ///   - percents: The percentiles, 0 to 100 each, in any order.
  ///   - method: How to read between two samples.
  ///   - failures: How many further observations never ended and count as positive infinity.
  /// - Returns: One value for each entry of `percents`, in its order.
  /// - Throws: ``StatisticsError`` if a percentile is outside 0 to 100, a sample is NaN, `failures` is negative, or
  ///   there is no observation at all.
  public func percentiles(
    _ percents: [Double], method: PercentileMethod = .linear, failures: Int = 0
  ) throws(StatisticsError) -> [Double] {
    try StatisticsError.check(percentiles: percents)
    try StatisticsError.check(failures: failures)
    try checkOrdered()
    return try percentiles(ofOrdered: percents, method: method, failures: failures)
  }

  /// The percentiles of samples that are known to hold no NaN, for arguments that are known to be good.
  func percentiles(
    ofOrdered percents: [Double], method: PercentileMethod, failures: Int
  ) throws(StatisticsError) -> [Double] {
    let (total, overflow) = count.addingReportingOverflow(failures)
    guard total > 0, !overflow else { throw .emptySample }
    let positions = percents.map { method.position(of: $0, count: total) }
    var ranks: [Int] = []
    for rank in positions.flatMap({ [$0.lower, $0.upper] }).sorted() where rank < count && rank != ranks.last {
      ranks.append(rank)
    }
    let samples = Dictionary(zip(ranks, OrderStatistics(self).select(ranks))) { first, _ in first }
    return positions.map { position in
      PercentileMethod.interpolate(
        // A rank behind the last sample is a failure.
        from: samples[position.lower] ?? .infinity, to: samples[position.upper] ?? .infinity, weight: position.weight)
    }
  }
}
