public import NPUMetrics
internal import NPUTransport

extension LoadReport {
  /// How many requests there were and how they ended.
  public struct RequestFigures: Sendable, Hashable, Codable {
    /// Measured requests that were handed to the network.
    public var sent: Int
    /// Those that ended well.
    public var completed: Int
    /// Those that failed.
    public var failed: Int
    /// Those that this side broke off, at the end of the run or because it was stopped: neither completed nor failed.
    public var cancelled: Int
    /// Requests of an open loop that were due before the end but never started; counting stops at
    /// ``LoadEnd/overdueLimit``.
    public var overdue: Int
    /// Those that were sent twice, because the kept-alive connection that they first went out on was closed.
    public var resent: Int
    /// Failed over completed and failed; `nil` without either.
    public var failureRate: Double?
    /// The failures by kind, the most frequent first.
    public var failures: [FailureFigures]
    /// Warm-up requests, which are not among the others.
    public var warmup: Int
    /// Warm-up requests that failed.
    public var warmupFailed: Int

    /// Requests that failed at a limit of this machine, such as too few descriptors: they say nothing of the service,
    /// and their run is no measurement.
    public var clientLimited: Int {
      let limits = TransportError.clientLimits.map(\.rawValue)
      return failures.reduce(0) { $0 + (limits.contains($1.name) ? $1.count : 0) }
    }

    private enum CodingKeys: String, CodingKey {
      case sent
      case completed
      case failed
      case cancelled
      case overdue
      case resent
      case failureRate = "failure_rate"
      case failures
      case warmup
      case warmupFailed = "warmup_failed"
    }
  }

  /// The failures of one kind.
  public struct FailureFigures: Sendable, Hashable, Codable {
    /// The kind, such as `http_503` or `connection_refused`.
    public var name: String
    /// How many.
    public var count: Int
    /// What the first of them said.
    public var example: String?

    private enum CodingKeys: String, CodingKey {
      case name = "kind"
      case count
      case example
    }
  }

  /// Rates over the window.
  public struct ThroughputFigures: Sendable, Hashable, Codable {
    /// Completed requests per second.
    public var requests: Double?
    /// Prompt tokens of completed requests per second.
    public var inputTokens: Double?
    /// Output tokens of completed requests per second: their sum over the window, never a sum of rates.
    public var outputTokens: Double?
    /// Both together.
    public var totalTokens: Double?
    /// The most output tokens in one aligned second, over that second; `nil` if stamps or counts are missing.
    public var peakOutputTokens: Double?
    /// Requests per second of the schedule, whatever was sent of it: from the first to the last intended start; `nil` in
    /// a closed loop, which offers as much as the service takes, and where all requests are due at once.
    public var offered: Double?
    /// Sent requests over the window.
    public var achieved: Double?
    /// Requests per second from the first to the last actual start, for comparison with the schedule.
    public var startRate: Double?
    /// How much of the offered load was missing: the greater of the share of requests that were never sent and the
    /// share by which they were started more slowly than scheduled.
    public var shortfall: Double
    /// Whether the shortfall is over 1 %, so that the service was not tested at the rate that was asked for.
    public var isShort: Bool

    private enum CodingKeys: String, CodingKey {
      case requests = "requests_per_s"
      case inputTokens = "input_tokens_per_s"
      case outputTokens = "output_tokens_per_s"
      case totalTokens = "total_tokens_per_s"
      case peakOutputTokens = "peak_output_tokens_per_s"
      case offered = "qps_offered_per_s"
      case achieved = "qps_achieved_per_s"
      case startRate = "start_rate_per_s"
      case shortfall = "qps_shortfall"
      case isShort = "qps_short"
    }
  }

