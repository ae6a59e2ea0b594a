internal import NPUMetrics

/// Counts of values up to rising bounds, as a Prometheus histogram exposes them.
///
/// A single scrape counts since the server started; the values of a window are the difference of two scrapes, see
/// ``increase(since:)``.
public struct MetricHistogram: Sendable, Hashable {
  /// One bound and what lies at or below it.
  public struct Bucket: Sendable, Hashable {
    /// The upper bound, itself included; infinity in the last bucket.
    public var upperBound: Double
    /// How many values lie at or below it.
    public var count: Double

    /// Creates a bucket.
    public init(upperBound: Double, count: Double) {
      self.upperBound = upperBound
      self.count = count
    }
  }

  /// The buckets by rising bound.
  public let buckets: [Bucket]
  /// The sum of all values, where it was exposed.
  public let sum: Double?
  /// The number of values.
  public let count: Double

  /// Creates a histogram.
  ///
  /// - Parameters:
  ///   - buckets: Buckets in any order; those with a NaN bound or count are left out, of equal bounds the first is
  ///     kept.
  ///   - sum: The sum of all values.
  ///   - count: The number of values; `nil` takes it from the last bucket.
  public init(buckets: [Bucket], sum: Double? = nil, count: Double? = nil) {
    var sorted: [Bucket] = []
    let valid = buckets.filter { !$0.upperBound.isNaN && $0.count.isFinite }
    for bucket in valid.sorted(by: { $0.upperBound < $1.upperBound }) where bucket.upperBound != sorted.last?.upperBound
    {
      // Counts of a scrape may be taken one after another while values come in; they must not fall all the same.
      sorted.append(Bucket(upperBound: bucket.upperBound, count: max(bucket.count, sorted.last?.count ?? 0)))
    }
    self.buckets = sorted
    self.sum = sum.flatMap { $0.isFinite ? $0 : nil }
    self.count = count.flatMap { $0.isFinite ? $0 : nil } ?? sorted.last?.count ?? 0
  }

  /// The mean of the values; `nil` without values or without their sum.
  public var mean: Double? { count > 0 ? sum.map { $0 / count } : nil }

  /// The values that came after an earlier scrape of the same series.
  ///
  /// Where counts fell, the server was restarted in between and everything in this histogram is new. `nil` if the
  /// bounds differ: then nothing can be said.
  public func increase(since earlier: MetricHistogram) -> MetricHistogram? {
    guard buckets.map(\.upperBound) == earlier.buckets.map(\.upperBound) else { return nil }
    let hasRestarted = count < earlier.count || zip(buckets, earlier.buckets).contains { $0.count < $1.count }
    if hasRestarted { return self }
    var difference: Double?
    if let sum, let old = earlier.sum { difference = sum - old }
    return MetricHistogram(
      buckets: zip(buckets, earlier.buckets).map { Bucket(upperBound: $0.upperBound, count: $0.count - $1.count) },
      sum: difference, count: count - earlier.count)
  }

  /// The values of both; `nil` if the bounds differ.
  public func adding(_ other: MetricHistogram) -> MetricHistogram? {
    guard buckets.map(\.upperBound) == other.buckets.map(\.upperBound) else { return nil }
    var total: Double?
    if let sum, let more = other.sum { total = sum + more }
    return MetricHistogram(
      buckets: zip(buckets, other.buckets).map { Bucket(upperBound: $0.upperBound, count: $0.count + $1.count) },
      sum: total, count: count + other.count)
  }

  /// A percentile: the bounds between which it lies, and an estimate where both were measured.
  public struct Percentile: Sendable, Hashable {
    /// The percent, from 0 to 100.
    public var percent: Double
    /// The estimate, linear between the bounds; `nil` in the first and in the last bucket, where only a bound is known.
    public var value: Double?
    /// The true percentile is above this; minus infinity in a first bucket that may hold negative values.
    public var lower: Double
    /// The true percentile is not above this; infinite in the last bucket.
    public var upper: Double
  }

  /// A percentile of the values: in an inner bucket as Prometheus' `histogram_quantile` estimates it, in the first and
  /// the last bucket a bound alone.
  ///
  /// Finds the bucket that holds the value of rank `percent / 100 * count` and interpolates linearly inside it; the
  /// error is at most the width of that bucket. Prometheus interpolates in the first bucket as if its values were spread
  /// evenly from 0, and gives the last finite bound for whatever lies above it: numbers that nobody measured. `nil`
  /// without values.
  ///
  /// - Parameter percent: From 0 to 100; values outside are held at the limits.
  /// - Returns: The estimate with its bounds.
  public func percentile(_ percent: Double) -> Percentile? {
    guard let total = buckets.last?.count, total > 0, !percent.isNaN else { return nil }
    let percent = min(100, max(0, percent))
    let rank = percent / 100 * total
    guard let index = buckets.firstIndex(where: { $0.count >= rank && $0.count > 0 }) else { return nil }
    let bucket = buckets[index]
    let before = index > 0 ? buckets[index - 1] : nil
    // Times and lengths are 0 or more, and so is a histogram whose lowest bound is.
    let floor = bucket.upperBound >= 0 ? 0 : -Double.infinity
    guard let before, bucket.upperBound.isFinite, before.upperBound.isFinite else {
      let bound = Percentile(percent: percent, lower: before?.upperBound ?? floor, upper: bucket.upperBound)
      return bound.lower > floor || bound.upper.isFinite ? bound : nil
    }
    let lower = before.upperBound
    let inside = bucket.count - before.count
    let share = inside > 0 ? min(1, max(0, (rank - before.count) / inside)) : 1
    return Percentile(
      percent: percent, value: lower + (bucket.upperBound - lower) * share, lower: lower, upper: bucket.upperBound)
  }
}
