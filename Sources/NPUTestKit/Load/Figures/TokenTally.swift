internal import NPUBase
internal import NPUMetrics

/// The tokens and chunks of completed requests.
package struct TokenTally {
  /// How long before the first request that ended a window may begin: later ones may have started earlier.
  private static let headStart = Duration.seconds(1024)
  /// Windows before they are joined: two hours of seconds beside the head start, 64 KB.
  private static let mostWindows = 8192

  var input = 0
  var inputUnknown = 0
  /// Prompt tokens that servers took from their caches.
  var cached = 0
  var output = 0
  var outputUnknown = 0
  var sources: [String: Int] = [:]
  var promptSources: [String: Int] = [:]
  var chunks = 0
  /// Chunks of requests whose tokens are known.
  private var countedChunks = 0
  var requestsWithoutStamps = 0
  var lengthRequested = 0
  var lengthMismatched = 0
  private var lengthWanted = 0
  private var lengthGot = 0
  private var windows: ThroughputWindows?

  mutating func add(_ record: RequestRecord, metrics: RequestMetrics) {
    if let prompt = record.tokens.prompt { input = input.addingHeld(prompt) } else { inputUnknown += 1 }
    cached = cached.addingHeld(record.tokens.cached ?? 0)
    if let source = record.requested.promptSource { promptSources[source.rawValue, default: 0] += 1 }
    chunks = chunks.addingHeld(metrics.tokenEvents)
    if record.timeline.omittedTokenEvents != 0 { requestsWithoutStamps += 1 }
    guard let count = metrics.outputTokens else {
      outputUnknown += 1
      sources[TokenCounts.Source.unknown.rawValue, default: 0] += 1
      return
    }
    sources[record.tokens.source.rawValue, default: 0] += 1
    output = output.addingHeld(count)
    countedChunks = countedChunks.addingHeld(metrics.tokenEvents)
    if let wanted = record.requested.outputTokens {
      lengthRequested += 1
      lengthWanted = lengthWanted.addingHeld(wanted)
      lengthGot = lengthGot.addingHeld(count)
      if wanted != count { lengthMismatched += 1 }
    }
    addToWindows(record.timeline, count: count, chunks: metrics.tokenEvents)
  }

  /// Chunks over tokens of requests whose tokens are known.
  var chunksPerToken: Double? { output > 0 ? Double(countedChunks) / Double(output) : nil }

  /// Output tokens over the lengths asked for.
  var lengthRatio: Double? { lengthWanted > 0 ? Double(lengthGot) / Double(lengthWanted) : nil }

  /// The most tokens in one second; `nil` where some tokens have no instant.
  var peakRate: Double? {
    guard outputUnknown == 0, requestsWithoutStamps == 0, let windows, windows.earlyCount == 0 else { return nil }
    return windows.peakRate
  }

  /// Each chunk brings its own tokens where the server says how many, and an equal share of all tokens elsewhere.
  private mutating func addToWindows(_ timeline: StreamTimeline, count: Int, chunks: Int) {
    guard chunks > 0, timeline.omittedTokenEvents == 0 else { return }
    let share = Double(count) / Double(chunks)
    let bearing = timeline.events.lazy.filter(\.bearsToken)
    let told = bearing.reduce(Optional(0)) { sum, event in
      sum.flatMap { sum in event.tokens.map { sum.addingHeld(Int($0)) } }
    }
    for event in bearing {
      if windows == nil {
        windows = ThroughputWindows(
          start: timeline.started.advanced(by: .zero - Self.headStart).nanoseconds, limit: Self.mostWindows)
      }
      let weight = told == count ? event.tokens.map { Double($0) } ?? share : share
      windows?.record(at: event.instant.nanoseconds, weight: weight)
    }
  }
}

extension Int {
  /// The sum, held at the limits of the type: counts come from servers and files.
  package func addingHeld(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    guard overflow else { return sum }
    return other < 0 ? .min : .max
  }
}
