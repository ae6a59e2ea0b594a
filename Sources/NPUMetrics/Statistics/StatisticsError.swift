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
    /// There are samples, but too few for this statistic.
    case tooFewSamples = "too_few_samples"
    /// A sample is infinite where only finite ones have a meaning.
    case notFinite = "not_finite"
    /// Two samples that belong together pair by pair differ in count.
    case unequalCounts = "unequal_counts"
    /// All samples are equal where the statistic needs them to differ.
    case noVariation = "no_variation"
    /// A parameter, such as a confidence level, is outside its range.
    case outOfRange = "out_of_range"
    /// The method has no valid answer for samples with equal values.
    case tiedSamples = "tied_samples"
    /// The samples are too many for an exact method.
    case tooManySamples = "too_many_samples"
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

  /// The error for a parameter outside its range.
  static func outOfRange(_ name: String, _ value: Double, _ range: String) -> StatisticsError {
    StatisticsError(kind: .outOfRange, message: "\(name) is \(value); it must be \(range).")
  }

  /// The error for too few samples.
  static func tooFewSamples(_ name: String, _ count: Int, needed: Int) -> StatisticsError {
    guard count > 0 else {
      return StatisticsError(kind: .emptySample, message: "\(name) needs \(needed) samples or more, but there is none.")
    }
    return StatisticsError(
      kind: .tooFewSamples, message: "\(name) needs \(needed) samples or more, not \(count); measure longer.")
  }

  /// Throws unless every sample is a finite number.
  static func check(finite samples: [Double]) throws(StatisticsError) {
    try samples.checkOrdered()
    guard let index = samples.firstIndex(where: \.isInfinite) else { return }
    throw StatisticsError(
      kind: .notFinite,
      message: "Sample \(index) is infinite; leave failures out of this comparison and count them instead.")
  }

  /// Throws unless a confidence level lies between 0 and 1, both excluded.
  static func check(confidence: Double) throws(StatisticsError) {
    guard confidence > 0, confidence < 1 else {
      throw .outOfRange("The confidence level", confidence, "above 0 and below 1, such as 0.95")
    }
  }

  /// Throws unless a significance level lies between 0 and 1, both excluded.
  static func check(significance: Double) throws(StatisticsError) {
    guard significance > 0, significance < 1 else {
      throw .outOfRange("The significance level", significance, "above 0 and below 1, such as 0.05")
    }
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

extension [Double] {
  /// Throws if a sample is NaN.
  func checkOrdered() throws(StatisticsError) {
    // First without a branch for each sample, which is several times as fast; the search is for the message only.
    var strangers = 0
    for value in self { strangers &+= value == value ? 0 : 1 }
    guard strangers > 0 else { return }
    throw .notANumber(at: firstIndex(where: \.isNaN) ?? 0)
  }
}
