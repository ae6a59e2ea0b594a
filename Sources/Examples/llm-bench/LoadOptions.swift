import ArgumentParser
import NPUTestKit

/// How much to send, and how fast.
struct LoadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Measured requests. Default: 100, or no limit with --duration.", valueName: "count"))
  var numPrompts: Int?
  @Option(help: ArgumentHelp("How long to measure.", valueName: "seconds"))
  var duration: Seconds?
  @Option(
    help: ArgumentHelp(
      "Requests per second of an open loop; inf sends all at once. Without it the loop is closed: a request starts when "
        + "another has ended.", valueName: "rate"))
  var requestRate: Double?
  @Option(help: ArgumentHelp("Arrivals of an open loop: 1 Poisson, less in bursts, inf evenly.", valueName: "shape"))
  var burstiness = 1.0
  @Option(
    help: ArgumentHelp(
      "Most requests at one time. Default: 16 in a closed loop, no limit in an open one.", valueName: "count"))
  var maxConcurrency: Int?
  @Option(help: ArgumentHelp("Requests sent before the measurement, and not counted.", valueName: "count"))
  var numWarmups = 0
  @Option(
    help: ArgumentHelp(
      "Over how long a closed loop spreads its first requests. Default: 1 ms for each.", valueName: "seconds"))
  var rampUp: Seconds?
  @Option(help: ArgumentHelp("Decides everything random: the same seed sends the same load.", valueName: "number"))
  var seed: UInt64 = 0

  func plan(_ timeouts: TransferTimeouts) throws -> LoadPlan {
    let arrival: LoadPlan.Arrival
    if let requestRate {
      arrival = .openLoop(try ArrivalProcess(rate: requestRate, burstiness: burstiness), maxConcurrency: maxConcurrency)
    } else {
      arrival = .closedLoop(concurrency: maxConcurrency ?? min(16, max(1, numPrompts ?? 100)))
    }
    let stop: StopCondition
    switch (numPrompts, duration?.duration) {
    case (let count?, let time?): stop = .whicheverFirst(requests: count, duration: time)
    case (nil, let time?): stop = .duration(time)
    case (let count, nil): stop = .requests(count ?? 100)
    }
    return try LoadPlan(
      arrival: arrival, rampUp: rampUp?.duration, warmUp: numWarmups == 0 ? .none : .requests(numWarmups), stop: stop,
      seed: seed, timeouts: timeouts)
  }
}
