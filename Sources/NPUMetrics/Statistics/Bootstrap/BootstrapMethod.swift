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
