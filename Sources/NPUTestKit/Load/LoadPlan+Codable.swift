extension LoadPlan: Codable {
  private enum CodingKeys: String, CodingKey {
    case mode
    case concurrency
    case arrival
    case maxConcurrency = "max_concurrency"
    case rampUp = "ramp_up_ms"
    case warmUp = "warm_up"
    case stop
    case drainLimit = "drain_limit_ms"
    case seed
    case timeouts
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
      warmUp: container.decode(WarmUp.self, forKey: .warmUp), stop: container.decode(StopCondition.self, forKey: .stop),
      drainLimit: container.decodeIfPresent(Double.self, forKey: .drainLimit).map(Duration.recorded(milliseconds:)),
      seed: container.decode(UInt64.self, forKey: .seed),
      timeouts: container.decode(RecordedTimeouts.self, forKey: .timeouts).timeouts)
  }

  /// Writes the plan for the head of a journal, with the unit of each number in its key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch arrival {
    case .closedLoop(let concurrency):
      try container.encode(Mode.closedLoop, forKey: .mode)
      try container.encode(concurrency, forKey: .concurrency)
      try container.encode(rampUp.milliseconds, forKey: .rampUp)
    case .openLoop(let process, let maxConcurrency):
      try container.encode(Mode.openLoop, forKey: .mode)
      try container.encode(process, forKey: .arrival)
      try container.encodeIfPresent(maxConcurrency, forKey: .maxConcurrency)
    }
    try container.encode(warmUp, forKey: .warmUp)
    try container.encode(stop, forKey: .stop)
    try container.encodeIfPresent(drainLimit?.milliseconds, forKey: .drainLimit)
    try container.encode(seed, forKey: .seed)
    try container.encode(RecordedTimeouts(timeouts), forKey: .timeouts)
  }
}

/// Timeouts as a journal holds them: a missing one is a phase without limit.
private struct RecordedTimeouts: Codable {
  var connect: Double?
  var firstByte: Double?
  var idle: Double?
  var total: Double?

  private enum CodingKeys: String, CodingKey {
    case connect = "connect_ms"
    case firstByte = "first_byte_ms"
    case idle = "idle_ms"
    case total = "total_ms"
  }

  init(_ timeouts: TransferTimeouts) {
    connect = timeouts.connect?.milliseconds
    firstByte = timeouts.firstByte?.milliseconds
    idle = timeouts.idle?.milliseconds
    total = timeouts.total?.milliseconds
  }

  var timeouts: TransferTimeouts {
    TransferTimeouts(
      connect: connect.map(Duration.recorded(milliseconds:)),
      firstByte: firstByte.map(Duration.recorded(milliseconds:)),
      idle: idle.map(Duration.recorded(milliseconds:)), total: total.map(Duration.recorded(milliseconds:)))
  }
}
