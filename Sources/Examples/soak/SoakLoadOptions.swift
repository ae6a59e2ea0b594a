import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// How much is sent, how fast, and when the soak gives up.
struct SoakLoadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Requests in all, over all resumptions.", valueName: "count")) var requests: Int?
  @Option(
    help: ArgumentHelp(
      "How long to soak in all, over all resumptions. Default: 60, or no limit with --requests.", valueName: "seconds"))
  var duration: Seconds?
  @Option(
    help: ArgumentHelp(
      "Requests per second of an open loop. Without it the loop is closed: a request starts when another has ended.",
      valueName: "rate"))
  var requestRate: Double?
  @Option(
    help: ArgumentHelp(
      "Arrivals of an open loop: 1 is Poisson, less comes in bursts, inf is evenly spaced.", valueName: "shape"))
  var burstiness = 1.0
  @Option(
    help: ArgumentHelp(
      "Most requests at one time. Default: 1 in a closed loop, no limit in an open one.", valueName: "count"))
  var concurrency: Int?
  @Option(help: ArgumentHelp("Rest after each response of a closed loop.", valueName: "seconds"))
  var pause: Seconds?
  @Option(
    help: ArgumentHelp(
      "How long requests in flight may go on after the last start, before they are cancelled. Default: 120 with "
        + "--duration, else their own time limits.", valueName: "seconds"))
  var drainTimeout: Seconds?
  @Option(
    help: ArgumentHelp(
      "Send so many requests one after another, and ten before them that are not judged; read the memory of the NPUs "
        + "after each, and judge what stays.", valueName: "count"))
  var leakLoop: Int?
  @Option(
    help: ArgumentHelp(
      "Growth of the memory of an NPU for each request of --leak-loop that counts as a leak. Default: 1.",
      valueName: "MB"))
  var leakLoopLimit: Double?
  @Option(help: ArgumentHelp("Decides everything random: the same seed sends the same requests.", valueName: "number"))
  var seed: UInt64 = 0
  @Option(
    help: ArgumentHelp(
      "Time between two snapshots. Default: a sixtieth of --duration, 1 to 60; 60 with --requests alone.",
      valueName: "seconds"))
  var window: Seconds?
  @Option(
    help: ArgumentHelp(
      "Share of failed requests, 0 to 1, from which the soak ends, looked at after each window; where a window has "
        + "fewer than ten, those before it count too. Default: never.", valueName: "share"))
  var stopFailureRate: Double?
  @Flag(help: "Ask every service at the end of each window whether it is healthy, and show where it is not.")
  var health = false
  @Option(
    help: ArgumentHelp(
      "Windows in a row with a service that is not healthy after which the soak ends. Default: never.",
      valueName: "count"))
  var stopUnhealthy: Int?

  func validate() throws {
    let finite = 0...Double.greatestFiniteMagnitude
    try ValidationError.unless("--requests", requests, isIn: 1...LoadPlan.mostRequests)
    try ValidationError.unless("--duration", duration?.number, isAbove: 0, unit: "seconds")
    try ValidationError.unless("--request-rate", requestRate, isAbove: 0)
    try ValidationError.unless("--burstiness", burstiness, isAbove: 0, upTo: .infinity)
    try ValidationError.unless("--concurrency", concurrency, isIn: 1...1_000_000)
    try ValidationError.unless("--pause", pause?.number, isIn: finite, unit: "seconds")
    try ValidationError.unless("--drain-timeout", drainTimeout?.number, isIn: finite, unit: "seconds")
    try ValidationError.unless("--window", window?.number, isIn: 0.05...86_400, unit: "seconds")
    try ValidationError.unless("--stop-failure-rate", stopFailureRate, isAbove: 0, upTo: 1)
    try ValidationError.unless("--leak-loop", leakLoop, isIn: 1...10_000_000)
    try ValidationError.unless("--leak-loop-limit", leakLoopLimit, isAbove: 0)
    try ValidationError.unless("--stop-unhealthy", stopUnhealthy, isIn: 1...1_000_000)
  }
}

extension SoakLoadOptions {
  /// The plan.
  func plan(_ limits: SoakLimits) throws -> SoakPlan {
    let arrival: LoadPlan.Arrival =
      if let requestRate {
        .openLoop(try ArrivalProcess(rate: requestRate, burstiness: burstiness), maxConcurrency: concurrency)
      } else {
        .closedLoop(concurrency: concurrency ?? 1)
      }
    let stop: StopCondition
    switch (requests, duration?.duration) {
    case (let count?, let time?): stop = .whicheverFirst(requests: count, duration: time)
    case (let count?, nil): stop = .requests(count)
    case (nil, let time): stop = .duration(time ?? .seconds(60))
    }
    let load = try LoadPlan(
      arrival: arrival, pause: pause?.duration ?? .zero, stop: stop, drainLimit: drainTimeout?.duration, seed: seed)
    return try SoakPlan(
      load, window: window?.duration,
      stopRules: SoakStopRules(failureShare: stopFailureRate, unhealthyWindows: stopUnhealthy), limits: limits)
  }

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--burstiness"], oneOf: ["--request-rate"], "a closed loop has no arrivals"),
    .excludes(["--pause"], ["--request-rate"], "a schedule does not wait for responses"),
    .needs(["--leak-loop"], oneOf: ["--npu", "--npu-command"], "the NPUs are not watched"),
    .needs(["--leak-loop-limit"], oneOf: ["--leak-loop"], "memory is judged by the hour"),
    .excludes(
      ["--leak-limit", "--npu-leak-limit"], ["--leak-loop"],
      "its limit is that of each request, --leak-loop-limit, and not of an hour"),
    .excludes(
      ["--npu-interval", "--npu-temperature-limit", "--latency-growth", "--label"], ["--leak-loop"],
      "nothing but the memory after each request is read and judged"),
    .excludes(
      [
        "--requests", "--duration", "--request-rate", "--concurrency", "--pause", "--window", "--health",
        "--stop-failure-rate", "--stop-unhealthy", "--drain-timeout", "--journal", "--process", "--slo", "--npu-log",
        "--metrics-url", "--mix",
      ], ["--leak-loop"], "its requests follow each other alone"),
  ]
}
