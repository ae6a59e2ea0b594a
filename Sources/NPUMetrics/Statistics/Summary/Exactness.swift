/// Whether percentiles were read from the samples themselves or from the buckets of a histogram.
public enum Exactness: Sendable, Hashable, Codable {
  /// Every sample was kept: the percentiles are exact under their method.
  case exact
  /// Only bucket counts were kept: a percentile is at most one part in 10 to the power of the digits too high.
  case bucketed(significantDigits: Int)
}

extension Exactness: CustomStringConvertible {
  /// The words for a report.
  public var description: String {
    switch self {
    case .exact: "exact"
    case .bucketed(let digits): "histogram, \(digits) significant digits"
    }
  }
}
