public import NPUMetrics

extension LoadReport {
  /// Whether the service passes: at least one request completed, and every limit for the service as a whole was kept.
  ///
  /// A report in which nothing was completed passes nothing, with or without limits; a limit without a value was not
  /// kept.
  public var passes: Bool { requests.completed > 0 && verdicts.allSatisfy { $0.outcome == .pass } }

  /// Judges the service by a limit, whether the report was made with it or not.
  ///
  /// Failed requests count as infinitely late. A report read from JSON knows only the percentiles that it holds.
  ///
  /// - Parameter objective: The limit, such as `ttft:p99<500ms`.
  /// - Returns: The verdict; undetermined where the report holds no value.
  /// - Throws: `ObjectiveError` for a metric that does not exist or a unit that does not fit; `StatisticsError` for a
  ///   percentile outside 0 to 100.
  public func verdict(on objective: ServiceLevelObjective) throws -> VerdictFigures {
    try ReportMetric.check([objective])
    let reading = try ReportMetric(rawValue: objective.metric)?.reading(objective.statistic, in: self)
    let verdict = try objective.evaluate(metrics: ReportMetric.allCases.map(\.rawValue)) { _, _ in reading }
    return VerdictFigures(
      objective: objective.description, outcome: verdict.outcome, isWeak: verdict.isWeak, text: verdict.text)
  }
}

/// The samples behind the latencies of a report, and how percentiles are read from them.
///
/// No part of what a report says: two reports that say the same are equal, and JSON has no samples.
struct ReportSamples: Sendable, Hashable {
  var stores: LatencyStores?
  var method = PercentileMethod.linear

  static func == (left: ReportSamples, right: ReportSamples) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

extension ReportMetric {
  /// What a report says about the metric.
  func reading(_ statistic: SampleStatistic?, in report: LoadReport) throws(StatisticsError) -> MetricReading? {
    switch nature {
    case .ratio: return number(in: report).map { .ratio($0) }
    case .number: return number(in: report).map { .number($0) }
    case .time:
      guard let statistic else { return nil }
      if self == .interTokenLatency, report.latencies.interTokenLatency == nil {
        return .undefined(reason: "the journal kept no token stamps")
      }
      guard let stores = report.samples.stores else { return figures(in: report)?.reading(statistic) }
      return try samples(in: stores)?.reading(statistic, method: report.samples.method)
    }
  }

  /// The figures of a report.
  private func figures(in report: LoadReport) -> LatencyFigures? {
    switch self {
    case .timeToFirstToken: report.latencies.timeToFirstToken
    case .timeToFirstTokenFromIntended: report.latencies.timeToFirstTokenFromIntended
    case .timeToFirstContent: report.latencies.timeToFirstContent
    case .timePerOutputToken: report.latencies.timePerOutputToken
    case .interTokenLatency: report.latencies.interTokenLatency
    case .endToEnd, .endToEndLatency: report.latencies.endToEnd
    case .endToEndFromIntended: report.latencies.endToEndFromIntended
    case .scheduleLag: report.latencies.scheduleLag
    default: nil
    }
  }
}

extension SampleStore {
  /// A statistic with every failure counted as infinitely late: a failed request must not help to keep a limit.
  fileprivate func reading(
    _ statistic: SampleStatistic, method: PercentileMethod
  ) throws(StatisticsError) -> MetricReading? {
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
}

extension LatencyFigures {
  /// A statistic as far as the figures hold it.
  fileprivate func reading(_ statistic: SampleStatistic) -> MetricReading {
    // Only the chosen percentiles say whether requests failed.
    let hasFailures = percentiles.contains { $0.countingFailures != nil }
    let value: Double? =
      switch statistic {
      case .percentile(let percent): percentile(percent).flatMap { $0.countingFailures ?? $0.value }
      case .median where !hasFailures: median
      case .median: percentile(50).flatMap { $0.countingFailures ?? $0.value }
      case .mean: mean
      case .minimum: minimum
      case .maximum: hasFailures ? .infinity : maximum
      case .standardDeviation: nil
      }
    guard let value else {
      let held = percentiles.map { "\(SampleStatistic.percentile($0.percent))" }.joined(separator: ", ")
      return .undefined(
        reason: "the report holds no \(statistic); of percentiles it holds \(held.isEmpty ? "none" : held)")
    }
    return .time(milliseconds: value, samples: count)
  }
}
