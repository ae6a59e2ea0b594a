internal import NPUBase
public import NPULoad
internal import NPUMetrics
internal import NPUServices

/// Collects requests for a result file in the schema of vLLM's serving benchmark.
///
/// The schema has one latency per request, so this grows with their number, by 32 bytes each, and by every stamp and
/// text where the file is detailed. It is meant for runs whose file was asked for.
public struct VLLMResultBuilder: Sendable {
  /// One request; times in seconds.
  struct Row: Sendable {
    var start: MonotonicInstant
    var latency: Double
    var queue: Double
    var isCompleted: Bool
  }

  /// What only a detailed file holds of one request; times in seconds.
  struct Detail: Sendable {
    var inputLength: Int
    var outputLength: Int
    var ttft: Double
    var gaps: [Double]
    var text: String
    var error: String
  }

  /// Windows so narrow that seconds from any start can be made of them.
  private static let windowWidth: Int64 = 10_000_000
  /// Windows before they are joined: 22 minutes, 1 MB.
  private static let mostWindows = 1 << 17
  /// How long before the first request that ended a window may begin.
  private static let headStart = Duration.seconds(300)

  /// What the file holds.
  public let options: VLLMResultOptions
  private(set) var rows: [Row] = []
  private(set) var details: [Detail] = []
  private(set) var stores: [VLLMResultOptions.Metric: SampleStore] = [:]
  private(set) var inputTokens = 0
  private(set) var inputUnknown = 0
  private(set) var outputTokens = 0
  private(set) var outputUnknown = 0
  private(set) var good = 0
  private(set) var chunks: ThroughputWindows?
  private(set) var lacksStamps = false

  /// Creates a builder without requests.
  ///
  /// - Throws: ``NPUMetrics/ObjectiveError`` for a goodput limit on a metric that one request does not have;
  ///   ``NPUMetrics/StatisticsError`` for a percentile outside 0 to 100.
  public init(options: VLLMResultOptions = VLLMResultOptions()) throws {
    try ReportMetric.check(options.goodput)
    _ = try SampleStore().summary(percentiles: options.percentiles)
    self.options = options
    for metric in options.metrics { stores[metric] = SampleStore() }
  }

  /// Requests that ended well.
  var completed: Int { rows.count { $0.isCompleted } }

  /// Adds one request; warm-up requests are left out.
  public mutating func add(_ record: RequestRecord) {
    guard record.phase == .measured, !record.outcome.isCancellation else { return }
    let figures = MetricDialect.vLLM.figures(for: record)
    let lag = max(record.metrics.scheduleLag ?? .zero, .zero)
    let isCompleted = record.outcome.isSuccess
    let latency = isCompleted ? figures.endToEnd ?? .zero : .zero
    rows.append(
      Row(start: record.timeline.started, latency: latency.seconds, queue: lag.seconds, isCompleted: isCompleted))
    if options.isDetailed {
      details.append(
        Detail(
          inputLength: record.tokens.prompt ?? record.requested.promptTokens ?? 0,
          outputLength: isCompleted ? figures.outputTokens ?? 0 : 0, ttft: figures.firstToken?.seconds ?? 0,
          gaps: (figures.gaps ?? []).map(\.seconds), text: record.text ?? "",
          error: isCompleted ? "" : record.outcome.message ?? record.outcome.kind.rawValue))
    }
    guard isCompleted else { return }
    if let count = record.tokens.prompt ?? record.requested.promptTokens {
      inputTokens = inputTokens.addingHeld(count)
    } else {
      inputUnknown += 1
    }
    if let count = figures.outputTokens { outputTokens = outputTokens.addingHeld(count) } else { outputUnknown += 1 }
    addSamples(figures, lag: lag)
    addChunks(record.timeline)
    if isGood(record, figures) { good += 1 }
  }

  private mutating func addSamples(_ figures: DialectFigures, lag: Duration) {
    stores[.ttft]?.record(figures.firstToken)
    stores[.tpot]?.record(figures.perToken.first ?? nil)
    if let gaps = figures.gaps {
      for gap in gaps { stores[.itl]?.record(gap) }
    } else {
      lacksStamps = true
    }
    stores[.e2el]?.record(figures.endToEnd)
    stores[.clientQueueTime]?.record(lag)
    stores[.endToEndIncludingQueue]?.record(figures.endToEnd.map { $0 + lag })
  }

  private mutating func addChunks(_ timeline: StreamTimeline) {
    for event in timeline.events where event.content.contains(.choices) {
      if chunks == nil {
        chunks = ThroughputWindows(
          start: timeline.started.advanced(by: .zero - Self.headStart).nanoseconds, width: Self.windowWidth,
          limit: Self.mostWindows)
      }
      chunks?.record(at: event.instant.nanoseconds)
    }
  }

  private func isGood(_ record: RequestRecord, _ figures: DialectFigures) -> Bool {
    options.goodput.areMet { name in
      switch VLLMResultOptions.Metric(rawValue: name) {
      case .ttft: figures.firstToken?.milliseconds
      // The tool takes the undefined time of a one-token response for zero, which is good.
      case .tpot: figures.outputTokens == nil ? nil : (figures.perToken.first ?? nil)?.milliseconds ?? 0
      case .e2el: figures.endToEnd?.milliseconds
      default: ReportMetric(rawValue: name)?.value(of: record.metrics)?.milliseconds
      }
    }
  }
}
