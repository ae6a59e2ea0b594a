/// The figure of a sample that an objective is about.
public enum SampleStatistic: Sendable, Hashable {
  /// A percentile, 0 to 100.
  case percentile(Double)
  /// The arithmetic mean.
  case mean
  /// The fiftieth percentile.
  case median
  /// The least sample.
  case minimum
  /// The greatest sample.
  case maximum
  /// The sample standard deviation, divisor n - 1.
  case standardDeviation
}

extension SampleStatistic: CustomStringConvertible {
  /// The statistic as expressions write it, such as p99.9 or mean.
  public var description: String {
    switch self {
    case .percentile(let percent): "p\(ObjectiveText.plain(percent))"
    case .mean: "mean"
    case .median: "median"
    case .minimum: "min"
    case .maximum: "max"
    case .standardDeviation: "stddev"
    }
  }
}

extension Summary {
  /// The value of a statistic, nil if it has no meaning or the percentile was not requested.
  ///
  /// - Parameters:
  ///   - statistic: The statistic; the median needs the percentile 50.
  ///   - countingFailures: Whether each failure counts as positive infinity, and so makes everything infinite but the
  ///     minimum and the percentiles below the failures.
  /// - Returns: The value in the unit of the samples.
  public func value(of statistic: SampleStatistic, countingFailures: Bool = false) -> Double? {
    switch statistic {
    case .percentile(let percent):
      let entry = percentile(percent)
      return countingFailures ? entry?.valueCountingFailures : entry?.value
    case .median: return value(of: .percentile(50), countingFailures: countingFailures)
    case .mean: return countingFailures && failures > 0 ? .infinity : mean
    case .minimum: return minimum ?? (countingFailures && failures > 0 ? .infinity : nil)
    case .maximum: return countingFailures && failures > 0 ? .infinity : maximum
    case .standardDeviation: return countingFailures && failures > 0 ? .infinity : standardDeviationSample
    }
  }
}
