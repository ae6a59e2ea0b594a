/// An estimate with a confidence interval from resamples.
public struct BootstrapInterval: Sendable, Hashable {
  /// The statistic of the sample itself.
  public let estimate: Double
  /// The lower end of the interval.
  public let low: Double
  /// The upper end of the interval.
  public let high: Double
  /// The standard deviation of the statistic over the resamples, divisor n - 1.
  public let standardError: Double
  /// How the interval was read from the resamples.
  public let method: BootstrapMethod
  /// The confidence level, such as 0.95.
  public let confidence: Double
  /// The number of resamples.
  public let resamples: Int

  /// Whether a value lies in the interval, ends included.
  public func contains(_ value: Double) -> Bool {
    low <= value && value <= high
  }
}

/// How an interval is read from the statistics of resamples.
@nonexhaustive
public enum BootstrapMethod: String, Sendable, Hashable, CaseIterable, Codable {
  /// Bias-corrected and accelerated: the percentiles are shifted for bias and for a spread that depends on the value.
  case bca
  /// The percentiles (1 - c) / 2 and (1 + c) / 2 of the resamples.
  case percentile
  /// The percentiles mirrored at the estimate: twice the estimate less the opposite percentile.
  case basic
}
