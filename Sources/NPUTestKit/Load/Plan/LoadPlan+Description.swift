internal import NPUBase

extension LoadPlan: CustomStringConvertible {
  /// The load in words, such as "closed loop, 8 at a time, ramp-up 8 ms".
  public var description: String {
    var parts = [arrival.description]
    if rampUp > .zero { parts.append("ramp-up \(NumberText.plain(rampUp))") }
    if pause > .zero { parts.append("a pause of \(NumberText.plain(pause)) after each response") }
    return parts.joined(separator: ", ")
  }
}

extension LoadPlan.Arrival: CustomStringConvertible {
  /// The arrivals in words, such as "open loop, Poisson 10/s, at most 64 at a time".
  public var description: String {
    switch self {
    case .closedLoop(let concurrency): "closed loop, \(concurrency) at a time"
    case .openLoop(let process, nil): "open loop, \(process)"
    case .openLoop(let process, let limit?): "open loop, \(process), at most \(limit) at a time"
    }
  }
}

extension ArrivalProcess: CustomStringConvertible {
  /// The process in words, such as "Poisson 10/s" or "gamma 10/s with burstiness 0.5".
  public var description: String {
    guard rate.isFinite else { return "all at once" }
    let start = ramp.map { "\(NumberText.plain($0.start)) to " } ?? ""
    let rates = "\(start)\(NumberText.plain(rate))/s"
    let family =
      switch burstiness {
      case .infinity: "constant \(rates)"
      case 1: "Poisson \(rates)"
      default: "gamma \(rates) with burstiness \(NumberText.plain(burstiness))"
      }
    return ramp.map { "\(family), \($0)" } ?? family
  }
}

extension RateRamp: CustomStringConvertible {
  /// The ramp in words, such as "linear over 30 s".
  public var description: String {
    switch span {
    case .requests(let count): "\(growth.rawValue) over \(count) requests"
    case .duration(let duration): "\(growth.rawValue) over \(NumberText.plain(duration))"
    }
  }
}
