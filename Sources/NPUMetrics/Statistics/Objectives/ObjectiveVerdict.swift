/// Whether a measurement keeps an objective, with the measured value and the words for a report.
public struct ObjectiveVerdict: Sendable, Hashable {
  /// The outcome of an evaluation.
  public enum Outcome: String, Sendable, Hashable, CaseIterable, Codable {
    /// The measured value keeps the limit.
    case pass
    /// The measured value breaks the limit.
    case fail
    /// There is no measured value, or an infinite one above a lower limit, so nothing was shown; this is never a pass.
    case undetermined
  }

  /// The objective.
  public let objective: ServiceLevelObjective
  /// Whether it was kept.
  public let outcome: Outcome
  /// What was measured.
  public let reading: MetricReading
  /// Whether the statistic is a percentile of too few samples to say much.
  public let isWeak: Bool
  /// One line that says what was measured, what was needed and the outcome.
  public let text: String
}

extension ServiceLevelObjective {
  /// Holds the objective against a measurement.
  ///
  /// - Parameters:
  ///   - metrics: The names of the metrics that the measurement knows.
  ///   - lookup: The reading of a metric and statistic; nil if there is no value. It is asked for known metrics only.
  /// - Returns: The verdict; an undefined metric and NaN are undetermined. Positive infinity breaks an upper limit, and
  ///   is undetermined above a lower one: what never came shows nothing.
  /// - Throws: ``ObjectiveError`` if the metric is unknown or the unit of the limit does not fit the metric.
  public func evaluate(
    metrics: some Sequence<String>, lookup: (_ metric: String, _ statistic: SampleStatistic?) -> MetricReading?
  ) throws(ObjectiveError) -> ObjectiveVerdict {
    let known = Set(metrics)
    guard known.contains(metric) else {
      throw ObjectiveError(
        kind: .unknownMetric, expression: description,
        message: "found the unknown metric '\(metric)', expected one of \(known.sorted().joined(separator: ", ")).")
    }
    let reading = lookup(metric, statistic) ?? .undefined(reason: "no value was measured")
    let limit = try limit(for: reading)
    let needed = "needed \(comparison.rawValue) \(ObjectiveText.plain(self.limit))\(unit == .none ? "" : " \(unit)")"
    let isUpper = comparison == .less || comparison == .lessOrEqual
    guard let value = reading.value, let limit, value < .infinity || isUpper else {
      return ObjectiveVerdict(
        objective: self, outcome: .undetermined, reading: reading, isWeak: false,
        text: "\(subject) = \(reading.text), \(needed): undetermined")
    }
    let holds = comparison.holds(value, limit)
    var isWeak = false
    var remark = ""
    if let samples = reading.samples, let percent = statistic?.percent,
      Summary.isWeak(percentile: percent, count: samples)
    {
      isWeak = true
      remark = " (weak: \(samples) samples)"
    }
    // Rounding must not print a value that would have the other outcome.
    let isNear = abs(value - limit) <= abs(limit) * 1e-5
    return ObjectiveVerdict(
      objective: self, outcome: holds ? .pass : .fail, reading: reading, isWeak: isWeak,
      text: "\(subject) = \(isNear ? reading.exactText : reading.text), \(needed): \(holds ? "pass" : "fail")\(remark)")
  }

  /// The limit in the unit of a reading, nil for an undefined reading.
  private func limit(for reading: MetricReading) throws(ObjectiveError) -> Double? {
    switch (reading, unit) {
    // Divided where the unit is smaller: 1e-6 is not a binary number, 1e6 is.
    case (.time, .time(let unit)) where unit.nanoseconds < 1e6: return limit / (1e6 / unit.nanoseconds)
    case (.time, .time(let unit)): return limit * (unit.nanoseconds / 1e6)
    case (.ratio, .percent): return limit / 100
    case (.ratio, .none), (.number, .none): return limit
    case (.undefined, _): return nil
    case (.time, _): throw mismatch("is a time", expected: "a unit of time, such as \(ObjectiveText.plain(limit))ms")
    case (.ratio, _): throw mismatch("is a ratio", expected: "% or a plain number, where 1 is the whole")
    case (.number, _): throw mismatch("is a plain number", expected: "no unit")
    }
  }

  private func mismatch(_ nature: String, expected: String) -> ObjectiveError {
    let found = unit == .none ? "a limit without unit" : "the unit \(unit)"
    return ObjectiveError(
      kind: .unitMismatch, expression: description,
      message: "found \(found), but \(metric) \(nature); expected \(expected).")
  }
}

extension SampleStatistic {
  /// The percentile, nil for other statistics.
  fileprivate var percent: Double? {
    switch self {
    case .percentile(let percent): percent
    case .median: 50
    case .mean, .minimum, .maximum, .standardDeviation: nil
    }
  }
}
