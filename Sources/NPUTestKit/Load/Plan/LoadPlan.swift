internal import NPUBase

/// What load to send: how requests arrive, what comes before the measurement, when to stop, from which seed.
///
/// A plan that exists is a plan that can be run: its initialiser refuses anything else and says why. Together with the
/// source of the prompts it determines every request and, for an open loop, every intended instant.
public struct LoadPlan: Sendable, Hashable {
  /// What decides when the next request is sent.
  public enum Arrival: Sendable, Hashable {
    /// The end of an earlier one: a fixed number of requests is in flight, as from that many users without pause.
    case closedLoop(concurrency: Int)
    /// A schedule that does not wait for responses.
    ///
    /// With a limit on the requests in flight, those that are due beyond it
    /// wait in order and keep their intended time, so that the wait is part of their latency.
    case openLoop(ArrivalProcess, maxConcurrency: Int? = nil)
  }

  /// What decides when the next request is sent.
  public let arrival: Arrival
  /// Over how long a closed loop spreads its first requests; zero for an open loop, whose process has its own ramp.
  public let rampUp: Duration
  /// How long a place of a closed loop rests after each response; zero for none, and in an open loop.
  public let pause: Duration
  /// What is sent before the measurement begins.
  public let warmUp: WarmUp
  /// When to stop starting requests.
  public let stop: StopCondition
  /// How long requests in flight may go on after the last start before they are cancelled.
  ///
  /// Without it they are left to their timeouts. A plan with a duration always has one: ``defaultDrainLimit``, unless
  /// it names another, so that its run ends whatever the service does. A warm-up of requests is given up in such a plan
  /// when none of them has ended for as long as the duration and this limit together.
  public let drainLimit: Duration?
  /// The seed of the schedule and of the prompts.
  public let seed: UInt64

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - arrival: What decides when the next request is sent.
  ///   - rampUp: Over how long a closed loop spreads its first requests; `nil` takes a millisecond for each, at most
  ///     five seconds, and zero sends them at once.
  ///   - pause: How long a place of a closed loop rests after each response, as a user who reads it.
  ///   - warmUp: What is sent before the measurement begins.
  ///   - stop: When to stop starting requests.
  ///   - drainLimit: How long requests in flight may go on after the last start before they are cancelled; `nil` takes
  ///     ``defaultDrainLimit`` where a duration ends the run, and no limit where a number of requests does.
  ///   - seed: The seed of the schedule and of the prompts.
  /// - Throws: ``LoadPlanError`` with the setting, its value and what is allowed.
  public init(
    arrival: Arrival, rampUp: Duration? = nil, pause: Duration = .zero, warmUp: WarmUp = .none, stop: StopCondition,
    drainLimit: Duration? = nil, seed: UInt64 = 0
  ) throws(LoadPlanError) {
    try LoadPlan.check(stop)
    try LoadPlan.check(warmUp)
    if let drainLimit, drainLimit < .zero {
      throw LoadPlanError(
        kind: .stop, setting: "drain limit", value: "\(drainLimit)", allowed: "0 seconds or more, or none")
    }
    if pause < .zero {
      throw LoadPlanError(kind: .pause, setting: "pause", value: "\(pause)", allowed: "0 seconds or more")
    }
    switch arrival {
    case .closedLoop(let concurrency):
      try LoadPlan.check(concurrency: concurrency)
      if let rampUp, rampUp < .zero {
        throw LoadPlanError(kind: .rampUp, setting: "ramp-up", value: "\(rampUp)", allowed: "0 seconds or more")
      }
      self.rampUp = ClosedLoopRamp(concurrency: concurrency, duration: rampUp).duration
    case .openLoop(let process, let maxConcurrency):
      if let maxConcurrency { try LoadPlan.check(concurrency: maxConcurrency) }
      if pause != .zero {
        throw LoadPlanError(
          kind: .pause, setting: "pause of an open loop", value: "\(pause)",
          allowed: "none: its schedule does not wait for responses")
      }
      if let rampUp, rampUp != .zero {
        throw LoadPlanError(
          kind: .rampUp, setting: "ramp-up of an open loop", value: "\(rampUp)",
          allowed: "none: give the arrival process a ramp of its rate instead")
      }
      try LoadPlan.check(unlimited: process, warmUp: warmUp, stop: stop)
      self.rampUp = .zero
    }
    self.arrival = arrival
    self.pause = pause
    self.warmUp = warmUp
    self.stop = stop
    self.drainLimit = drainLimit ?? stop.duration.map { _ in LoadPlan.defaultDrainLimit }
    self.seed = seed
  }

  /// The most requests of a plan, and of its warm-up: a trillion, more than any run can send, so that sums and products
  /// of such numbers are far from the limit of an integer.
  package static let mostRequests = 1_000_000_000_000

