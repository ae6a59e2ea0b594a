internal import Histogram

/// Latencies in constant memory: percentiles to three significant digits, everything else exact.
///
/// Values are whole nanoseconds from 0 to ``limit``. Underneath lies an HdrHistogram, whose buckets are never wider
/// than a thousandth of their values; its counts take 336 KB at most, however many values are recorded. Count,
/// extremes, mean and standard deviation are kept beside it in integers, so merging histograms gives exactly what one
/// histogram would have held.
package struct LatencyHistogram: Sendable, Equatable {
  /// The greatest value held, in nanoseconds: seven days.
  package static let limit: Int64 = 604_800_000_000_000

  /// The significant decimal digits of a percentile.
  package static let significantDigits = 3

  /// The number of values that were above the limit and are held at it.
  package private(set) var heldCount = 0

  /// The number of negative values; they are refused and take part in nothing else.
  package private(set) var negativeCount = 0

  private var moments = ExactMoments()
  // It grows with the greatest value seen, and values end at the limit.
  private var buckets = Histogram<UInt64>(numberOfSignificantValueDigits: .three)

  /// Creates a histogram without values.
  package init() {}

  /// Records one value.
  ///
  /// - Parameter nanoseconds: The latency; above ``limit`` it is held at the limit and counted in ``heldCount``,
  ///   below 0 it is refused and counted in ``negativeCount``.
  package mutating func record(_ nanoseconds: Int64) {
    guard nanoseconds >= 0 else {
      negativeCount += 1
      return
    }
    if nanoseconds > Self.limit { heldCount += 1 }
    let value = UInt64(Swift.min(nanoseconds, Self.limit))
    buckets.record(value)
    moments.add(value)
  }

  /// Records one value several times.
  package mutating func record(_ nanoseconds: Int64, count: Int) {
    guard count > 0 else { return }
    guard nanoseconds >= 0 else {
      negativeCount += count
      return
    }
    if nanoseconds > Self.limit { heldCount += count }
    let value = UInt64(Swift.min(nanoseconds, Self.limit))
    buckets.record(value, count: UInt64(count))
    moments.add(value, count: count)
  }

  /// Adds everything another histogram holds.
  package mutating func merge(_ other: LatencyHistogram) {
    buckets.add(other.buckets)
    moments.merge(other.moments)
    heldCount += other.heldCount
    negativeCount += other.negativeCount
  }

  /// The values as far as percentiles know them: the upper end of each bucket with the number of its values.
  ///
  /// A histogram made of them has the same percentiles; its mean and spread differ by what a bucket is wide.
  package var cells: [Cell] {
    buckets.recordedValues().map {
      Cell(value: Int64(clamping: Swift.min($0.value, UInt64(Self.limit))), count: Int($0.count))
    }
  }

  /// The values of one bucket.
  package struct Cell: Sendable, Hashable {
    /// The upper end of the bucket, in nanoseconds.
    package var value: Int64
    /// How many values are in it.
    package var count: Int

    /// Creates a cell.
    package init(value: Int64, count: Int) { (self.value, self.count) = (value, count) }
  }

  /// The number of values, refused ones left out.
  package var count: Int { moments.count }

  /// The least value in nanoseconds, exact; nil if there is none.
  package var minimum: Int64? { moments.minimum.map { Int64($0) } }

  /// The greatest value in nanoseconds, exact up to the limit; nil if there is none.
  package var maximum: Int64? { moments.maximum.map { Int64($0) } }

  /// The mean in nanoseconds, from an exact sum; nil if there are no values.
  package var mean: Double? { moments.mean }

  /// The population standard deviation in nanoseconds, divisor n; nil if there are no values.
  package var standardDeviationPopulation: Double? { moments.deviation(lost: 0) }

  /// The sample standard deviation in nanoseconds, divisor n - 1; nil for fewer than two values.
  package var standardDeviationSample: Double? { moments.deviation(lost: 1) }

  /// One percentile: the upper end of the bucket that holds the nearest rank.
  ///
  /// The rank is that of ``PercentileMethod/invertedCDF``. The result is never below the value of that rank, at most
  /// 0.1 % above it, and never outside the least and greatest value.
  ///
  /// - Parameters:
  ///   - percent: The percentile, 0 to 100.
  ///   - failures: How many further observations never ended and count as positive infinity.
  /// - Returns: The percentile in nanoseconds, positive infinity where it falls on a failure.
  /// - Throws: ``StatisticsError`` if the percentile is outside 0 to 100, `failures` is negative, or there is no
  ///   observation at all.
  package func percentile(_ percent: Double, failures: Int = 0) throws(StatisticsError) -> Double {
    try StatisticsError.check(percentiles: [percent])
    try StatisticsError.check(failures: failures)
    let (total, overflow) = count.addingReportingOverflow(failures)
    guard total > 0, !overflow else { throw .emptySample }
    let rank = PercentileMethod.invertedCDF.position(of: percent, count: total).lower
    guard rank < count, let least = moments.minimum, let greatest = moments.maximum else { return .infinity }
    if rank == 0 { return Double(least) }
    if rank == count - 1 { return Double(greatest) }
    // The middle of the rank's share of 100 %, where no rounding can reach a neighbouring rank.
    let value = buckets.valueAtPercentile(100 * (Double(rank) + 0.5) / Double(count))
    return Double(Swift.min(Swift.max(value, least), greatest))
  }

  /// The figures of a report.
  ///
  /// - Parameters:
  ///   - percents: The percentiles to compute, 0 to 100 each.
  ///   - failures: How many further observations failed and so have no value.
  ///   - unit: The unit of every value of the summary.
  /// - Returns: The summary, marked as read from buckets.
  /// - Throws: ``StatisticsError`` if a percentile is outside 0 to 100 or `failures` is negative.
  package func summary(
    percentiles percents: [Double] = Summary.defaultPercentiles, failures: Int = 0, unit: TimeUnit = .nanoseconds
  ) throws(StatisticsError) -> Summary {
    try StatisticsError.check(percentiles: percents)
    try StatisticsError.check(failures: failures)
    var entries: [Summary.Percentile] = []
    for percent in percents {
      entries.append(
        Summary.Percentile(
          percent: percent, value: count > 0 ? try percentile(percent) : nil,
          valueCountingFailures: count > 0 || failures > 0 ? try percentile(percent, failures: failures) : nil,
          isWeak: Summary.isWeak(percentile: percent, count: count)))
    }
    return Summary(
      count: count, failures: failures, minimum: minimum.map { Double($0) }, maximum: maximum.map { Double($0) },
      mean: mean, standardDeviationPopulation: standardDeviationPopulation,
      standardDeviationSample: standardDeviationSample, percentiles: entries, method: .invertedCDF,
      exactness: .bucketed(significantDigits: Self.significantDigits)
    ).divided(by: unit.nanoseconds)
  }
}