  /// Requests at one time.
  public struct ConcurrencyFigures: Sendable, Hashable, Codable {
    /// The time of all requests together over the window.
    public var mean: Double?
    /// The most at one time.
    public var peak: Int
    /// Whether the peak is exact; in very long runs it is sampled.
    public var isPeakExact: Bool
    /// For how many seconds a request was due that this side had not prepared yet; `nil` where none was late so.
    public var unpreparedSeconds: Double?

    private enum CodingKeys: String, CodingKey {
      case mean
      case peak
      case isPeakExact = "peak_exact"
      case unpreparedSeconds = "unprepared_s"
    }
  }

  /// Token counts of completed requests and who counted them.
  public struct TokenFigures: Sendable, Hashable, Codable {
    /// Prompt tokens; `nil` where nobody counted any.
    public var input: Int?
    /// Completed requests whose prompt tokens nobody counted.
    public var inputUnknown: Int
    /// Output tokens; `nil` where nobody counted any.
    public var output: Int?
    /// Completed requests whose output tokens nobody counted; they are missing in ``output``, not zero.
    public var outputUnknown: Int
    /// How many completed requests each source counted.
    public var sources: [String: Int]
    /// How the prompt lengths are known that the workload meant to send; requests whose workload knew none are missing.
    public var promptSources: [String: Int]
    /// Token-bearing events: chunks, not tokens.
    public var chunks: Int
    /// Chunks over output tokens, of requests whose tokens are known; 1 means one token per chunk.
    public var chunksPerToken: Double?
    /// Completed requests that asked for an output length and whose output tokens are known.
    public var lengthRequested: Int
    /// Those whose response had another length.
    public var lengthMismatched: Int
    /// The mean of output tokens over the length asked for.
    public var lengthRatio: Double?

    private enum CodingKeys: String, CodingKey {
      case input = "input_tokens"
      case inputUnknown = "input_unknown_requests"
      case output = "output_tokens"
      case outputUnknown = "output_unknown_requests"
      case sources
      case promptSources = "prompt_length_sources"
      case chunks
      case chunksPerToken = "chunks_per_token"
      case lengthRequested = "osl_requested_requests"
      case lengthMismatched = "osl_mismatched_requests"
      case lengthRatio = "osl_ratio"
    }
  }

  /// Requests that kept every limit; a failed one, or one whose metric is undefined, did not.
  public struct GoodputFigures: Sendable, Hashable, Codable {
    /// The limits, as written.
    public var objectives: [String]
    /// Whether TTFT, TTFC and E2E of a request count from its intended instant, as in an open loop; `nil` without
    /// requests.
    ///
    /// In a closed loop TTFT and TTFC count from the request written, E2E from the start.
    public var isFromIntended: Bool?
    /// Requests that kept all of them.
    public var good: Int
    /// Good over sent; `nil` without requests.
    public var share: Double?
    /// Good requests per second of the window.
    public var rate: Double?

    private enum CodingKeys: String, CodingKey {
      case objectives
      case isFromIntended = "from_intended"
      case good
      case share = "goodput_rate"
      case rate = "goodput_per_s"
    }
  }

  /// One limit for the service as a whole; failed requests, and completed ones without a value, count as infinitely
  /// late.
  public struct VerdictFigures: Sendable, Hashable, Codable {
    /// The limit, as an expression.
    public var objective: String
    /// Whether it was kept.
    public var outcome: ObjectiveVerdict.Outcome
    /// Whether the percentile has too few samples to mean much.
    public var isWeak: Bool
    /// What was measured, what was needed, the outcome, and what counts as infinite.
    public var text: String
    /// From which instant the latency counts; `nil` for what is no latency with more than one way to count.
    public var measuredFrom: LatencyOrigin?
    /// Requests that count as infinite; `nil` where there are none.
    public var countedAsInfinite: Int?

    private enum CodingKeys: String, CodingKey {
      case objective
      case outcome
      case isWeak = "weak"
      case text
      case measuredFrom = "measured_from"
      case countedAsInfinite = "counted_as_infinite"
    }
  }
}