  /// How long the requests in flight at the end of a planned time may go on: two minutes.
  public static let defaultDrainLimit = Duration.seconds(120)

  /// The same plan with no more than a number of requests in flight at once.
  ///
  /// - Parameter limit: The most requests at once.
  /// - Returns: The plan.
  /// - Throws: ``LoadPlanError`` if that is less than one.
  public func limited(to limit: Int) throws(LoadPlanError) -> LoadPlan {
    let limited: Arrival
    switch arrival {
    case .closedLoop(let concurrency): limited = .closedLoop(concurrency: min(concurrency, limit))
    case .openLoop(let process, let most): limited = .openLoop(process, maxConcurrency: min(most ?? limit, limit))
    }
    return try LoadPlan(
      arrival: limited, rampUp: rampUp, pause: pause, warmUp: warmUp, stop: stop, drainLimit: drainLimit, seed: seed)
  }

  /// How many connections the plan may open at once.
  ///
  /// Without a limit on the requests in flight it is a guess: that many can be in flight only if the service stands
  /// still.
  public var expectedConnections: Int { concurrencyLimit ?? min(requestLimit ?? .max, LoadPlan.mostGuessed) }

  private static let mostGuessed = 1024

  /// The most requests that can be in flight at once, or nothing if the plan sets no limit.
  public var concurrencyLimit: Int? {
    switch arrival {
    case .closedLoop(let concurrency): concurrency
    case .openLoop(_, let maxConcurrency): maxConcurrency
    }
  }

  /// The most requests that the plan can use, warm-up included, or `nil` if only time limits them.
  public var requestLimit: Int? {
    guard let requests = stop.requests else { return nil }
    switch warmUp {
    case .none: return requests
    case .requests(let count): return count + requests
    case .duration: return nil
    }
  }

  /// For how long a warm-up of requests may go on without the end of one of them; `nil` where only numbers end the run.
  var warmUpPatience: Duration? {
    guard case .requests = warmUp, let duration = stop.duration else { return nil }
    return duration + (drainLimit ?? LoadPlan.defaultDrainLimit)
  }

  /// What kept a run of the plan from going on, where it was neither carried out nor stopped by somebody.
  package func failure(_ end: LoadEnd) -> String? {
    guard end.reason == .warmUp, let warmUpPatience else { return nil }
    return "no warm-up request ended within \(NumberText.plain(warmUpPatience)) "
      + "(\(end.warmUpRequests) were sent, \(end.cancelledRequests) were in flight at the end)"
  }

  private static func check(concurrency: Int) throws(LoadPlanError) {
    guard concurrency < 1 else { return }
    throw LoadPlanError(kind: .concurrency, setting: "concurrency", value: "\(concurrency)", allowed: "1 or more")
  }

  private static func check(_ stop: StopCondition) throws(LoadPlanError) {
    if stop.requests == nil, stop.duration == nil {
      throw LoadPlanError(
        kind: .stop, setting: "stop condition", value: "empty", allowed: "a number of requests, a duration, or both")
    }
    if let requests = stop.requests, !(1...mostRequests).contains(requests) {
      throw LoadPlanError(
        kind: .stop, setting: "number of requests", value: "\(requests)", allowed: "1 to \(mostRequests)")
    }
    if let duration = stop.duration, duration <= .zero {
      throw LoadPlanError(kind: .stop, setting: "duration", value: "\(duration)", allowed: "more than 0 seconds")
    }
  }

  private static func check(_ warmUp: WarmUp) throws(LoadPlanError) {
    switch warmUp {
    case .requests(let count) where !(0...mostRequests).contains(count):
      throw LoadPlanError(
        kind: .warmUp, setting: "number of warm-up requests", value: "\(count)", allowed: "0 to \(mostRequests)")
    case .duration(let duration) where duration < .zero:
      throw LoadPlanError(kind: .warmUp, setting: "warm-up time", value: "\(duration)", allowed: "0 seconds or more")
    case .none, .requests, .duration: return
    }
  }

  /// All requests of an unlimited rate are due at once: it needs an end, and a warm-up by time would swallow them all.
  private static func check(
    unlimited process: ArrivalProcess, warmUp: WarmUp, stop: StopCondition
  ) throws(LoadPlanError) {
    guard process.rate == .infinity else { return }
    guard stop.requests != nil else {
      throw LoadPlanError(
        kind: .stop, setting: "number of requests at an unlimited rate", value: "none",
        allowed: "1 or more; a duration alone ends no schedule whose requests are all due at once")
    }
    if case .duration(let duration) = warmUp, duration > .zero {
      throw LoadPlanError(
        kind: .warmUp, setting: "warm-up time at an unlimited rate", value: "\(duration)",
        allowed: "0 seconds: all requests are due at once; give a number of warm-up requests instead")
    }
  }
}
