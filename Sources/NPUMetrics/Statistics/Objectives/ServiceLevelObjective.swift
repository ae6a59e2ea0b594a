/// A limit that a measured service must keep, such as "ttft:p99<500ms".
///
/// An expression is a metric, optionally a colon and a statistic, a comparison, and a number with an optional unit:
/// `ttft:p99<500ms`, `tpot:mean<=50ms`, `output_throughput>1000`, `failure_rate<1%`. Spaces between the parts are
/// allowed. Statistics are p and a number from 0 to 100, mean, median, min, max and stddev. Comparisons are <, <=, >
/// and >=. Units are ns, us, µs, ms, s, min, % and none. The names of metrics are open here; they are checked when
/// the objective is evaluated.
public struct ServiceLevelObjective: Sendable, Hashable {
  /// How a measured value is held against the limit.
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    /// The value must be below the limit.
    case less = "<"
    /// The value must not be above the limit.
    case lessOrEqual = "<="
    /// The value must be above the limit.
    case greater = ">"
    /// The value must not be below the limit.
    case greaterOrEqual = ">="

    /// Whether a value keeps a limit; NaN never does.
    public func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .less: value < limit
      case .lessOrEqual: value <= limit
      case .greater: value > limit
      case .greaterOrEqual: value >= limit
      }
    }
  }

  /// The unit of a limit.
  public enum Unit: Sendable, Hashable {
    /// A unit of time.
    case time(TimeUnit)
    /// Hundredths of a whole.
    case percent
    /// No unit was written.
    case none
  }

  /// The name of the metric, as written.
  public var metric: String
  /// The statistic, nil for metrics that are one number.
  public var statistic: SampleStatistic?
  /// How the measured value is held against the limit.
  public var comparison: Comparison
  /// The number of the limit, in its unit.
  public var limit: Double
  /// The unit of the limit.
  public var unit: Unit

  /// Creates an objective from its parts.
  public init(
    metric: String, statistic: SampleStatistic? = nil, comparison: Comparison, limit: Double, unit: Unit = .none
  ) {
    self.metric = metric
    self.statistic = statistic
    self.comparison = comparison
    self.limit = limit
    self.unit = unit
  }

  /// Reads an objective from an expression.
  ///
  /// - Parameter expression: The text, such as "e2e:p99.9<2s".
  /// - Throws: ``ObjectiveError`` that says what was found and what is expected.
  public init(_ expression: String) throws(ObjectiveError) {
    var parser = ObjectiveParser(expression)
    metric = try parser.metric()
    statistic = parser.take(":") ? try parser.statistic() : nil
    comparison = try parser.comparison()
    limit = try parser.number()
    unit = try parser.unit()
  }
}

extension ServiceLevelObjective: CustomStringConvertible {
  /// The expression without spaces; reading it gives the same objective.
  public var description: String { "\(subject)\(comparison.rawValue)\(ObjectiveText.plain(limit))\(unit)" }

  /// The metric with its statistic.
  var subject: String { statistic.map { "\(metric):\($0)" } ?? metric }
}

extension ServiceLevelObjective.Unit: CustomStringConvertible {
  /// The unit as expressions write it; empty without one.
  public var description: String {
    switch self {
    case .time(let unit): unit.rawValue
    case .percent: "%"
    case .none: ""
    }
  }
}
