public import NPUBase

/// What a server's metrics said over time, in bounded memory.
///
/// Counts are kept as what was added since the first reading, with restarts of the server removed: a count that falls
/// began again at
/// 0. So the increase between any two points is their difference, and points can be thinned out without losing counts.
public struct ServerMetricsSeries: Sendable, Hashable {
  /// One reading.
  public struct Point: Sendable, Hashable {
    /// When it was taken: the middle of the call.
    public var instant: MonotonicInstant
    /// When the call began: the server looked at its figures no earlier.
    public var began: MonotonicInstant
    /// When the call ended: the server looked at its figures no later.
    public var ended: MonotonicInstant
    /// Values that rise and fall; the mean where points were thinned out.
    public var gauges: [ServerMetric: Double]
    /// The greatest of each since the point before.
    public var peaks: [ServerMetric: Double]
    /// What was counted since the first reading.
    public var counters: [ServerMetric: Double]
    /// The values since the first reading, by bounds.
    public var histograms: [ServerMetric: MetricHistogram]
  }

  /// The points in their order.
  public private(set) var points: [Point] = []
  /// How many readings were added.
  public private(set) var readingCount = 0
  /// How often a count fell: the server was restarted.
  public private(set) var restartCount = 0
  /// How many readings stand behind one point.
  public private(set) var stride = 1
  /// The most points that are kept.
  public let limit: Int

  private var lastRaw = ServerMetricsReading()
  private var counters: [ServerMetric: Double] = [:]
  private var histograms: [ServerMetric: MetricHistogram] = [:]
  private var gathered = 0

  /// Creates an empty series.
  ///
  /// - Parameter limit: The most points, at least 4; when they are reached, every two become one.
  public init(limit: Int = 4096) { self.limit = max(4, limit) }

  /// Adds a reading.
  ///
  /// - Parameters:
  ///   - reading: What the server said.
  ///   - began: When it was asked.
  ///   - duration: How long the call took.
  public mutating func add(
    _ reading: ServerMetricsReading, at began: MonotonicInstant, taking duration: Duration = .zero
  ) {
    var hasRestarted = false
    for (metric, value) in reading.counters {
      // Nothing is known of what came before the first reading of a figure.
      guard let last = lastRaw.counters[metric] else {
        counters[metric] = counters[metric] ?? 0
        continue
      }
      if value < last { hasRestarted = true }
      counters[metric, default: 0] += value < last ? value : value - last
    }
    for (metric, histogram) in reading.histograms {
      guard let last = lastRaw.histograms[metric], let increase = histogram.increase(since: last) else {
        // The first of its kind, or with other bounds: an empty one to count from.
        histograms[metric] = histogram.increase(since: histogram)
        continue
      }
      if histogram.count < last.count { hasRestarted = true }
      histograms[metric] = histograms[metric].flatMap { $0.adding(increase) } ?? increase
    }
    if hasRestarted { restartCount += 1 }
    // A figure that is missing once is compared with its last value when it comes back.
    lastRaw.merge(reading)
    readingCount += 1
    append(
      Point(
        instant: began.advanced(by: duration / 2), began: began, ended: began.advanced(by: duration),
        gauges: reading.gauges, peaks: reading.gauges, counters: counters, histograms: histograms))
  }

  private mutating func append(_ point: Point) {
    if gathered > 0, let last = points.popLast() {
      points.append(Self.merged(last, point, weight: gathered))
    } else {
      points.append(point)
    }
    gathered = (gathered + 1) % stride
    guard points.count >= limit, gathered == 0 else { return }
    // The first point stays as it is: everything is counted from it.
    var thinned = Array(points.prefix(1))
    var index = 1
    while index < points.count {
      let next = index + 1
      thinned.append(next < points.count ? Self.merged(points[index], points[next], weight: 1) : points[index])
      index += 2
    }
    points = thinned
    stride *= 2
  }

  /// Two neighbours as one: the counts of the later, the weighted mean and the greatest of the gauges.
  private static func merged(_ earlier: Point, _ later: Point, weight: Int) -> Point {
    var merged = later
    for (metric, value) in earlier.gauges {
      merged.gauges[metric] = later.gauges[metric].map { (value * Double(weight) + $0) / Double(weight + 1) } ?? value
    }
    for (metric, value) in earlier.peaks { merged.peaks[metric] = max(value, later.peaks[metric] ?? value) }
    return merged
  }
}
