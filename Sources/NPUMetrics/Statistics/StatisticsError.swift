/// Why a statistic could not be computed.
public struct StatisticsError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The sample holds no value, so the statistic has no meaning.
    case emptySample = "empty_sample"
    /// A sample is not a number.
    case notANumber = "not_a_number"
    /// A percentile is outside 0 to 100, or not a number.
    case percentileOutOfRange = "percentile_out_of_range"
    /// Two accumulators of different layout cannot be merged.
    case incompatibleLayout = "incompatible_layout"
    /// A count that must not be negative is.
    case negativeCount = "negative_count"
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it, and what to do.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension StatisticsError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}

extension StatisticsError {
  /// The error for a statistic of nothing.
  static let emptySample = StatisticsError(
    kind: .emptySample, message: "A sample without values has no percentiles; check the count first.")

  /// The error for a sample that holds a NaN.
  static func notANumber(at index: Int) -> StatisticsError {
    StatisticsError(
      kind: .notANumber,
      message: "Sample \(index) is NaN, which has no order; leave undefined measurements out and count them instead.")
  }

  /// Throws unless every percentile is a number from 0 to 100.
  static func check(percentiles: [Double]) throws(StatisticsError) {
    for percent in percentiles where !(percent >= 0 && percent <= 100) {
      throw StatisticsError(
        kind: .percentileOutOfRange, message: "Percentile \(percent) is not within 0...100; write 99 for p99, not 0.99."
      )
    }
  }

  /// Throws unless a number of failures is zero or more.
  static func check(failures: Int) throws(StatisticsError) {
    guard failures < 0 else { return }
    throw StatisticsError(kind: .negativeCount, message: "The number of failures is \(failures); it must be 0 or more.")
  }
}
