public import ArgumentParser
package import NPUTestKit
package import ToolSupport

/// How much to send, and how fast.
package struct LoadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Measured requests. Default: 100 (20 for images and tasks), or no limit with --duration.", valueName: "count"))
  package var numPrompts: Int?
  @Option(help: ArgumentHelp("How long to measure.", valueName: "seconds"))
  package var duration: Seconds?
  @Option(
    help: ArgumentHelp(
      "How long requests in flight may go on after the last start, before they are cancelled. Default: 120 with "
        + "--duration, else their own time limits.", valueName: "seconds"))
  package var drainTimeout: Seconds?
  @Option(
    help: ArgumentHelp(
      "Requests per second of an open loop; inf sends all at once. Without it the loop is closed: a request starts "
        + "when another has ended.", valueName: "rate"))
  package var requestRate: Double?
  @Option(
    help: ArgumentHelp(
      "Arrivals of an open loop: 1 is Poisson, less comes in bursts, inf is evenly spaced.", valueName: "shape"))
  package var burstiness = 1.0
  @Option(
    help: ArgumentHelp(
      "Most requests at one time. Default: 16 in a closed loop (1 for images, 4 for tasks), no limit in an open one.",
      valueName: "count"))
  package var maxConcurrency: Int?
  @Flag(
    help:
      "Send fewer at one time where the limits of this machine (descriptors, ports) demand it. Default: refuse to run."
  )
  package var capConcurrency = false
  @Option(
    help: ArgumentHelp(
      "Threads that read and stamp responses. Default: one for each 1024 requests at once or 2000 a second, at most "
        + "half of the cores.", valueName: "count"))
  package var networkThreads: Int?
  @Option(
    help: ArgumentHelp("How the rate of an open loop grows over the run: linear or exponential.", valueName: "way"))
  package var rampUpStrategy: RateRamp.Growth?
  @Option(help: ArgumentHelp("Requests per second at the start of --ramp-up-strategy.", valueName: "rate"))
  package var rampUpStartRps: Double?
  @Option(help: ArgumentHelp("Requests per second at the end of --ramp-up-strategy.", valueName: "rate"))
  package var rampUpEndRps: Double?
  @Option(help: ArgumentHelp("Requests sent before the measurement, and not counted.", valueName: "count"))
  package var numWarmups = 0
  @Option(
    help: ArgumentHelp("How long to send before the measurement; those requests do not count.", valueName: "seconds"))
  package var warmupDuration: Seconds?
  @Option(
    help: ArgumentHelp(
      "Time over which a closed loop spreads its first requests. Default: 1 ms per request.", valueName: "seconds"))
  package var rampUp: Seconds?
  @Option(help: ArgumentHelp("Decides everything random: the same seed sends the same load.", valueName: "number"))
  package var seed: UInt64 = 0

  package init() {}

  package func validate() throws {
    let finite = 0...Double.greatestFiniteMagnitude
    try ValidationError.unless("--num-prompts", numPrompts, isIn: 1...LoadPlan.mostRequests)
    try ValidationError.unless("--duration", duration?.number, isAbove: 0, unit: "seconds")
    try ValidationError.unless("--drain-timeout", drainTimeout?.number, isIn: finite, unit: "seconds")
    try ValidationError.unless("--request-rate", requestRate, isAbove: 0, upTo: .infinity)
    try ValidationError.unless("--burstiness", burstiness, isAbove: 0, upTo: .infinity)
    try ValidationError.unless("--max-concurrency", maxConcurrency, isIn: 1...Int.max)
    try ValidationError.unless("--network-threads", networkThreads, isIn: 1...TransportConfiguration.mostNetworkThreads)
    try ValidationError.unless("--ramp-up-start-rps", rampUpStartRps, isIn: finite)
    try ValidationError.unless("--ramp-up-end-rps", rampUpEndRps, isAbove: 0)
    try ValidationError.unless("--num-warmups", numWarmups, isIn: 0...LoadPlan.mostRequests)
    try ValidationError.unless("--warmup-duration", warmupDuration?.number, isIn: finite, unit: "seconds")
    try ValidationError.unless("--ramp-up", rampUp?.number, isIn: finite, unit: "seconds")
  }

  /// The load.
  ///
  /// - Parameters:
  ///   - requests: How many requests are sent where the command line names neither a number nor a time.
  ///   - concurrency: How many at one time where it names none.
  /// - Returns: The plan.
  /// - Throws: `ValidationError` or ``LoadPlanError`` for options that exclude each other.
  package func plan(requests: Int = 100, concurrency: Int = 16) throws -> LoadPlan {
    let arrival: LoadPlan.Arrival
    if let process = try process(requests: requests) {
      arrival = .openLoop(process, maxConcurrency: maxConcurrency)
    } else {
      arrival = .closedLoop(concurrency: maxConcurrency ?? min(concurrency, max(1, numPrompts ?? requests)))
    }
    let stop: StopCondition
    switch (numPrompts, duration?.duration) {
    case (let count?, let time?): stop = .whicheverFirst(requests: count, duration: time)
    case (nil, let time?): stop = .duration(time)
    case (let count, nil): stop = .requests(count ?? requests)
    }
    return try LoadPlan(
      arrival: arrival, rampUp: rampUp?.duration, warmUp: try warmUp, stop: stop, drainLimit: drainTimeout?.duration,
      seed: seed)
  }

  private var warmUp: WarmUp {
    get throws {
      guard let warmupDuration else { return numWarmups == 0 ? .none : .requests(numWarmups) }
      return .duration(warmupDuration.duration)
    }
  }

  /// The arrivals of an open loop; none for a closed one.
  private func process(requests: Int) throws -> ArrivalProcess? {
    guard let rampUpStrategy else {
      return try requestRate.map { try ArrivalProcess(rate: $0, burstiness: burstiness) }
    }
    guard let rampUpStartRps, let rampUpEndRps else {
      throw ValidationError("--ramp-up-strategy needs --ramp-up-start-rps and --ramp-up-end-rps.")
    }
    let span: RateRamp.Span
    if numPrompts == nil, let duration {
      span = .duration(duration.duration)
    } else {
      span = .requests(numPrompts ?? requests)
    }
    let ramp = try RateRamp(from: rampUpStartRps, growth: rampUpStrategy, over: span)
    return try ArrivalProcess(rate: rampUpEndRps, burstiness: burstiness, ramp: ramp)
  }
}

