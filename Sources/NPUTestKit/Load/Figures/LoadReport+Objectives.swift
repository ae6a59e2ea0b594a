internal import NPUBase
public import NPUMetrics

extension LoadReport {
  /// Whether the service passes: the run is whole, at least one request completed, and every limit for the service as a
  /// whole was kept.
  ///
  /// A report in which nothing was completed passes nothing, with or without limits, and neither does one of a run that
  /// was stopped or whose workload failed, or in which this machine was at its own limits; a limit without a value was
  /// not kept.
  public var passes: Bool {
    requests.completed > 0 && incompleteReason == nil && requests.clientLimited == 0
      && verdicts.allSatisfy { $0.outcome == .pass }
  }

  /// Judges the service by a limit, whether the report was made with it or not.
  ///
  /// Failed requests, and completed ones without a value, count as infinitely late; above a lower limit as infinitely
  /// little. In an open loop `ttft`, `ttfc` and `e2e` count from the intended instant. A report read from JSON knows only
  /// the percentiles that it holds.
  ///
  /// - Parameter objective: The limit, such as `ttft:p99<500ms`, `rtf:p95<0.5` or `wer<5%`.
  /// - Returns: The verdict; undetermined where the report holds no value.
  /// - Throws: `ObjectiveError` for a metric that does not exist, a unit that does not fit, or a limit that nothing could
  ///   break or keep; `StatisticsError` for a percentile outside 0 to 100.
  public func verdict(on objective: ServiceLevelObjective) throws -> VerdictFigures {
    let known = measures.map(\.measure) + samples.declaredMeasures + Measure.known
    try ObjectiveSubject.check([objective], measures: known)
    let subject = try ObjectiveSubject(objective, measures: known)
    let basis = try basis(of: subject, objective)
    let verdict = try objective.evaluate(metrics: [objective.metric]) { _, _ in basis.reading }
    return VerdictFigures(
      objective: objective.description, outcome: verdict.outcome, isWeak: verdict.isWeak,
      text: ([verdict.text] + basis.remarks).joined(separator: "; "), measuredFrom: basis.origin,
      countedAsInfinite: basis.infinite > 0 ? basis.infinite : nil)
  }

  /// What a limit is judged by, and what must be said about it.
  private struct Basis {
    var reading: MetricReading?
    var origin: LatencyOrigin?
    /// Requests that count as infinite.
    var infinite = 0
    var remarks: [String] = []
  }

  private func basis(of subject: ObjectiveSubject, _ objective: ServiceLevelObjective) throws(StatisticsError) -> Basis
  {
    switch subject {
    case .metric(let metric) where metric.nature == .time:
      return try basis(of: metric.judged(inOpenLoop: latencies.scheduleLag != nil), objective)
    case .metric(let metric):
      let number = metric.number(in: self)
      return Basis(reading: number.map { metric.nature == .share ? .ratio($0) : .number($0) })
    case .figure(let figure):
      let number = figure.number(in: self)
      var basis = Basis(reading: number.map { figure.nature == .number ? .number($0) : .ratio($0) })
      // The sums of a run hold what completed; what failed has neither audio nor errors to count.
      if number != nil, requests.failed > 0 {
        basis.remarks = [
          "of the \(requests.completed) completed requests; \(requests.failed) failed ones are not in it"
        ]
      }
      return basis
    case .measure(let measure):
      return try basis(of: measure, objective)
    }
  }

  private func basis(of metric: ReportMetric, _ objective: ServiceLevelObjective) throws(StatisticsError) -> Basis {
    guard let statistic = objective.statistic else { return Basis() }
    guard let figures = metric.figures(in: latencies) else {
      let reason = metric == .interTokenLatency ? "the journal kept no token stamps" : "a closed loop has no schedule"
      return Basis(reading: .undefined(reason: reason))
    }
    let reading =
      if let samples = samples.stores.flatMap(metric.samples) {
        try samples.samples.reading(statistic, objective.comparison, method: self.samples.method)
      } else {
        figures.reading(statistic, objective.comparison)
      }
    var basis = Basis(reading: reading, origin: metric.origin, infinite: figures.infinite)
    // Only an open loop has two ways to count.
    if latencies.scheduleLag != nil, let origin = metric.origin { basis.remarks.append(origin.text) }
    basis.remarks += Self.remark(figures, objective.comparison)
    return basis
  }

  private func basis(of measure: Measure, _ objective: ServiceLevelObjective) throws(StatisticsError) -> Basis {
    guard let statistic = objective.statistic else { return Basis() }
    guard let figures = figures(of: measure)?.figures else {
      return Basis(reading: .undefined(reason: "no completed request has it"))
    }
    let reading: MetricReading?
    if var store = samples.measures[measure] {
      store.recordFailure(count: figures.failed)
      store.recordUndefined(count: figures.undefined)
      reading = try store.reading(statistic, objective.comparison, method: samples.method)
    } else {
      reading = figures.reading(statistic, objective.comparison)
    }
    // A workload measures from its own start: what the schedule made it wait is not in it.
    let isLate = latencies.scheduleLag != nil && measure.millisecondsPerUnit != nil
    return Basis(
      reading: reading?.scaled(toMilliseconds: measure.millisecondsPerUnit), infinite: figures.infinite,
      remarks: (isLate ? ["without the wait for a late start"] : []) + Self.remark(figures, objective.comparison))
  }

