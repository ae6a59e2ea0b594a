internal import NPUBase
public import NPUMetrics
internal import NPUTransport

/// Computes a report from records that come one by one, in memory that does not grow with their number.
///
/// Samples are kept one by one up to a limit per latency and as histograms beyond it, which the report then says. The
/// same records in the same order give the same report, whether they come from a running test or from its journal.
public struct LoadReportBuilder: Sendable {
  /// What a report holds.
  public struct Options: Sendable, Hashable {
    /// The percentiles of every latency.
    public var percentiles: [Double]
    /// How percentiles are read between two samples.
    public var method: PercentileMethod
    /// The most samples kept one by one for each latency of requests; percentiles of more come from a histogram of
    /// three digits.
    ///
    /// Gaps between tokens, of which a request has many, are kept eight times as long.
    public var exactLimit: Int
    /// The limits that the service must keep as a whole.
    public var objectives: [ServiceLevelObjective]
    /// The limits that each request must keep to be good; goodput is not reported without any.
    public var goodput: [GoodputObjective]
    /// The tools in whose definitions the requests are reported too.
    public var dialects: [MetricDialect]
    /// Measures of a workload of one's own that ``objectives`` name; those of the kit's workloads are known.
    public var measures: [Measure]

    /// A megabyte for each latency: reached early in a long run, whose memory is flat from then on.
    public static let defaultExactLimit = 1 << 17

    /// Creates options.
    public init(
      percentiles: [Double] = Summary.defaultPercentiles, method: PercentileMethod = .linear,
      exactLimit: Int = Options.defaultExactLimit, objectives: [ServiceLevelObjective] = [],
      goodput: [GoodputObjective] = [], dialects: [MetricDialect] = [], measures: [Measure] = []
    ) {
      self.percentiles = percentiles
      self.method = method
      self.exactLimit = exactLimit
      self.objectives = objectives
      self.goodput = goodput
      self.dialects = dialects
      self.measures = measures
    }
  }

  /// What was run.
  public let run: RunDescription
  /// What the report holds.
  public let options: Options

  var sent = 0
  var completed = 0
  var cancelled = 0
  var resent = 0
  var good = 0
  var warmup = 0
  var warmupFailed = 0
  var failures = FailureCounts()
  var window: (start: MonotonicInstant, end: MonotonicInstant)?
  var starts: (first: MonotonicInstant, last: MonotonicInstant)?
  var intended: (first: MonotonicInstant, last: MonotonicInstant)?
  var scheduled = 0
  var concurrency = ConcurrencyCounter()
  var silences = SilenceCounter()
  var backlog = BacklogCounter()
  var latencies: LatencyStores
  var dialects: [DialectStores]
  var tokens = TokenTally()
  var prompts = PromptSends()
  var forms = ResponseFormCounts()
  var measures: [Measure: MeasureStore] = [:]
  var quality = QualityCounter()

  /// Creates a builder without records.
  ///
  /// - Parameters:
  ///   - run: What is run.
  ///   - options: What the report holds.
  /// - Throws: ``NPUMetrics/ObjectiveError`` for an objective on a metric that does not exist, in a unit that does not
  ///   fit, or with a limit that nothing could break or keep; ``NPUMetrics/StatisticsError`` for a percentile outside 0
  ///   to 100.
  public init(run: RunDescription = RunDescription(), options: Options = Options()) throws {
    try ObjectiveSubject.check(options.objectives, measures: options.measures + Measure.known)
    try ReportMetric.check(options.goodput)
    _ = try SampleStore().summary(percentiles: options.percentiles)
    self.run = run
    self.options = options
    latencies = LatencyStores(exactLimit: options.exactLimit)
    dialects = options.dialects.map { DialectStores($0, exactLimit: options.exactLimit) }
  }

  /// Adds one request, in any phase and with any outcome.
  public mutating func add(_ record: RequestRecord) {
    prompts.add(record.requested.entry)
    silences.add(record)
    guard record.phase == .measured else {
      warmup += 1
      if !record.outcome.isSuccess { warmupFailed += 1 }
      return
    }
    sent += 1
    if record.transfer.wasResent { resent += 1 }
    let metrics = record.metrics
    addInstants(of: record.timeline)
    if let lag = metrics.scheduleLag { latencies.scheduleLag.record(nanoseconds: lag.wholeNanoseconds) }
    guard !record.outcome.isCancellation else {
      cancelled += 1
      return
    }
    guard record.outcome.isSuccess else {
      quality.add(record, isGood: false)
      failures.add(record.outcome)
      latencies.addFailed()
      return
    }
    completed += 1
    // It has another length than what is measured: in the figures of latencies it would be a mistake.
    guard record.findings?.canary == nil else {
      quality.add(record, isGood: false)
      var record = record
      record.requested = RequestedLengths()
      tokens.add(record, metrics: metrics)
      return
    }
    latencies.addCompleted(metrics, timeline: record.timeline)
    tokens.add(record, metrics: metrics)
    forms.add(record, isInOnePiece: metrics.isInOnePiece)
    for (measure, value) in record.measures {
      measures[measure, default: MeasureStore(exactLimit: options.exactLimit)].record(value)
    }
    for index in dialects.indices { dialects[index].add(dialects[index].dialect.figures(for: record)) }
    let isGood = options.goodput.areMet { name in
      ReportMetric(rawValue: name)?.value(of: metrics)?.milliseconds
    }
    if isGood { good += 1 }
    quality.add(record, isGood: isGood)
  }

  private mutating func addInstants(of timeline: StreamTimeline) {
    let origin = timeline.intended ?? timeline.started
    let end = timeline.closed ?? timeline.events.last?.instant ?? timeline.started
    window = window.map { (min($0.start, origin), max($0.end, end)) } ?? (origin, end)
    concurrency.add(start: timeline.started.nanoseconds, end: end.nanoseconds)
    guard let due = timeline.intended else { return }
    scheduled += 1
    backlog.add(
      intended: due.nanoseconds, started: timeline.started.nanoseconds, end: end.nanoseconds)
    intended = intended.map { (min($0.first, due), max($0.last, due)) } ?? (due, due)
    let started = timeline.started
    starts = starts.map { (min($0.first, started), max($0.last, started)) } ?? (started, started)
  }
}