extension LoadOptions {
  /// Every flag of the group.
  package static let flags = [
    "--num-prompts", "--duration", "--drain-timeout", "--request-rate", "--burstiness", "--max-concurrency",
    "--cap-concurrency", "--network-threads", "--ramp-up-strategy", "--ramp-up-start-rps",
    "--ramp-up-end-rps", "--num-warmups", "--warmup-duration", "--ramp-up", "--seed",
  ]

  /// Which of the flags need or exclude which.
  package static let rules: [FlagRule] = [
    .needs(["--ramp-up-start-rps", "--ramp-up-end-rps"], oneOf: ["--ramp-up-strategy"]),
    .excludes(["--ramp-up-strategy"], ["--request-rate"], "it has a rate of its own"),
    .needs(["--burstiness"], oneOf: ["--request-rate", "--ramp-up-strategy"], "a closed loop has no arrivals"),
    FlagRule(["--burstiness"]) { flag, given in
      guard let rate = given.value("--request-rate"), Double(rate) == .infinity else { return nil }
      return "\(flag) needs a --request-rate below \(rate): all requests are sent at once."
    },
    .excludes(["--num-warmups"], ["--warmup-duration"], "both say how long the warm-up is"),
    .excludes(
      ["--ramp-up"], ["--request-rate", "--ramp-up-strategy"], "it adds requests to a closed loop one after another"),
    .filesApart(
      outputs: ["--journal", "--markdown", "--npu-log", "--result-filename"],
      inputs: ["--dataset-path", "--replay", "--image", "--audio", "--cacert", "--cert", "--key"],
      folders: ["--audio-dir"]),
  ]
}

extension RateRamp.Growth: ExpressibleByArgument {}
