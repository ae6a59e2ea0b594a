internal import NPUBase
internal import NPUMetrics

/// The samples of every latency of a report.
struct LatencyStores {
  var timeToFirstToken: SampleStore
  var timeToFirstTokenFromIntended: SampleStore
  var timeToFirstContent: SampleStore
  var timePerOutputToken: SampleStore
  var interTokenLatency: SampleStore
  var endToEnd: SampleStore
  var endToEndFromIntended: SampleStore
  var scheduleLag: SampleStore

  init(exactLimit: Int) {
    let empty = SampleStore(exactLimit: exactLimit)
    timeToFirstToken = empty
    timeToFirstTokenFromIntended = empty
    timeToFirstContent = empty
    timePerOutputToken = empty
    interTokenLatency = SampleStore(exactLimit: Self.gapLimit(exactLimit))
    endToEnd = empty
    endToEndFromIntended = empty
    scheduleLag = empty
  }

  /// How many gaps between tokens are kept one by one where so many latencies of requests are.
  static func gapLimit(_ exactLimit: Int) -> Int { exactLimit > .max / 8 ? .max : exactLimit * 8 }

  mutating func addCompleted(_ metrics: RequestMetrics, timeline: StreamTimeline) {
    timeToFirstToken.record(metrics.timeToFirstToken)
    timeToFirstTokenFromIntended.record(metrics.timeToFirstTokenFromIntended)
    timeToFirstContent.record(metrics.timeToFirstContent)
    timePerOutputToken.record(metrics.timePerOutputToken)
    endToEnd.record(metrics.endToEnd)
    endToEndFromIntended.record(metrics.endToEndFromIntended)
    timeline.forEachTokenGap { interTokenLatency.record($0) }
  }

  /// Counts a failed request as infinitely late in every latency of requests; gaps between events are not of requests.
  mutating func addFailed() {
    timeToFirstToken.recordFailure()
    timeToFirstTokenFromIntended.recordFailure()
    timeToFirstContent.recordFailure()
    timePerOutputToken.recordFailure()
    endToEnd.recordFailure()
    endToEndFromIntended.recordFailure()
  }

  /// Samples that were refused because they are negative, which only disordered stamps can make.
  var negativeCount: Int {
    [
      timeToFirstToken, timeToFirstTokenFromIntended, timeToFirstContent, timePerOutputToken, interTokenLatency,
      endToEnd,
      endToEndFromIntended, scheduleLag,
    ].reduce(0) { $0 + $1.histogram.negativeCount }
  }
}

extension SampleStore {
  /// Records a latency where it is defined.
  package mutating func record(_ duration: Duration?) {
    if let duration { record(duration.wholeNanoseconds) }
  }
}
