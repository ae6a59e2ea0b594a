internal import NPUBase
internal import NPULoad
internal import NPUMetrics

/// How many requests ended, and how.
public struct SoakCounts: Sendable, Hashable, Codable {
  /// Requests that ended well, with a response that is right.
  public var completed = 0
  /// Requests that failed, or whose response is wrong.
  public var failed = 0
  /// Requests that this side broke off when the time was over.
  public var cancelled = 0
  /// Failed requests by kind.
  public var failures: [String: Int] = [:]

  /// Kinds that are told apart; the others are counted together.
  private static let mostKinds = 64

  /// Counts nothing yet.
  public init() {}

  /// The share of failed requests among those that the service had its time for; `nil` without any.
  public var failureShare: Double? {
    completed + failed > 0 ? Double(failed) / Double(completed + failed) : nil
  }

  /// How many requests ended.
  public var ended: Int { completed + failed + cancelled }

  mutating func add(_ outcome: Outcome) {
    if outcome.isSuccess {
      completed += 1
    } else if outcome.isCancellation {
      cancelled += 1
    } else {
      failed += 1
      let name = Excerpt.of(outcome.kind.rawValue, limit: 100)
      failures[failures[name] != nil || failures.count < Self.mostKinds ? name : "more_kinds", default: 0] += 1
    }
  }

  mutating func add(_ other: SoakCounts) {
    completed += other.completed
    failed += other.failed
    cancelled += other.cancelled
    for (kind, count) in other.failures {
      failures[failures[kind] != nil || failures.count < Self.mostKinds ? kind : "more_kinds", default: 0] += count
    }
  }
}

/// What became of the requests to one service, in constant memory.
struct SoakTally: Sendable, Equatable {
  private(set) var counts = SoakCounts()
  /// From the intended instant to the end, of completed requests; from the start in a closed loop.
  private(set) var endToEnd = LatencyHistogram()
  /// From the intended instant to the first token, of completed requests that have one.
  private(set) var firstToken = LatencyHistogram()

  init() {}

  mutating func add(_ record: RequestRecord) {
    counts.add(record.outcome)
    guard record.outcome.isSuccess else { return }
    let metrics = record.metrics
    if let time = metrics.endToEndFromIntended { endToEnd.record(time.wholeNanoseconds) }
    if let time = metrics.timeToFirstTokenFromIntended { firstToken.record(time.wholeNanoseconds) }
  }

  var figures: SoakServiceFigures {
    SoakServiceFigures(
      counts: counts, endToEnd: SoakLatency(endToEnd, failures: counts.failed),
      firstToken: firstToken.count > 0 ? SoakLatency(firstToken, failures: counts.failed) : nil)
  }
}

extension SoakTally: Codable {
  private enum CodingKeys: String, CodingKey {
    case counts
    case endToEnd = "e2e_ns"
    case firstToken = "ttft_ns"
  }

  /// Reads a tally whose latencies were written by their buckets.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    counts = try container.decode(SoakCounts.self, forKey: .counts)
    endToEnd = try Self.histogram(container.decode([Int64].self, forKey: .endToEnd))
    firstToken = try Self.histogram(container.decode([Int64].self, forKey: .firstToken))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(counts, forKey: .counts)
    try container.encode(endToEnd.cells.flatMap { [$0.value, Int64($0.count)] }, forKey: .endToEnd)
    try container.encode(firstToken.cells.flatMap { [$0.value, Int64($0.count)] }, forKey: .firstToken)
  }

  /// Pairs of value and count.
  private static func histogram(_ pairs: [Int64]) throws -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for place in stride(from: 0, to: pairs.count - 1, by: 2) where (1...(1 << 40)).contains(pairs[place + 1]) {
      histogram.record(pairs[place], count: Int(pairs[place + 1]))
    }
    return histogram
  }
}

/// What became of the requests to one service, over a window or the whole soak.
public struct SoakServiceFigures: Sendable, Hashable, Codable {
  /// How many ended, and how.
  public var counts: SoakCounts
  /// From the intended instant to the end of the response, or from the start in a closed loop, of completed requests.
  public var endToEnd: SoakLatency
  /// From the intended instant to the first token, where responses come in a stream.
  public var firstToken: SoakLatency?

  private enum CodingKeys: String, CodingKey {
    case counts
    case endToEnd = "e2e_ms"
    case firstToken = "ttft_ms"
  }
}

/// The latencies of completed requests in milliseconds, from a histogram of three digits.
public struct SoakLatency: Sendable, Hashable, Codable {
  /// How many there are.
  public var count: Int
  /// The median.
  public var p50: Double?
  /// The 90th percentile.
  public var p90: Double?
  /// The 99th percentile.
  public var p99: Double?
  /// The longest.
  public var maximum: Double?
  /// The 99th percentile with failed requests as infinitely late; `nil` where it is one of them.
  public var p99CountingFailures: Double?

  private enum CodingKeys: String, CodingKey {
    case count, p50, p90, p99
    case maximum = "max"
    case p99CountingFailures = "p99_counting_failures"
  }

  init(_ histogram: LatencyHistogram, failures: Int) {
    func percentile(_ percent: Double, failures: Int = 0) -> Double? {
      (try? histogram.percentile(percent, failures: failures)).flatMap { $0.isFinite ? $0 / 1e6 : nil }
    }
    count = histogram.count
    p50 = percentile(50)
    p90 = percentile(90)
    p99 = percentile(99)
    maximum = histogram.maximum.map { Double($0) / 1e6 }
    p99CountingFailures = percentile(99, failures: failures)
  }
}