  /// That requests count as infinite, or where more is better as nothing, and why.
  private static func remark(_ figures: LatencyFigures, _ comparison: ServiceLevelObjective.Comparison) -> [String] {
    guard figures.infinite > 0 else { return [] }
    var parts: [String] = []
    if figures.failed > 0 { parts.append("\(figures.failed) failed") }
    if figures.undefined > 0 {
      let reasons = figures.undefinedText
      parts.append("\(figures.undefined) completed without a value" + (reasons.isEmpty ? "" : " (\(reasons))"))
    }
    let worst = comparison == .less || comparison == .lessOrEqual ? "infinite" : "below the limit"
    return ["counts as \(worst): \(parts.joined(separator: " and "))"]
  }
}

/// The samples behind the latencies of a report, and how percentiles are read from them.
///
/// No part of what a report says: two reports that say the same are equal, and JSON has no samples.
struct ReportSamples: Sendable, Hashable {
  var stores: LatencyStores?
  var measures: [Measure: SampleStore] = [:]
  /// Measures of the caller's own that objectives may name though no request had them.
  var declaredMeasures: [Measure] = []
  var method = PercentileMethod.linear

  static func == (left: ReportSamples, right: ReportSamples) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

extension SampleStore {
  /// A statistic that no request helps to keep by having no value.
  ///
  /// - Parameters:
  ///   - statistic: The statistic.
  ///   - comparison: The side of the limit: below one, a request without a value counts as infinite; above one, as
  ///     infinitely little.
  ///   - method: How a percentile is read between two samples.
  /// - Returns: The reading; `nil` without any sample.
  /// - Throws: `StatisticsError` for a percentile outside 0 to 100.
  fileprivate func reading(
    _ statistic: SampleStatistic, _ comparison: ServiceLevelObjective.Comparison, method: PercentileMethod
  ) throws(StatisticsError) -> MetricReading? {
    let isUpper = comparison == .less || comparison == .lessOrEqual
    guard isUpper || infinite == 0 else { return try readingFromBelow(statistic, method: method) }
    let percents: [Double]
    switch statistic {
    case .percentile(let percent): percents = [percent]
    case .median: percents = [50]
    default: percents = []
    }
    let summary = try summary(percentiles: percents, method: method, unit: .milliseconds)
    let value = summary.value(of: statistic, countingFailures: true)
    return value.map { .time(milliseconds: $0, samples: summary.count + summary.failures) }
  }

  /// A statistic with everything that has no value below the least sample.
  private func readingFromBelow(
    _ statistic: SampleStatistic, method: PercentileMethod
  ) throws(StatisticsError) -> MetricReading? {
    let total = count + infinite
    func reading(_ value: Double?) -> MetricReading? { value.map { .time(milliseconds: $0, samples: total) } }
    let percent: Double
    switch statistic {
    case .percentile(let number): percent = number
    case .median: percent = 50
    case .maximum: return reading(try summary(percentiles: [], unit: .milliseconds).maximum ?? -.infinity)
    case .mean, .minimum: return reading(-.infinity)
    case .standardDeviation: return nil
    }
    let rank = Double(total - 1) * percent / 100 - Double(infinite)
    guard count > 0, rank >= 0 else { return reading(-.infinity) }
    let shifted = count > 1 ? min(100, rank / Double(count - 1) * 100) : 100
    let summary = try summary(percentiles: [shifted], method: method, unit: .milliseconds)
    return reading(summary.percentiles.first?.value)
  }
}

extension LatencyFigures {
  /// A statistic as far as the figures hold it.
  fileprivate func reading(
    _ statistic: SampleStatistic, _ comparison: ServiceLevelObjective.Comparison
  ) -> MetricReading {
    let isUpper = comparison == .less || comparison == .lessOrEqual
    guard isUpper || infinite == 0 else {
      return .undefined(
        reason: "\(infinite) requests have no value, and the report holds no samples to count them with")
    }
    let value: Double? =
      switch statistic {
      // Of a measure that is no cost, percentiles do not say what failures would make of them.
      case .percentile(let percent): percentile(percent).flatMap { infinite > 0 ? $0.countingFailures : $0.value }
      case .median where infinite == 0: median
      case .median: percentile(50)?.countingFailures
      case .minimum: minimum
      case .mean, .maximum, .standardDeviation:
        infinite > 0 ? .infinity : statistic == .mean ? mean : statistic == .maximum ? maximum : nil
      }
    guard let value else {
      let held = percentiles.map { "\(SampleStatistic.percentile($0.percent))" }.joined(separator: ", ")
      return .undefined(
        reason: "the report holds no \(statistic); of percentiles it holds \(held.isEmpty ? "none" : held)")
    }
    return .time(milliseconds: value, samples: count + infinite)
  }
}

extension MetricReading {
  /// The reading of a measure, whose samples are read as if they were milliseconds.
  fileprivate func scaled(toMilliseconds factor: Double?) -> MetricReading {
    guard case .time(let value, let samples) = self else { return self }
    guard let factor else { return .number(value, samples: samples) }
    return .time(milliseconds: value * factor, samples: samples)
  }
}
