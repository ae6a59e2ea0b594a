public import NPUBase

/// What a server said of itself during a run, as it stands in a report.
///
/// As JSON, times are milliseconds.
/// The server's clock starts when a request arrives there and ends when a token is made; the client's includes the way
/// there and back. Percentiles of the server lie within its buckets, whose bounds stand beside each; one in the first or
/// the last bucket is a bound and no number.
public struct ServerMetricsFigures: Sendable, Hashable, Codable {
  /// A distribution.
  public struct Distribution: Sendable, Hashable, Codable {
    /// A percentile: the bounds between which it lies, and an estimate where both were measured.
    public struct Percentile: Sendable, Hashable, Codable {
      /// The percent.
      public var percent: Double
      /// The estimate; `nil` in the first and the last bucket of the server, where only a bound is known.
      public var value: Double?
      /// The true one is not below this; `nil` where values may be negative and the bucket is the first.
      public var lower: Double?
      /// The true one is not above this; `nil` in the last bucket, which has no bound.
      public var upper: Double?

      /// The percentile for people: a number, or a bound such as `< 300` or `> 60000`.
      public var text: String {
        if let value { return NumberText.fixed(value) }
        if let upper { return "< \(NumberText.plain(upper))" }
        return lower.map { "> \(NumberText.plain($0))" } ?? NumberText.undefined
      }
    }

    /// How many values.
    public var count: Double
    /// Their mean.
    public var mean: Double?
    /// The percentiles.
    public var percentiles: [Percentile]
  }

  /// A value that rose and fell.
  public struct Level: Sendable, Hashable, Codable {
    /// The mean over time.
    public var mean: Double
    /// The greatest reading.
    public var peak: Double
    /// The last reading.
    public var last: Double
  }

  /// Where the figures were read.
  public var address: String
  /// Readings behind the figures.
  public var readings: Int
  /// Readings of the whole run that failed or went by.
  public var missed: Int
  /// What the first failed reading said.
  public var firstGap: String?
  /// The time between the first and the last reading; it holds the measured part of the run and some of what lies
  /// around.
  public var duration: Duration? { seconds.map { .clamped(seconds: $0) } }
  private var seconds: Double?
  /// How often the server was restarted.
  public var restarts: Int
  /// Distributions of times in milliseconds, by ``ServerMetric``.
  public var times: [String: Distribution]
  /// Distributions of lengths in tokens, by ``ServerMetric``.
  public var lengths: [String: Distribution]
  /// Values that rose and fell, by ``ServerMetric``.
  public var levels: [String: Level]
  /// What was counted, by ``ServerMetric``.
  public var counts: [String: Double]
  /// What was counted per second, by ``ServerMetric``.
  public var rates: [String: Double]

  private enum CodingKeys: String, CodingKey {
    case address
    case readings
    case missed = "readings_missed"
    case firstGap = "first_gap"
    case seconds = "window_s"
    case restarts
    case times = "times_ms"
    case lengths = "lengths_tokens"
    case levels
    case counts
    case rates = "rates_per_s"
  }

  /// Creates the figures of a run.
  ///
  /// - Parameters:
  ///   - telemetry: What was read.
  ///   - address: Where.
  ///   - start: When the measured part began; `nil` without requests.
  ///   - end: When it ended.
  ///   - percents: The percentiles to estimate.
  public init(
    _ telemetry: ServerTelemetry, address: String, from start: MonotonicInstant?, to end: MonotonicInstant?,
    percents: [Double]
  ) {
    self.address = address
    missed = telemetry.missed
    firstGap = telemetry.firstGap?.description
    restarts = telemetry.series.restartCount
    times = [:]
    lengths = [:]
    levels = [:]
    counts = [:]
    rates = [:]
    guard let start, let end, let summary = telemetry.series.summary(from: start, to: end, percents: percents) else {
      readings = 0
      return
    }
    readings = summary.points
    seconds = summary.duration.seconds
    for (metric, distribution) in summary.distributions {
      // Every distribution that is no length is a time, in the seconds of Prometheus.
      let scale = metric.isLength ? 1.0 : 1000.0
      let figures = Distribution(
        count: distribution.count, mean: distribution.mean.map { $0 * scale },
        percentiles: distribution.percentiles.map {
          .init(
            percent: $0.percent, value: $0.value.map { $0 * scale }, lower: $0.lower.isFinite ? $0.lower * scale : nil,
            upper: $0.upper.isFinite ? $0.upper * scale : nil)
        })
      if metric.isLength { lengths[metric.rawValue] = figures } else { times[metric.rawValue] = figures }
    }
    for (metric, level) in summary.levels {
      levels[metric.rawValue] = Level(mean: level.mean, peak: level.peak, last: level.last)
    }
    for (metric, count) in summary.increases {
      counts[metric.rawValue] = count
      rates[metric.rawValue] = summary.rate(metric)
    }
  }

  /// The distribution of a time, in milliseconds.
  public func time(_ metric: ServerMetric) -> Distribution? { times[metric.rawValue] }
}

extension ServerMetric {
  /// Whether the values of a distribution are tokens and not seconds.
  var isLength: Bool {
    switch self {
    case .promptLength, .generationLength, .tokensPerStep: true
    default: false
    }
  }
}
