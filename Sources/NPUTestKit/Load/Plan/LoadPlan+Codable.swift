internal import NPUBase

extension LoadPlan: Codable {
  private enum CodingKeys: String, CodingKey {
    case mode
    case concurrency
    case arrival
    case maxConcurrency = "max_concurrency"
    case rampUp = "ramp_up_ms"
    case pause = "pause_ms"
    case warmUp = "warm_up"
    case stop
    case drainLimit = "drain_limit_ms"
    case seed
  }

  private enum Mode: String, Codable {
    case closedLoop = "closed_loop"
    case openLoop = "open_loop"
  }

  /// Reads a recorded plan and checks it as the initialiser does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let arrival: Arrival
    var rampUp: Duration?
    switch try container.decode(Mode.self, forKey: .mode) {
    case .closedLoop:
      arrival = .closedLoop(concurrency: try container.decode(Int.self, forKey: .concurrency))
      rampUp = .recorded(milliseconds: try container.decode(Double.self, forKey: .rampUp))
    case .openLoop:
      arrival = .openLoop(
        try container.decode(ArrivalProcess.self, forKey: .arrival),
        maxConcurrency: try container.decodeIfPresent(Int.self, forKey: .maxConcurrency))
    }
    try self.init(
      arrival: arrival, rampUp: rampUp,
      pause: container.decodeIfPresent(Double.self, forKey: .pause).map(Duration.recorded(milliseconds:)) ?? .zero,
      warmUp: container.decode(WarmUp.self, forKey: .warmUp), stop: container.decode(StopCondition.self, forKey: .stop),
      drainLimit: container.decodeIfPresent(Double.self, forKey: .drainLimit).map(Duration.recorded(milliseconds:)),
      seed: container.decode(UInt64.self, forKey: .seed))
  }

  /// Writes the plan for the head of a journal, with the unit of each number in its key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch arrival {
    case .closedLoop(let concurrency):
      try container.encode(Mode.closedLoop, forKey: .mode)
      try container.encode(concurrency, forKey: .concurrency)
      try container.encode(rampUp.milliseconds, forKey: .rampUp)
      // Left out where there is none: plans of earlier versions know nothing of it.
      if pause > .zero { try container.encode(pause.milliseconds, forKey: .pause) }
    case .openLoop(let process, let maxConcurrency):
      try container.encode(Mode.openLoop, forKey: .mode)
      try container.encode(process, forKey: .arrival)
      try container.encodeIfPresent(maxConcurrency, forKey: .maxConcurrency)
    }
    try container.encode(warmUp, forKey: .warmUp)
    try container.encode(stop, forKey: .stop)
    try container.encodeIfPresent(drainLimit?.milliseconds, forKey: .drainLimit)
    try container.encode(seed, forKey: .seed)
  }
}
