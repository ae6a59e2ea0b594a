public import NPUBase
public import NPUMetrics
public import NPUTelemetry

/// What a load test measured, computed from its records alone; warm-up requests are counted but take part in nothing
/// else.
///
/// Definitions: ``RequestMetrics``. As JSON, keys carry their units.
public struct LoadReport: Sendable, Hashable, Codable {
  /// The version of the metric definitions.
  public var definitions: Int
  /// What was run.
  public var run: RunDescription
  /// Why the report covers less than was planned; `nil` if it covers everything.
  public var incompleteReason: String?
  /// How many requests there were and how they ended.
  public var requests: RequestFigures
  /// How often the prompts were sent; `nil` where each request has its own.
  public var prompts: PromptFigures?
  /// The time that rates refer to.
  public var window: Window
  /// Rates.
  public var throughput: ThroughputFigures
  /// Requests at one time.
  public var concurrency: ConcurrencyFigures
  /// How the service kept up with the schedule; `nil` in a closed loop, which has none.
  public var backlog: BacklogFigures?
  /// Token counts and who counted them.
  public var tokens: TokenFigures
  /// The oddities of form that completed responses have, such as a missing finish reason; empty where all is in order.
  public var responseForms: [ResponseFormFigures]
  /// Latencies.
  public var latencies: Latencies
  /// Quantities of the service that are not latencies, of completed requests, by name; empty for chats and completions.
  public var measures: [MeasureFigures]
  /// How many requests kept every limit; `nil` where none was set.
  public var goodput: GoodputFigures?
  /// What is wrong with the responses; `nil` where nobody examined them.
  public var quality: QualityFigures?
  /// Whether the service kept the limits that were set for it as a whole.
  public var verdicts: [VerdictFigures]
  /// The same requests in the definitions of other tools, where asked for.
  public var dialects: [DialectReport]
  /// What a reader must know before trusting a number.
  public var notes: [String]
  /// What the chips did meanwhile; `nil` where nobody watched them.
  public var npu: TelemetrySummary?
  /// What the server said of itself meanwhile; `nil` where nobody asked.
  public var serverMetrics: ServerMetricsFigures?
  /// The samples behind the latencies, so that any objective can be judged; a report read from JSON has none.
  var samples = ReportSamples()

  private enum CodingKeys: String, CodingKey {
    case definitions, run, incompleteReason, requests, prompts, window, throughput, concurrency, backlog, tokens,
      latencies,
      measures,
      goodput, quality, verdicts, dialects, notes, npu, serverMetrics
    case responseForms = "response_forms"
  }

  /// The time that rates refer to: from the first intended start to the last end of an exchange.
  public struct Window: Sendable, Hashable, Codable {
    /// The first intended start, on the monotonic clock; `nil` without requests.
    public var start: MonotonicInstant?
    /// The last end.
    public var end: MonotonicInstant?
    /// Its length.
    public var duration: Duration { .clamped(seconds: seconds) }
    package var seconds: Double

    private enum CodingKeys: String, CodingKey {
      case start = "start_ns"
      case end = "end_ns"
      case seconds = "duration_s"
    }
  }

  /// Latencies of completed requests.
  ///
  /// Each counts the requests for which it is defined, and says how many lack it and why.
  public struct Latencies: Sendable, Hashable, Codable {
    /// Time to first token, from the request written.
    public var timeToFirstToken: LatencyFigures
    /// Time to first token, from the intended start.
    public var timeToFirstTokenFromIntended: LatencyFigures
    /// Time to first response text, from the request written.
    public var timeToFirstContent: LatencyFigures
    /// Time to first response text, from the intended start.
    public var timeToFirstContentFromIntended: LatencyFigures
    /// Time per output token.
    public var timePerOutputToken: LatencyFigures
    /// Gaps between token-bearing events, pooled over all requests; `nil` if the journal kept no stamps for them.
    public var interTokenLatency: LatencyFigures?
    /// End-to-end latency, from the start.
    public var endToEnd: LatencyFigures
    /// End-to-end latency, from the intended start.
    public var endToEndFromIntended: LatencyFigures
    /// How late requests started, failed ones included; `nil` in a closed loop.
    public var scheduleLag: LatencyFigures?

    private enum CodingKeys: String, CodingKey {
      case timeToFirstToken = "ttft_ms"
      case timeToFirstTokenFromIntended = "ttft_from_intended_ms"
      case timeToFirstContent = "ttfc_ms"
      case timeToFirstContentFromIntended = "ttfc_from_intended_ms"
      case timePerOutputToken = "tpot_ms"
      case interTokenLatency = "itl_ms"
      case endToEnd = "e2e_ms"
      case endToEndFromIntended = "e2e_from_intended_ms"
      case scheduleLag = "schedule_lag_ms"
    }
  }
}

/// The figures of one tool's definitions over the requests of a report.
public struct DialectReport: Sendable, Hashable, Codable {
  /// One of the tool's figures under the tool's name.
  public struct Figure: Sendable, Hashable, Codable {
    /// The tool's name for it.
    public var name: String
    /// Its values.
    public var latency: LatencyFigures

    private enum CodingKeys: String, CodingKey {
      case name
      case latency = "latency_ms"
    }
  }

  /// The short name of the dialect.
  public var dialect: String
  /// The tool's own name.
  public var title: String
  /// The version of the tool that is described.
  public var version: String
  /// How the tool reads percentiles between two samples.
  public var percentileMethod: PercentileMethod
  /// How the tool defines its figures.
  public var explanation: String
  /// Its figures in the order in which it prints them.
  public var figures: [Figure]

  private enum CodingKeys: String, CodingKey {
    case dialect, title, version
    case percentileMethod = "percentile_method"
    case explanation, figures
  }
}
