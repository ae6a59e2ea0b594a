internal import NPUBase
public import NPUMetrics

/// A limit that a soak must keep, for one service or for all of them: `failure_rate<1%`, `chat.ttft:p95<1s`.
public struct SoakObjective: Sendable, Hashable, CustomStringConvertible {
  /// The service that is meant; `nil` for all: rates of all together, latencies of each.
  public var service: String?
  /// The limit.
  public var objective: ServiceLevelObjective

  /// A figure that can be limited.
  enum Figure: String, CaseIterable {
    case endToEnd = "e2e"
    case firstToken = "ttft"
    case failureRate = "failure_rate"
    case successRate = "success_rate"
    case completed
    case throughput = "request_throughput"

    var isLatency: Bool { self == .endToEnd || self == .firstToken }
  }

  let figure: Figure

  /// Reads a limit.
  ///
  /// - Parameter expression: As in `e2e:p99<5s` or `image.failure_rate<=0.5%`.
  /// - Throws: `ObjectiveError` for what cannot be read, a figure that a soak does not have, and a latency without a
  ///   statistic.
  public init(_ expression: String) throws(ObjectiveError) {
    var objective = try ServiceLevelObjective(expression)
    var service: String?
    if let dot = objective.metric.firstIndex(of: ".") {
      service = String(objective.metric[..<dot])
      objective.metric = String(objective.metric[objective.metric.index(after: dot)...])
    }
    let names = Figure.allCases.map(\.rawValue).joined(separator: ", ")
    guard let figure = Figure(rawValue: objective.metric) else {
      throw ObjectiveError(
        kind: .unknownMetric, expression: expression,
        message: "found the unknown metric '\(objective.metric)', expected one of \(names), or a service, a dot and one"
      )
    }
    switch objective.statistic {
    case .percentile, .median, .maximum: break
    case nil where !figure.isLatency: break
    case nil:
      throw ObjectiveError(
        kind: .unknownStatistic, expression: expression,
        message: "found \(figure.rawValue) without a statistic, expected one such as \(figure.rawValue):p99")
    case .mean, .minimum, .standardDeviation:
      throw ObjectiveError(
        kind: .unknownStatistic, expression: expression,
        message: "found a statistic that a soak does not keep, expected a percentile, median or max")
    }
    if !figure.isLatency, objective.statistic != nil {
      throw ObjectiveError(
        kind: .unknownStatistic, expression: expression,
        message: "found a statistic of \(figure.rawValue), which is one number; leave it out")
    }
    if figure == .failureRate || figure == .successRate, objective.unit == .none, !(0...1).contains(objective.limit) {
      throw ObjectiveError(
        kind: .implausibleLimit, expression: expression,
        message: "found the share \(objective.limit), expected 0 to 1, or a number with %")
    }
    (self.service, self.objective, self.figure) = (service, objective, figure)
    // A unit that does not fit shows here and not after a day.
    _ = try verdict(reading: figure.isLatency ? .time(milliseconds: 1) : figure.nature(0))
  }

  /// The expression.
  public var description: String { (service.map { $0 + "." } ?? "") + objective.description }

  /// Whether it is kept.
  ///
  /// - Parameters:
  ///   - totals: What became of the requests, by service.
  ///   - seconds: How long was soaked.
  /// - Returns: A verdict for each service that it is about.
  func verdicts(on totals: [String: SoakTally], seconds: Double) -> [SoakVerdict] {
    let meant = totals.filter { service == nil || $0.key == service }
    guard figure.isLatency else {
      let counts = meant.values.reduce(into: SoakCounts()) { $0.add($1.counts) }
      return [verdict(on: reading(of: counts, seconds: seconds), target: service)]
    }
    let having = meant.filter { figure == .endToEnd || $0.value.firstToken.count > 0 || service != nil }
    guard !having.isEmpty else {
      return [verdict(on: .undefined(reason: "no request of such a service has ended"), target: service)]
    }
    return having.sorted { $0.key < $1.key }.map { name, tally in verdict(on: reading(of: tally), target: name) }
  }

  private func verdict(on reading: MetricReading, target: String?) -> SoakVerdict {
    // What can be thrown was thrown when the limit was read.
    guard let verdict = try? verdict(reading: reading) else {
      return SoakVerdict(
        subject: .objective, target: target, outcome: .undetermined, reason: "\(self) cannot be judged", figures: [:])
    }
    return SoakVerdict(
      subject: .objective, target: target, outcome: verdict.outcome, reason: verdict.text,
      figures: reading.value.flatMap { $0.isFinite ? ["value": $0] : nil } ?? [:])
  }

  private func verdict(reading: MetricReading) throws(ObjectiveError) -> ObjectiveVerdict {
    try objective.evaluate(metrics: [objective.metric]) { _, _ in reading }
  }

  private func reading(of counts: SoakCounts, seconds: Double) -> MetricReading {
    let judged = counts.completed + counts.failed
    switch figure {
    case .failureRate, .successRate:
      guard judged > 0 else { return .undefined(reason: "no request has ended") }
      let good = figure == .failureRate ? counts.failed : counts.completed
      return .ratio(Double(good) / Double(judged))
    case .completed: return .number(Double(counts.completed))
    case .throughput:
      guard seconds > 0 else { return .undefined(reason: "no time has passed") }
      return .number(Double(counts.completed) / seconds)
    case .endToEnd, .firstToken: return .undefined(reason: "a latency is of one service")
    }
  }

  /// A latency, with failed requests as infinitely late; above a lower limit nothing is counted that never came.
  private func reading(of tally: SoakTally) -> MetricReading {
    let histogram = figure == .endToEnd ? tally.endToEnd : tally.firstToken
    let failures = tally.counts.failed
    let percent: Double
    switch objective.statistic {
    case .percentile(let number): percent = number
    case .median: percent = 50
    default: percent = 100
    }
    guard let value = try? histogram.percentile(percent, failures: failures) else {
      return .undefined(reason: "no request has it")
    }
    return .time(milliseconds: value / 1e6, samples: histogram.count + failures)
  }
}

extension SoakObjective.Figure {
  /// A reading of the kind that the figure is of.
  fileprivate func nature(_ value: Double) -> MetricReading {
    self == .failureRate || self == .successRate ? .ratio(value) : .number(value)
  }
}
