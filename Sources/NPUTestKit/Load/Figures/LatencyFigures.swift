public import NPUMetrics

/// The figures of one latency over the requests of a report, in milliseconds; or of a measure, in its own unit.
public struct LatencyFigures: Sendable, Hashable {
  /// One percentile.
  public struct Percentile: Sendable, Hashable {
    /// Which one, 0 to 100.
    public var percent: Double
    /// Its value over completed requests in milliseconds; `nil` without any.
    public var value: Double?
    /// Its value with every failed request, and every completed one without a value, counted as infinitely late, in
    /// milliseconds.
    ///
    /// `nil` where there is none of them, because it is then the same, and where failures have no place in the metric.
    public var countingFailures: Double?
    /// Whether there are too few samples for it to mean much: p99 of fewer than 100.
    public var isWeak: Bool
  }

  /// How many samples; stands beside every percentile.
  public var count: Int
  /// How many failed requests count as infinitely late.
  public var failed = 0
  /// How many completed requests have no value; they count as infinitely late too.
  public var undefined = 0
  /// Why completed requests have no value, with the number of requests: `no_token`, `one_token`, `tokens_not_counted`
  /// and so on; empty where all have one.
  public var undefinedReasons: [String: Int] = [:]
  /// The arithmetic mean.
  public var mean: Double?
  /// The median.
  public var median: Double?
  /// The standard deviation with divisor n, as numpy's default.
  public var standardDeviation: Double?
  /// The least sample.
  public var minimum: Double?
  /// The greatest sample.
  public var maximum: Double?
  /// The chosen percentiles.
  public var percentiles: [Percentile]
  /// How percentiles were read between two samples.
  public var method: PercentileMethod
  /// Whether the percentiles come from the samples themselves; otherwise from a histogram of three digits.
  public var isExact: Bool

  /// How many requests count as infinitely late: failed ones and those without a value.
  public var infinite: Int { failed + undefined }

  /// The percentile of that number, if it was chosen.
  public func percentile(_ percent: Double) -> Percentile? {
    percentiles.first { $0.percent == percent }
  }
}

extension LatencyFigures {
  /// Reads the figures of a latency of requests.
  init(_ store: LatencyStore, percentiles: [Double], method: PercentileMethod) throws(StatisticsError) {
    try self.init(store.samples, percentiles: percentiles, method: method)
    for (reason, count) in store.reasons { undefinedReasons[reason.rawValue] = count }
  }

  /// Reads the figures of collected samples.
  init(_ store: SampleStore, percentiles: [Double], method: PercentileMethod) throws(StatisticsError) {
    let summary = try store.summary(percentiles: percentiles + [50], method: method, unit: .milliseconds)
    count = summary.count
    failed = store.failures
    undefined = store.undefined
    mean = summary.mean
    median = summary.percentiles.last?.value
    standardDeviation = summary.standardDeviationPopulation
    minimum = summary.minimum
    maximum = summary.maximum
    self.percentiles = summary.percentiles.dropLast().map { entry in
      Percentile(
        percent: entry.percent, value: entry.value,
        countingFailures: summary.failures > 0 ? entry.valueCountingFailures : nil, isWeak: entry.isWeak)
    }
    self.method = summary.method
    isExact = summary.exactness == .exact
  }
}

extension LatencyFigures: Codable {
  private enum CodingKeys: String, CodingKey {
    case count
    case failed
    case undefined
    case undefinedReasons = "undefined_reasons"
    case mean
    case median
    case standardDeviation = "std_population"
    case minimum = "min"
    case maximum = "max"
    case percentiles
    case method
    case isExact = "exact"
  }
}

extension LatencyFigures.Percentile: Codable {
  private enum CodingKeys: String, CodingKey {
    case percent = "p"
    case value
    case countingFailures = "counting_failures"
    case isWeak = "weak"
  }

  /// What stands for an infinity, which JSON has no number for.
  private static let infinity = "inf"

  /// Reads a percentile; an infinity is the word `inf`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    percent = try container.decode(Double.self, forKey: .percent)
    value = try container.decodeIfPresent(Double.self, forKey: .value)
    isWeak = try container.decode(Bool.self, forKey: .isWeak)
    if let word = try? container.decode(String.self, forKey: .countingFailures) {
      guard word == Self.infinity else {
        throw DecodingError.dataCorruptedError(
          forKey: .countingFailures, in: container, debugDescription: "'\(word)' is neither a number nor 'inf'")
      }
      countingFailures = .infinity
    } else {
      countingFailures = try container.decodeIfPresent(Double.self, forKey: .countingFailures)
    }
  }

  /// Writes the percentile; an infinity becomes the word `inf`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(percent, forKey: .percent)
    try container.encodeIfPresent(value, forKey: .value)
    try container.encode(isWeak, forKey: .isWeak)
    if countingFailures == .infinity {
      try container.encode(Self.infinity, forKey: .countingFailures)
    } else {
      try container.encodeIfPresent(countingFailures, forKey: .countingFailures)
    }
  }
}

extension LatencyFigures {
  /// Why completed requests have no value, for people, such as "12 of one output token or none".
  package var undefinedText: String {
    undefinedReasons.sorted { $0.key < $1.key }.map { name, count in
      "\(count) \(UndefinedReason(rawValue: name)?.text ?? name)"
    }.joined(separator: ", ")
  }
}
