public import NPUBase

/// Everything that was seen in one run of a scenario: what figures and verdict are computed from.
///
/// Instants are those of the transport's clock.
public struct DrillEvidence: Sendable, Hashable {
  /// A reading of the service's state.
  public struct StateSeen: Sendable, Hashable {
    /// When the reading was complete.
    public var instant: MonotonicInstant
    /// The reading.
    public var reading: StateReading

    /// Creates a reading.
    public init(instant: MonotonicInstant, reading: StateReading) {
      self.instant = instant
      self.reading = reading
    }
  }

  /// What a server said of the requests and the cache in it.
  public struct Occupancy: Sendable, Hashable, Codable {
    /// Requests being answered.
    public var running: Double?
    /// Requests in the queue.
    public var waiting: Double?
    /// The share of the KV cache in use, from 0 to 1.
    public var cache: Double?

    /// Creates an occupancy.
    public init(running: Double? = nil, waiting: Double? = nil, cache: Double? = nil) {
      self.running = running
      self.waiting = waiting
      self.cache = cache
    }
  }

  /// How the end of what was abandoned was looked for.
  public struct Drain: Sendable, Hashable {
    /// What the server said when nothing had begun.
    public var before: Occupancy
    /// What it said last.
    public var after: Occupancy
    /// When the last client had left.
    public var left: MonotonicInstant
    /// When it first said that it is as before, and stayed so; `nil` if it never did.
    public var provedAt: MonotonicInstant?
    /// How long it may take.
    public var limit: Duration
    /// Whether it had ever shown the requests that were abandoned: a gauge that never rose proves nothing.
    public var hasRisen: Bool

    /// Creates a drain.
    public init(
      before: Occupancy, after: Occupancy, left: MonotonicInstant, provedAt: MonotonicInstant?, limit: Duration,
      hasRisen: Bool
    ) {
      self.before = before
      self.after = after
      self.left = left
      self.provedAt = provedAt
      self.limit = limit
      self.hasRisen = hasRisen
    }
  }

  /// A time during which clients held on to the server by reading or sending slowly.
  public struct Hold: Sendable, Hashable {
    /// When it began.
    public var began: MonotonicInstant
    /// When they were let go.
    public var ended: MonotonicInstant
    /// How long a probe beside them may take without counting as held up.
    public var allowance: Duration
    /// Why the server may not have felt it; `nil` if it did.
    public var shortcoming: String?

    /// Creates a hold.
    public init(
      began: MonotonicInstant, ended: MonotonicInstant, allowance: Duration, shortcoming: String? = nil
    ) {
      self.began = began
      self.ended = ended
      self.allowance = allowance
      self.shortcoming = shortcoming
    }
  }

  /// The probes in the order of their starts.
  public var probes: [ProbeResult] = []
  /// When the fault began; `nil` if it was never brought about.
  public var faultBegan: MonotonicInstant?
  /// When it was over, so that the service could recover; `nil` if it never was.
  public var faultEnded: MonotonicInstant?
  /// From when on nothing is known of the probes, because the service had recovered by then; `nil` for no such end.
  public var knownUntil: MonotonicInstant?
  /// Whether it is certain already that right responses did not come again in time, whatever comes afterwards.
  var recoveryHasFailed = false
  /// When a restart said that the service is ready.
  public var readyAt: MonotonicInstant?
  /// What was tried.
  public var attempts: [DrillAttempt] = []
  /// States that were seen during the fault, and after it where the service did not recover.
  public var states: [StateSeen] = []
  /// What the known answers say.
  public var history = StreamFindings()
  /// Right probes that are asked for until a service counts as recovered.
  public var settled = 5
  /// The drain; `nil` where none was looked for, or the server shows no metrics.
  public var drain: Drain?
  /// When slow clients held on to the server; `nil` where none came to do so.
  public var hold: Hold?
  /// Whether the log of the service is known.
  public var hasLog = false
  /// Errors that the service wrote to its log from the fault on, of kinds that were not in it before.
  public var complaints: [String] = []
  /// Warnings of that sort, and other lines that speak of errors: they may be about the fault, or of every day.
  public var warnings: [String] = []
  /// Why the fault could not be brought about, or not be taken away.
  public var failure: String?
  /// What is to be known besides.
  public var notes: [String] = []

  /// Creates evidence of nothing.
  public init() {}
}

/// What came of one probe.
public struct ProbeResult: Sendable, Hashable {
  /// When it was handed to the transport.
  public var started: MonotonicInstant
  /// When it ended.
  public var ended: MonotonicInstant
  /// The kind of its failure, such as `connection_refused`; `nil` if it was answered whole.
  public var failure: String?
  /// Whether its response is the one that is known; `nil` where none is known or it failed.
  public var isRight: Bool?
  /// From its sending to its first token; to its end where the response has no tokens.
  public var latency: Duration?

  /// Creates a result.
  public init(
    started: MonotonicInstant, ended: MonotonicInstant, failure: String? = nil, isRight: Bool? = nil,
    latency: Duration? = nil
  ) {
    self.started = started
    self.ended = ended
    self.failure = failure
    self.isRight = isRight
    self.latency = latency
  }

  /// Whether it was answered, and not with something else than the known answer.
  public var isGood: Bool { failure == nil && isRight != false }
}
