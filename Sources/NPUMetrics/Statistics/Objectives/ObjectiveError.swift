/// Why an objective could not be read or evaluated.
public struct ObjectiveError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The expression does not begin with the name of a metric.
    case missingMetric = "missing_metric"
    /// What stands after the colon is not a statistic.
    case unknownStatistic = "unknown_statistic"
    /// A percentile is outside 0 to 100.
    case percentileOutOfRange = "percentile_out_of_range"
    /// No comparison stands after the metric.
    case missingComparison = "missing_comparison"
    /// No number stands where the limit belongs.
    case invalidNumber = "invalid_number"
    /// What stands after the number is not a unit.
    case unknownUnit = "unknown_unit"
    /// A metric has two limits.
    case duplicateMetric = "duplicate_metric"
    /// The metric does not exist in this measurement.
    case unknownMetric = "unknown_metric"
    /// The limit has a unit of another kind than the metric.
    case unitMismatch = "unit_mismatch"
    /// No measurement could break the limit, or none could keep it, as with a percentage whose sign was left out.
    case implausibleLimit = "implausible_limit"
  }

  /// The cause.
  public var kind: Kind
  /// The expression as it was written.
  public var expression: String
  /// What was found and what is expected.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, expression: String, message: String) {
    self.kind = kind
    self.expression = expression
    self.message = message
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension ObjectiveError: CustomStringConvertible {
  /// The message with the expression it belongs to.
  public var description: String { "Objective '\(expression)': \(message)" }
}
