package import NPUMetrics

/// The metrics of every report that objectives can name; see ``ObjectiveSubject`` for those of single services.
package enum ReportMetric: String, CaseIterable {
  /// From the intended instant in an open loop, as users wait; from the request written in a closed one.
  case timeToFirstToken = "ttft"
  case timeToFirstTokenFromSent = "ttft_from_sent"
  case timeToFirstTokenFromIntended = "ttft_from_intended"
  /// As ``timeToFirstToken``.
  case timeToFirstContent = "ttfc"
  case timeToFirstContentFromSent = "ttfc_from_sent"
  case timeToFirstContentFromIntended = "ttfc_from_intended"
  case timePerOutputToken = "tpot"
  case interTokenLatency = "itl"
  /// From the intended instant in an open loop, from the start in a closed one.
  case endToEnd = "e2e"
  /// The name that vLLM has for it.
  case endToEndLatency = "e2el"
  case endToEndFromStarted = "e2e_from_started"
  case endToEndFromIntended = "e2e_from_intended"
  case scheduleLag = "schedule_lag"
  case failureRate = "failure_rate"
  case goodShare = "goodput_rate"
  /// Of the responses that were examined.
  case wrongRate = "wrong_rate"
  case requestThroughput = "request_throughput"
  case outputThroughput = "output_throughput"
  case totalTokenThroughput = "total_token_throughput"
  case goodput = "goodput"

  var nature: ObjectiveNature {
    switch self {
    case .failureRate, .goodShare, .wrongRate: .share
    case .requestThroughput, .outputThroughput, .totalTokenThroughput, .goodput: .number
    default: .time
    }
  }

  /// The same metric as it is judged: in an open loop a late start is part of what a user waits for.
  func judged(inOpenLoop isOpen: Bool) -> ReportMetric {
    switch self {
    case .timeToFirstToken: isOpen ? .timeToFirstTokenFromIntended : .timeToFirstTokenFromSent
    case .timeToFirstContent: isOpen ? .timeToFirstContentFromIntended : .timeToFirstContentFromSent
    case .endToEnd, .endToEndLatency: isOpen ? .endToEndFromIntended : .endToEndFromStarted
    default: self
    }
  }

  /// The instant from which a latency counts, as a report names it; `nil` for all else.
  var origin: LatencyOrigin? {
    switch self {
    case .timeToFirstTokenFromIntended, .timeToFirstContentFromIntended, .endToEndFromIntended: .intended
    case .timeToFirstTokenFromSent, .timeToFirstContentFromSent: .sent
    case .endToEndFromStarted: .started
    default: nil
    }
  }

  /// Refuses goodput limits on metrics that a single request does not have, and limits that no request can keep.
  package static func check(_ objectives: [GoodputObjective]) throws(ObjectiveError) {
    let possible = allCases.filter { $0.nature == .time && $0 != .interTokenLatency }.map(\.rawValue)
    for objective in objectives {
      guard possible.contains(objective.metric) else {
        throw ObjectiveError(
          kind: .unknownMetric, expression: objective.description,
          message: "found the metric '\(objective.metric)', which one request does not have; expected one of "
            + "\(possible.sorted().joined(separator: ", ")).")
      }
      guard objective.milliseconds > 0 else {
        throw ObjectiveError(
          kind: .implausibleLimit, expression: objective.description,
          message: "found 0 ms, which no request can keep; expected a time above 0.")
      }
    }
  }

  /// The value of one request.
  ///
  /// - Parameter metrics: Its figures.
  /// - Returns: The value; of a request with a schedule from the intended instant, unless the metric says otherwise.
  ///   `nil` if it is undefined, as where stamps are out of order.
  package func value(of metrics: RequestMetrics) -> Duration? {
    stampedValue(of: metrics).flatMap { $0 < .zero ? nil : $0 }
  }

  private func stampedValue(of metrics: RequestMetrics) -> Duration? {
    switch judged(inOpenLoop: metrics.scheduleLag != nil) {
    case .timeToFirstTokenFromSent: metrics.timeToFirstToken
    case .timeToFirstTokenFromIntended: metrics.timeToFirstTokenFromIntended
    case .timeToFirstContentFromSent: metrics.timeToFirstContent
    case .timeToFirstContentFromIntended: metrics.timeToFirstContentFromIntended
    case .timePerOutputToken: metrics.timePerOutputToken
    case .endToEndFromStarted: metrics.endToEnd
    case .endToEndFromIntended: metrics.endToEndFromIntended
    case .scheduleLag: metrics.scheduleLag
    default: nil
    }
  }

  /// The samples of all requests; of a metric as it is judged.
  func samples(in stores: LatencyStores) -> LatencyStore? {
    switch self {
    case .timeToFirstTokenFromSent: stores.timeToFirstToken
    case .timeToFirstTokenFromIntended: stores.timeToFirstTokenFromIntended
    case .timeToFirstContentFromSent: stores.timeToFirstContent
    case .timeToFirstContentFromIntended: stores.timeToFirstContentFromIntended
    case .timePerOutputToken: stores.timePerOutputToken
    case .interTokenLatency: stores.interTokenLatency
    case .endToEndFromStarted: stores.endToEnd
    case .endToEndFromIntended: stores.endToEndFromIntended
    case .scheduleLag: stores.scheduleLag
    default: nil
    }
  }

  /// The figures of a report; of a metric as it is judged.
  func figures(in latencies: LoadReport.Latencies) -> LatencyFigures? {
    switch self {
    case .timeToFirstTokenFromSent: latencies.timeToFirstToken
    case .timeToFirstTokenFromIntended: latencies.timeToFirstTokenFromIntended
    case .timeToFirstContentFromSent: latencies.timeToFirstContent
    case .timeToFirstContentFromIntended: latencies.timeToFirstContentFromIntended
    case .timePerOutputToken: latencies.timePerOutputToken
    case .interTokenLatency: latencies.interTokenLatency
    case .endToEndFromStarted: latencies.endToEnd
    case .endToEndFromIntended: latencies.endToEndFromIntended
    case .scheduleLag: latencies.scheduleLag
    default: nil
    }
  }

  /// The single number of a report.
  func number(in report: LoadReport) -> Double? {
    switch self {
    case .failureRate: report.requests.failureRate
    case .goodShare: report.goodput?.share
    case .wrongRate: report.quality?.wrongRate
    case .goodput: report.goodput?.rate
    case .requestThroughput: report.throughput.requests
    case .outputThroughput: report.throughput.outputTokens
    case .totalTokenThroughput: report.throughput.totalTokens
    default: nil
    }
  }
}

/// The instant from which a latency counts.
public enum LatencyOrigin: String, Sendable, Hashable, Codable, CaseIterable {
  /// The instant at which the schedule wanted the request to start.
  case intended
  /// The request was handed to the network.
  case started
  /// The request was written.
  case sent
}

extension LatencyOrigin {
  /// The instant in words, to follow a figure.
  package var text: String {
    switch self {
    case .intended: "from the intended instant"
    case .started: "from the start"
    case .sent: "from the request written"
    }
  }
}
