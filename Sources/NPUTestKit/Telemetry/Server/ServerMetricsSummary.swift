public import NPUBase

/// What a server said of itself during a window: the difference of two readings, and its gauges over the time between.
public struct ServerMetricsSummary: Sendable, Hashable {
  /// The values of one figure during the window.
  public struct Distribution: Sendable, Hashable {
    /// How many values.
    public var count: Double
    /// Their mean, exact; `nil` where the server exposes no sum.
    public var mean: Double?
    /// Percentiles, estimated within the server's buckets; bounds alone in the first and the last.
    public var percentiles: [MetricHistogram.Percentile]
  }

  /// A value that rose and fell during the window.
  public struct Level: Sendable, Hashable {
    /// The mean over time, straight between readings.
    public var mean: Double
    /// The greatest reading.
    public var peak: Double
    /// The last reading.
    public var last: Double
  }

  /// When the first and the last reading of the summary were taken.
  public var start: MonotonicInstant
  /// When the last one was taken.
  public var end: MonotonicInstant
  /// Readings between them, both included.
  public var points: Int
  /// How often the server was restarted since the first reading of all.
  public var restarts: Int
  /// The distributions of times in seconds and of lengths in tokens.
  public var distributions: [ServerMetric: Distribution]
  /// Values that rose and fell.
  public var levels: [ServerMetric: Level]
  /// What was counted.
  public var increases: [ServerMetric: Double]

  /// The length of the summary.
  public var duration: Duration { start.duration(to: end) }

  /// What was counted per second; `nil` where the figure is missing or no time passed.
  public func rate(_ metric: ServerMetric) -> Double? {
    guard let increase = increases[metric], duration > .zero else { return nil }
    return increase / duration.seconds
  }
}

extension ServerMetricsSeries {
  /// What the server said of a window.
  ///
  /// Begins at the last reading that had ended when the window began, and ends at the first one that was asked for after
  /// it, so that nothing of the window is left out; what else falls between these readings is counted in, at most an
  /// interval and a call on each side.
  ///
  /// - Parameters:
  ///   - start: When the window begins.
  ///   - end: When it ends.
  ///   - percents: The percentiles to estimate.
  /// - Returns: The summary; `nil` with fewer than two readings.
  public func summary(
    from start: MonotonicInstant, to end: MonotonicInstant, percents: [Double] = [50, 90, 95, 99]
  ) -> ServerMetricsSummary? {
    guard points.count > 1 else { return nil }
    let first = points.lastIndex { $0.ended <= start } ?? 0
    let last = points.firstIndex { $0.began >= end } ?? points.count - 1
    guard first < last else { return nil }
    let window = points[first...last]
    let (before, after) = (points[first], points[last])
    var summary = ServerMetricsSummary(
      start: before.instant, end: after.instant, points: window.count, restarts: restartCount, distributions: [:],
      levels: [:], increases: [:])
    for (metric, total) in after.counters { summary.increases[metric] = total - (before.counters[metric] ?? 0) }
    for (metric, total) in after.histograms {
      let increase = before.histograms[metric].flatMap { total.increase(since: $0) } ?? total
      summary.distributions[metric] = ServerMetricsSummary.Distribution(
        count: increase.count, mean: increase.mean, percentiles: percents.compactMap { increase.percentile($0) })
    }
    for metric in Set(window.flatMap { $0.gauges.keys }) {
      var mean = TimeWeightedMean()
      for point in window { if let value = point.gauges[metric] { mean.add(value, at: point.instant) } }
      guard let level = mean.value, let value = mean.last else { continue }
      // What the first point gathered lies before the window.
      let peak = window.dropFirst().compactMap { $0.peaks[metric] }.max() ?? value
      summary.levels[metric] = .init(mean: level, peak: max(peak, before.gauges[metric] ?? peak), last: value)
    }
    return summary
  }
}
