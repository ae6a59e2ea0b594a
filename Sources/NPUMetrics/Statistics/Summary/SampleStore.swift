/// Collects latencies: exactly while they fit, as a histogram from then on, with one interface for reports.
///
/// Up to a limit of samples every value is kept, and percentiles are exact under any method. Beyond it the samples
/// are let go and percentiles come from a ``LatencyHistogram`` that saw all of them; ``exactness`` and every summary
/// say which. Count, extremes, mean and standard deviation are exact in both.
package struct SampleStore: Sendable, Equatable {
  /// The samples kept unless another limit is given: 8 MB.
  package static let defaultExactLimit = 1_000_000

  /// The greatest number of samples that are kept one by one.
  package let exactLimit: Int

  /// The number of observations that failed and so have no value.
  package private(set) var failures = 0

  /// The number of observations that ended well and yet have no value.
  package private(set) var undefined = 0

  /// All values so far, in constant memory.
  package private(set) var histogram = LatencyHistogram()

  /// The samples in nanoseconds in order of recording; nil once there were more than the limit.
  private var samples: [Double]? = []

  /// Creates a store without values.
  ///
  /// - Parameter exactLimit: The greatest number of samples kept one by one; 0 or less keeps the histogram only.
  package init(exactLimit: Int = SampleStore.defaultExactLimit) {
    self.exactLimit = Swift.max(exactLimit, 0)
  }

  /// Records one value.
  ///
  /// - Parameter nanoseconds: The latency; above ``LatencyHistogram/limit`` it is held at the limit and counted,
  ///   below 0 it is refused and counted.
  package mutating func record(_ nanoseconds: Int64) {
    histogram.record(nanoseconds)
    guard nanoseconds >= 0, let count = samples?.count else { return }
    guard count < exactLimit else {
      samples = nil
      return
    }
    samples?.append(Double(Swift.min(nanoseconds, LatencyHistogram.limit)))
  }

  /// Records the same value several times, for figures that weigh requests.
  package mutating func record(_ nanoseconds: Int64, count repeats: Int) {
    guard repeats > 0 else { return }
    histogram.record(nanoseconds, count: repeats)
    guard nanoseconds >= 0, let count = samples?.count else { return }
    guard repeats <= exactLimit - count else {
      samples = nil
      return
    }
    let value = Double(Swift.min(nanoseconds, LatencyHistogram.limit))
    samples?.append(contentsOf: repeatElement(value, count: repeats))
  }

  /// Records observations that failed or timed out: they have no value and count as positive infinity where asked.
  package mutating func recordFailure(count: Int = 1) {
    failures += count
  }

  /// Records observations that ended well without a value: like failures, they count as positive infinity where asked.
  package mutating func recordUndefined(count: Int = 1) {
    undefined += count
  }

  /// Adds everything another store holds; the result is exact if both are and the samples fit together.
  package mutating func merge(_ other: SampleStore) {
    histogram.merge(other.histogram)
    failures += other.failures
    undefined += other.undefined
    guard let added = other.samples, let count = samples?.count, count + added.count <= exactLimit else {
      samples = nil
      return
    }
    samples?.append(contentsOf: added)
  }

  /// The number of values; failures, undefined and refused values are not among them.
  package var count: Int { histogram.count }

  /// Observations without a value, which count as positive infinity where asked.
  package var infinite: Int { failures + undefined }

  /// Whether percentiles are exact or come from the histogram.
  package var exactness: Exactness {
    samples == nil ? .bucketed(significantDigits: LatencyHistogram.significantDigits) : .exact
  }

  /// One percentile of the values.
  ///
  /// - Parameters:
  ///   - percent: The percentile, 0 to 100.
  ///   - method: How to read between two samples; a histogram knows nearest ranks only and ignores it.
  ///   - countingFailures: Whether each observation without a value stands for positive infinity.
  /// - Returns: The percentile in nanoseconds.
  /// - Throws: ``StatisticsError`` if the percentile is outside 0 to 100 or there is no observation.
  package func percentile(
    _ percent: Double, method: PercentileMethod = .linear, countingFailures: Bool = false
  ) throws(StatisticsError) -> Double {
    let counted = countingFailures ? infinite : 0
    guard let samples else { return try histogram.percentile(percent, failures: counted) }
    return try samples.percentile(percent, method: method, failures: counted)
  }

  /// The figures of a report, with failures and undefined observations beside them.
  ///
  /// - Parameters:
  ///   - percents: The percentiles to compute, 0 to 100 each.
  ///   - method: How to read between two samples; a histogram knows nearest ranks only, and the summary says so.
  ///   - unit: The unit of every value of the summary.
  /// - Returns: The summary, marked as exact or as read from buckets.
  /// - Throws: ``StatisticsError`` if a percentile is outside 0 to 100.
  package func summary(
    percentiles percents: [Double] = Summary.defaultPercentiles, method: PercentileMethod = .linear,
    unit: TimeUnit = .nanoseconds
  ) throws(StatisticsError) -> Summary {
    guard let samples else {
      return try histogram.summary(percentiles: percents, failures: infinite, unit: unit)
    }
    return try Summary(of: samples, percentiles: percents, method: method, failures: infinite)
      .divided(by: unit.nanoseconds)
  }
}
