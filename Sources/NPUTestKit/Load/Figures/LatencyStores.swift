internal import NPUBase
internal import NPUMetrics

/// The samples of one latency, with what completed requests lacked it.
struct LatencyStore {
  private(set) var samples: SampleStore
  private(set) var reasons: [UndefinedReason: Int] = [:]

  init(exactLimit: Int) { samples = SampleStore(exactLimit: exactLimit) }

  /// Records the latency of a completed request, or why it has none.
  mutating func record(_ duration: Duration?, orElse reason: @autoclosure () -> UndefinedReason) {
    guard let duration else { return recordUndefined(reason()) }
    samples.record(duration)
    if duration < .zero { recordUndefined(.disorder) }
  }

  /// Records a completed request that has no value.
  mutating func recordUndefined(_ reason: UndefinedReason) {
    samples.recordUndefined()
    reasons[reason, default: 0] += 1
  }

  /// Records a failed request, which counts as infinitely late.
  mutating func recordFailure() { samples.recordFailure() }

  /// Records a value that every request has, or one of many that a request has.
  mutating func record(nanoseconds: Int64) { samples.record(nanoseconds) }
}

/// The samples of every latency of a report.
struct LatencyStores {
  var timeToFirstToken: LatencyStore
  var timeToFirstTokenFromIntended: LatencyStore
  var timeToFirstContent: LatencyStore
  var timeToFirstContentFromIntended: LatencyStore
  var timePerOutputToken: LatencyStore
  var interTokenLatency: LatencyStore
  var endToEnd: LatencyStore
  var endToEndFromIntended: LatencyStore
  var scheduleLag: LatencyStore

  init(exactLimit: Int) {
    let empty = LatencyStore(exactLimit: exactLimit)
    timeToFirstToken = empty
    timeToFirstTokenFromIntended = empty
    timeToFirstContent = empty
    timeToFirstContentFromIntended = empty
    timePerOutputToken = empty
    interTokenLatency = LatencyStore(exactLimit: Self.gapLimit(exactLimit))
    endToEnd = empty
    endToEndFromIntended = empty
    scheduleLag = empty
  }

  /// How many gaps between tokens are kept one by one where so many latencies of requests are.
  static func gapLimit(_ exactLimit: Int) -> Int { exactLimit > .max / 8 ? .max : exactLimit * 8 }

  mutating func addCompleted(_ metrics: RequestMetrics, timeline: StreamTimeline) {
    timeToFirstToken.record(metrics.timeToFirstToken, orElse: metrics.reasonWithoutFirstToken)
    timeToFirstTokenFromIntended.record(
      metrics.timeToFirstTokenFromIntended, orElse: metrics.reasonWithoutFirstToken)
    timeToFirstContent.record(metrics.timeToFirstContent, orElse: metrics.reasonWithoutContent)
    timeToFirstContentFromIntended.record(
      metrics.timeToFirstContentFromIntended, orElse: metrics.reasonWithoutContent)
    timePerOutputToken.record(metrics.timePerOutputToken, orElse: metrics.reasonWithoutTokenTime)
    endToEnd.record(metrics.endToEnd, orElse: .noToken)
    endToEndFromIntended.record(metrics.endToEndFromIntended, orElse: .noToken)
    var hasGap = false
    timeline.forEachTokenGap {
      interTokenLatency.record(nanoseconds: $0)
      hasGap = true
    }
    // One infinite gap for the request: of how many it lacks nobody knows.
    if !hasGap, timeline.omittedTokenEvents == 0 { interTokenLatency.recordUndefined(metrics.reasonWithoutGap) }
  }

  /// Counts a failed request as infinitely late in every latency of requests; gaps between events are not of requests.
  mutating func addFailed() {
    timeToFirstToken.recordFailure()
    timeToFirstTokenFromIntended.recordFailure()
    timeToFirstContent.recordFailure()
    timeToFirstContentFromIntended.recordFailure()
    timePerOutputToken.recordFailure()
    endToEnd.recordFailure()
    endToEndFromIntended.recordFailure()
  }

  /// Samples that were refused because they are negative, which only disordered stamps can make.
  var negativeCount: Int {
    [
      timeToFirstToken, timeToFirstTokenFromIntended, timeToFirstContent, timeToFirstContentFromIntended,
      timePerOutputToken, interTokenLatency, endToEnd, endToEndFromIntended, scheduleLag,
    ].reduce(0) { $0 + $1.samples.histogram.negativeCount }
  }
}

extension SampleStore {
  /// Records a latency where it is defined.
  package mutating func record(_ duration: Duration?) {
    if let duration { record(duration.wholeNanoseconds) }
  }
}
