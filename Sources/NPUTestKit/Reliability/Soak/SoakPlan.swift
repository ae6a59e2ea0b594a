internal import NPUBase
public import NPULoad

/// How long and how fast to soak, how often to take stock, and when to give up.
public struct SoakPlan: Sendable, Hashable {
  /// How the requests arrive, how many or how long in all, from which seed; without a warm-up.
  public let load: LoadPlan
  /// The length of a window, after which a snapshot is taken.
  public let window: Duration
  /// When the soak is ended before its time.
  public let stopRules: SoakStopRules
  /// What is judged, and by which limits.
  public let limits: SoakLimits

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - load: How the requests arrive, how many or how long in all, from which seed.
  ///   - window: The length of a window, at least 10 ms; `nil` takes a sixtieth of the time, at least a second and at
  ///     most a minute, and a minute where a number of requests ends the soak.
  ///   - stopRules: When to give up.
  ///   - limits: What is judged.
  /// - Throws: ``SoakError`` of kind `plan`.
  public init(
    _ load: LoadPlan, window: Duration? = nil, stopRules: SoakStopRules = SoakStopRules(),
    limits: SoakLimits = SoakLimits()
  ) throws(SoakError) {
    guard load.warmUp == .none else {
      throw SoakError(
        kind: .plan, message: "A soak has no warm-up: its trends leave out the beginning. Take the warm-up away.")
    }
    if let window, window < .milliseconds(10) {
      throw SoakError(kind: .plan, message: "The window is \(window); it is at least 10 ms.")
    }
    self.load = load
    self.window = window ?? Self.window(for: load.stop.duration)
    self.stopRules = stopRules
    self.limits = limits
  }

  private static func window(for duration: Duration?) -> Duration {
    guard let duration else { return .seconds(60) }
    return max(.seconds(1), min(.seconds(60), duration / 60))
  }

  /// How long requests in flight may go on after the last start.
  var drainLimit: Duration { load.drainLimit ?? LoadPlan.defaultDrainLimit }

  /// What sums of seconds may lack of the planned time although it is over.
  private static let leastRest = Duration.milliseconds(1)

  /// What is left of the load; `nil` if nothing is.
  ///
  /// - Parameters:
  ///   - seconds: How long requests were started before.
  ///   - done: The requests that have ended before.
  /// - Returns: The plan of the rest.
  /// - Throws: ``LoadPlanError`` never in practice: what is left of a plan is one.
  func rest(after seconds: Double, leavingOut done: IndexRanges) throws(LoadPlanError) -> LoadPlan? {
    let requests = load.stop.requests.map { $0 - done.count }
    let time = load.stop.duration.map { $0 - .clamped(seconds: seconds) }
    if let requests, requests <= 0 { return nil }
    if let time, time <= Self.leastRest { return nil }
    let stop: StopCondition
    switch (requests, time) {
    case (let requests?, let time?): stop = .whicheverFirst(requests: requests, duration: time)
    case (let requests?, nil): stop = .requests(requests)
    case (nil, let time?): stop = .duration(time)
    case (nil, nil): return nil
    }
    return try LoadPlan(
      arrival: load.arrival, rampUp: load.rampUp, pause: load.pause, stop: stop, drainLimit: load.drainLimit,
      seed: load.seed)
  }
}

/// What is judged at the end of a soak.
public struct SoakLimits: Sendable, Hashable {
  /// The limits that the whole soak must keep, such as `failure_rate<1%`, `e2e:p99<5s` or `chat.ttft:p95<1s`.
  ///
  /// The figures are `e2e` and `ttft` with a statistic, `failure_rate`, `success_rate`, `completed` and
  /// `request_throughput`; before a dot stands the service that is meant.
  public var objectives: [SoakObjective]
  /// By which share of its level the median latency of a service may grow over the soak.
  public var latencyGrowth: Double
  /// By how much the share of failed requests may grow over the soak.
  public var failureGrowth: Double
  /// The growth of memory that counts as a leak, in MB (2^20 bytes) per hour: of this process and of those of the server.
  public var leakMegabytesPerHour: Double
  /// The same of the memory of a chip.
  public var chipLeakMegabytesPerHour: Double
  /// The growth of the share of the KV cache in use while nothing runs that counts as a leak, per hour.
  public var idleCacheGrowthPerHour: Double
  /// The significance level of the tests of trends.
  public var significance: Double
  /// The least number of windows for a trend, at least 20.
  public var leastWindows: Int

  /// Creates limits.
  public init(
    objectives: [SoakObjective] = [], latencyGrowth: Double = 0.1, failureGrowth: Double = 0.01,
    leakMegabytesPerHour: Double = 60, chipLeakMegabytesPerHour: Double = 60, idleCacheGrowthPerHour: Double = 0.01,
    significance: Double = 0.01, leastWindows: Int = 20
  ) {
    self.objectives = objectives
    self.latencyGrowth = latencyGrowth
    self.failureGrowth = failureGrowth
    self.leakMegabytesPerHour = leakMegabytesPerHour
    self.chipLeakMegabytesPerHour = chipLeakMegabytesPerHour
    self.idleCacheGrowthPerHour = idleCacheGrowthPerHour
    self.significance = significance
    self.leastWindows = max(20, leastWindows)
  }
}
