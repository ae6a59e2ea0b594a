/// What the simulated engine counted since it started.
struct ServiceMetrics: Sendable {
  /// Why a request ended, in vLLM's words.
  static let finishedReasons = ["stop", "length", "abort", "error"]

  var promptTokens = 0
  var generationTokens = 0
  var finished: [String: Int] = [:]
  var timeToFirstToken = CumulativeHistogram(bounds: bounds)
  var interTokenLatency = CumulativeHistogram(bounds: gapBounds)
  var endToEndLatency = CumulativeHistogram(bounds: bounds)
  var queueTime = CumulativeHistogram(bounds: bounds)

  /// Tokens of one step.
  var tokensPerStep = CumulativeHistogram(bounds: [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096])

  static let bounds = [
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
  ]
  static let gapBounds = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
  ]

  /// Counts tokens that one step made: as they are made, since whoever looks on wants to see progress.
  mutating func count(_ tokens: Int) {
    generationTokens += tokens
    tokensPerStep.record(Double(tokens))
  }

  /// Adds what one response measured.
  mutating func add(_ timing: ResponseTiming, _ progress: ResponseProgress, reasons: [String]) {
    promptTokens += progress.promptTokens
    generationTokens += max(0, progress.tokens - timing.tokens)
    // The engine knows nothing of tools: to it a finished call is an ordinary stop.
    for reason in reasons { finished[reason == "tool_calls" ? "stop" : reason, default: 0] += 1 }
    queueTime.record(timing.queued)
    if let first = timing.firstToken { timeToFirstToken.record(first) }
    interTokenLatency.merge(timing.gaps)
    if let end = timing.end { endToEndLatency.record(end) }
  }
}

/// The instants of one response, kept by its connection until it ends.
struct ResponseTiming: Sendable {
  /// Seconds in the queue.
  var queued = 0.0
  /// Seconds from the request to its first token.
  private(set) var firstToken: Double?
  /// Seconds from the request to the end of the response.
  var end: Double?
  /// The times between tokens.
  private(set) var gaps = CumulativeHistogram(bounds: ServiceMetrics.gapBounds)
  private var last = 0.0
  /// Tokens that were sent.
  private(set) var tokens = 0

  /// Takes note that tokens were sent.
  ///
  /// - Parameters:
  ///   - total: All tokens so far.
  ///   - seconds: The time since the request.
  /// - Returns: How many of them are new.
  mutating func sent(_ total: Int, at seconds: Double) -> Int {
    let fresh = total - tokens
    guard fresh > 0 else { return 0 }
    if firstToken == nil {
      firstToken = seconds
      gaps.record(0, times: fresh - 1)
    } else {
      gaps.record(seconds - last)
      gaps.record(0, times: fresh - 1)
    }
    last = seconds
    tokens = total
    return fresh
  }
}
