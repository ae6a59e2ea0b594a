package import NPUMetrics

/// The metrics that objectives can name.
package enum ReportMetric: String, CaseIterable {
  case timeToFirstToken = "ttft"
  case timeToFirstTokenFromIntended = "ttft_from_intended"
  case timeToFirstContent = "ttfc"
  case timePerOutputToken = "tpot"
  case interTokenLatency = "itl"
  case endToEnd = "e2e"
  /// The name that vLLM has for it.
  case endToEndLatency = "e2el"
  case endToEndFromIntended = "e2e_from_intended"
  case scheduleLag = "schedule_lag"
  case failureRate = "failure_rate"
  case goodShare = "goodput_rate"
  case requestThroughput = "request_throughput"
  case outputThroughput = "output_throughput"
  case totalTokenThroughput = "total_token_throughput"
  case goodput = "goodput"

  enum Nature {
    case time
    case ratio
    case number
  }

  var nature: Nature {
    switch self {
    case .failureRate, .goodShare: .ratio
    case .requestThroughput, .outputThroughput, .totalTokenThroughput, .goodput: .number
    default: .time
    }
  }

  /// Refuses objectives before the run rather than after it.
  static func check(_ objectives: [ServiceLevelObjective]) throws(ObjectiveError) {
    for objective in objectives {
      _ = try objective.evaluate(metrics: allCases.map(\.rawValue)) { name, _ in
        switch ReportMetric(rawValue: name)?.nature {
        case .time: .time(milliseconds: 0)
        case .ratio: .ratio(0)
        case .number: .number(0)
        case nil: nil
        }
      }
      let isTime = ReportMetric(rawValue: objective.metric)?.nature == .time
      guard isTime == (objective.statistic != nil) else {
        let expected =
          isTime ? "a statistic, such as \(objective.metric):p99" : "\(objective.metric) without a statistic"
        throw ObjectiveError(
          kind: .unknownStatistic, expression: objective.description,
          message: "found \(objective.statistic.map { "the statistic \($0)" } ?? "no statistic"), expected \(expected)."
        )
      }
    }
  }

  /// Refuses goodput limits on metrics that a single request does not have.
  package static func check(_ objectives: [GoodputObjective]) throws(ObjectiveError) {
    let possible = allCases.filter { $0.nature == .time && $0 != .interTokenLatency }.map(\.rawValue)
    for objective in objectives where !possible.contains(objective.metric) {
      throw ObjectiveError(
        kind: .unknownMetric, expression: objective.description,
        message: "found the metric '\(objective.metric)', which one request does not have; expected one of "
          + "\(possible.sorted().joined(separator: ", ")).")
    }
  }

  /// The value of one request.
  package func value(of metrics: RequestMetrics) -> Duration? {
    switch self {
    case .timeToFirstToken: metrics.timeToFirstToken
    case .timeToFirstTokenFromIntended: metrics.timeToFirstTokenFromIntended
    case .timeToFirstContent: metrics.timeToFirstContent
    case .timePerOutputToken: metrics.timePerOutputToken
    case .endToEnd, .endToEndLatency: metrics.endToEnd
    case .endToEndFromIntended: metrics.endToEndFromIntended
    case .scheduleLag: metrics.scheduleLag
    default: nil
    }
  }

  /// The samples of all requests.
  func samples(in stores: LatencyStores) -> SampleStore? {
    switch self {
    case .timeToFirstToken: stores.timeToFirstToken
    case .timeToFirstTokenFromIntended: stores.timeToFirstTokenFromIntended
    case .timeToFirstContent: stores.timeToFirstContent
    case .timePerOutputToken: stores.timePerOutputToken
    case .interTokenLatency: stores.interTokenLatency
    case .endToEnd, .endToEndLatency: stores.endToEnd
    case .endToEndFromIntended: stores.endToEndFromIntended
    case .scheduleLag: stores.scheduleLag
    default: nil
    }
  }

  /// The single number of a report.
  func number(in report: LoadReport) -> Double? {
    switch self {
    case .failureRate: report.requests.failureRate
    case .goodShare: report.goodput?.share
    case .goodput: report.goodput?.rate
    case .requestThroughput: report.throughput.requests
    case .outputThroughput: report.throughput.outputTokens
    case .totalTokenThroughput: report.throughput.totalTokens
    default: nil
    }
  }
}
