internal import NPUBase
internal import NPUMetrics

/// What kind of quantity an objective is about, and so which units and limits make sense.
enum ObjectiveNature: Hashable {
  /// A time.
  case time
  /// A share of a whole, from 0 to 1.
  case share
  /// A ratio that people write in percent and that can exceed 1, such as a word error rate.
  case rate
  /// A number without a unit, 0 or more.
  case number
}

/// What an objective names: a metric of every report, one figure of a service, or a measure of its requests.
enum ObjectiveSubject: Hashable {
  case metric(ReportMetric)
  case figure(ServiceMetric)
  case measure(Measure)

  /// Finds what an objective is about.
  ///
  /// A measure is named by its name, or by its name without the unit at the end: `ttfa` is `ttfa_ms`.
  ///
  /// - Parameters:
  ///   - objective: The objective.
  ///   - measures: The measures that there are, the ones to prefer first.
  /// - Throws: `ObjectiveError` for a name that nothing has, and a statistic that is missing or has no meaning.
  init(_ objective: ServiceLevelObjective, measures: [Measure]) throws(ObjectiveError) {
    let name = objective.metric
    if let metric = ReportMetric(rawValue: name) {
      self = .metric(metric)
      try Self.check(objective, needsStatistic: metric.nature == .time)
      return
    }
    let measure = [name, name + "_ms", name + "_s"].lazy.compactMap { full in
      measures.first { $0.rawValue == full }
    }.first
    if let figure = ServiceMetric(rawValue: name), objective.statistic == nil || measure == nil {
      self = .figure(figure)
      try Self.check(objective, needsStatistic: false)
      return
    }
    guard let measure else {
      let known = ReportMetric.allCases.map(\.rawValue) + ServiceMetric.allCases.map(\.rawValue) + measures.map(\.name)
      throw ObjectiveError(
        kind: .unknownMetric, expression: objective.description,
        message: "found the unknown metric '\(name)', expected one of \(Set(known).sorted().joined(separator: ", ")).")
    }
    self = .measure(measure)
    try Self.check(objective, needsStatistic: true)
  }

  var nature: ObjectiveNature {
    switch self {
    case .metric(let metric): metric.nature
    case .figure(let figure): figure.nature
    case .measure(let measure): measure.millisecondsPerUnit == nil ? .number : .time
    }
  }

  private static func check(_ objective: ServiceLevelObjective, needsStatistic: Bool) throws(ObjectiveError) {
    guard needsStatistic != (objective.statistic != nil) else { return }
    let expected =
      needsStatistic
      ? "a statistic, such as \(objective.metric):p99" : "\(objective.metric) without a statistic, for it is one number"
    throw ObjectiveError(
      kind: .unknownStatistic, expression: objective.description,
      message: "found \(objective.statistic.map { "the statistic \($0)" } ?? "no statistic"), expected \(expected).")
  }
}

extension ObjectiveSubject {
  /// Refuses objectives before the run rather than after it: names, units, and limits that say nothing.
  static func check(_ objectives: [ServiceLevelObjective], measures: [Measure]) throws(ObjectiveError) {
    for objective in objectives {
      let nature = try ObjectiveSubject(objective, measures: measures).nature
      _ = try objective.evaluate(metrics: [objective.metric]) { _, _ in
        switch nature {
        case .time: .time(milliseconds: 0)
        case .share, .rate: .ratio(0)
        case .number: .number(0)
        }
      }
      try checkLimit(of: objective, nature)
    }
  }

  /// Refuses a limit that no measurement could break, or none could keep.
  private static func checkLimit(
    of objective: ServiceLevelObjective, _ nature: ObjectiveNature
  ) throws(ObjectiveError) {
    func refuse(_ message: String) -> ObjectiveError {
      ObjectiveError(kind: .implausibleLimit, expression: objective.description, message: message)
    }
    let limit = objective.unit == .percent ? objective.limit / 100 : objective.limit
    let isRatio = nature == .share || nature == .rate
    if isRatio, objective.unit == .none, limit >= 1 {
      let number = NumberText.plain(limit)
      throw refuse(
        "found \(number), which is \(NumberText.plain(limit * 100)) %; did you mean \(number)%? A plain number counts "
          + "wholes: 0.01 is 1 %.")
    }
    let greatest = nature == .share ? 1.0 : Double.infinity
    let breaksNever: Bool
    let keepsNever: Bool
    switch objective.comparison {
    // The greatest share is that of a run in which nothing completed, which passes nothing anyhow.
    case .less: (breaksNever, keepsNever) = (limit >= greatest, limit <= 0)
    case .lessOrEqual: (breaksNever, keepsNever) = (limit >= greatest, limit < 0)
    case .greater: (breaksNever, keepsNever) = (limit < 0, limit >= greatest)
    case .greaterOrEqual: (breaksNever, keepsNever) = (limit <= 0, limit > greatest)
    }
    let range = nature == .share ? "from 0 to 100 %" : "0 or more"
    if breaksNever { throw refuse("found a limit that nothing could break: \(objective.metric) is \(range).") }
    if keepsNever { throw refuse("found a limit that nothing could keep: \(objective.metric) is \(range).") }
  }
}

extension Measure {
  /// Milliseconds of one unit, where the name ends in a unit of time; `nil` for counts and ratios.
  var millisecondsPerUnit: Double? {
    // A rate is no time.
    if rawValue.hasSuffix("_per_s") || rawValue.hasSuffix("_per_ms") { return nil }
    if rawValue.hasSuffix("_ms") { return 1 }
    return rawValue.hasSuffix("_s") ? 1000 : nil
  }

  /// The name as objectives write it, without a unit of time.
  fileprivate var name: String {
    rawValue.hasSuffix("_ms")
      ? String(rawValue.dropLast(3)) : rawValue.hasSuffix("_s") ? String(rawValue.dropLast(2)) : rawValue
  }

  /// Whether less of it is better, so that a request which failed counts as an infinite value.
  var isCost: Bool { millisecondsPerUnit != nil && self != .audioSeconds || self == .realTimeFactor }
}
