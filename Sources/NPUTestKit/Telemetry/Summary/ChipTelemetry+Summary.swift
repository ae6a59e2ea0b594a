public import NPUBase
internal import NPUMetrics

extension ChipTelemetry {
  /// Samples further apart than this many intervals have a gap between them over which nothing is assumed.
  static let bridgedIntervals = 5
  /// The same where calls take longer than the interval, in calls.
  static let bridgedCalls = 3
  /// No gap is shorter: what a chip does over some seconds is known well enough from its ends.
  static let leastBridge = Duration.seconds(5)
  /// The power must be known over this share of a window for its energy to be told.
  static let leastCoverage = 0.5
  /// Changes of health that are listed for each chip.
  private static let changeLimit = 100

  /// The longest time between two points over which a value is taken as straight.
  ///
  /// Calls that take longer than the interval are further apart than it says.
  var bridge: Duration {
    let planned = interval * (Self.bridgedIntervals * marks.stride)
    return max(Self.leastBridge, planned, max(interval, meanCall) * (Self.bridgedCalls * marks.stride))
  }

  /// What the chips did during a window.
  ///
  /// - Parameters:
  ///   - start: When the window begins.
  ///   - end: When it ends.
  ///   - outputTokens: The output tokens of the window, if all are known.
  ///   - limits: From where on a chip is judged to be in trouble.
  /// - Returns: The summary.
  public func summary(
    from start: MonotonicInstant, to end: MonotonicInstant, outputTokens: Int? = nil,
    limits: TelemetryLimits = TelemetryLimits()
  ) -> TelemetrySummary {
    let marks = marks.elements.filter { $0.instant >= start && $0.instant <= end }
    let taken = marks.reduce(0) { $0 + $1.taken }
    let calls = marks.reduce(0) { $0 + $1.taken + $1.failed }
    let chips = chips.map { summary(of: $0, from: start, to: end, taken: taken) }
    let powered = chips.filter { $0.powerMeanWatts != nil }
    let energies = powered.compactMap(\.energyJoules)
    let energy = energies.isEmpty || energies.count < powered.count ? nil : energies.reduce(0, +)
    let before = chips.compactMap(\.powerBeforeWatts)
    var perToken: Double?
    if let energy, let outputTokens, outputTokens > 0 { perToken = energy / Double(outputTokens) }
    return TelemetrySummary(
      chips: chips, energyJoules: energy,
      energyErrorJoules: energy.map { _ in
        powered.compactMap(\.energyErrorJoules).reduce(0) { $0 + $1 * $1 }.squareRoot()
      },
      energyPerOutputToken: perToken, powerBeforeWatts: before.isEmpty ? nil : before.reduce(0, +), samples: taken,
      samplesMissed: marks.reduce(0) { $0 + $1.failed + $1.skipped }, intervalSeconds: interval.seconds,
      stride: self.marks.stride,
      callMeanMilliseconds: calls > 0 ? marks.reduce(0) { $0 + $1.seconds } / Double(calls) * 1000 : nil,
      callLongestMilliseconds: marks.map(\.longest).max().map { $0 * 1000 },
      seconds: max(0, start.duration(to: end).seconds),
      gaps: gaps, verdicts: chips.flatMap { verdicts(on: $0, from: start, to: end, limits: limits) })
  }

  private func summary(
    of chip: ChipIdentity, from start: MonotonicInstant, to end: MonotonicInstant, taken: Int
  ) -> ChipSummary {
    let points = points(of: chip)
    let inside = points.filter { $0.instant >= start && $0.instant <= end }
    let before = points.last { $0.instant < start && $0.instant.duration(to: start) <= bridge }
    let after = points.first { $0.instant > end && end.duration(to: $0.instant) <= bridge }
    let around = [before].compactMap(\.self) + inside + [after].compactMap(\.self)
    let memory = around.filter { $0.memoryUsedBytes != nil }
    let seen = inside.reduce(0) { $0 + $1.count }
    var summary = ChipSummary(
      chip: chip, name: names[chip], samples: seen, samplesAbsent: max(0, taken - seen),
      memoryStartBytes: memory.first?.memoryUsedBytes, memoryPeakBytes: memory.compactMap(\.memoryUsedBytes).max(),
      memoryEndBytes: memory.last?.memoryUsedBytes, memoryTotalBytes: around.compactMap(\.memoryTotalBytes).last,
      temperaturePeak: around.compactMap(\.temperatureCelsius).max(), powerCoverage: 0,
      healthFirst: around.lazy.compactMap(\.health).first?.rawValue, healthChanges: Self.changes(around, start: start))
    if let peak = summary.memoryPeakBytes, let total = summary.memoryTotalBytes, total > 0 {
      summary.memoryPeakShare = Double(peak) / Double(total)
    }
    func use(_ path: KeyPath<ChipPoint, Double?>) -> (mean: Double?, p95: Double?) {
      let values = around.compactMap { point in point[keyPath: path].map { (instant: point.instant, value: $0) } }
      return (
        SampledIntegral(of: values, from: start, to: end, bridge: bridge).mean,
        weightedPercentile(0.95, of: values, from: start, to: end)
      )
    }
    (summary.aiCoreMean, summary.aiCoreP95) = use(\.aiCorePercent)
    (summary.utilizationMean, summary.utilizationP95) = use(\.utilizationPercent)
    addPower(around, points, from: start, to: end, to: &summary)
    return summary
  }

  private func addPower(
    _ around: [ChipPoint], _ all: [ChipPoint], from start: MonotonicInstant, to end: MonotonicInstant,
    to summary: inout ChipSummary
  ) {
    func power(_ points: [ChipPoint]) -> [(instant: MonotonicInstant, value: Double)] {
      points.compactMap { point in point.powerWatts.map { (point.instant, $0) } }
    }
    let values = power(around)
    let integral = SampledIntegral(of: values, from: start, to: end, bridge: bridge)
    let length = start.duration(to: end).seconds
    summary.powerMeanWatts = integral.mean
    summary.powerCoverage = length > 0 ? min(1, integral.covered / length) : 0
    let earlier = power(all.filter { $0.instant < start })
    if !earlier.isEmpty { summary.powerBeforeWatts = earlier.reduce(0) { $0 + $1.value } / Double(earlier.count) }
    guard let mean = integral.mean, summary.powerCoverage >= Self.leastCoverage else { return }
    summary.energyJoules = mean * length
    // Of the points and not of the samples: joined ones have lost their spread.
    if values.count > 1 {
      let squares = values.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
      let deviation = (squares / Double(values.count - 1)).squareRoot()
      summary.energyErrorJoules = deviation / Double(values.count).squareRoot() * length
    }
  }

  private static func changes(_ points: [ChipPoint], start: MonotonicInstant) -> [ChipSummary.HealthChange] {
    var changes: [ChipSummary.HealthChange] = []
    var last: ChipHealth?
    for point in points {
      guard let health = point.health else { continue }
      if let last, health != last, changes.count < changeLimit {
        changes.append(
          .init(seconds: start.duration(to: point.instant).seconds, from: last.rawValue, to: health.rawValue))
      }
      last = health
    }
    return changes
  }

  /// The lowest value that is not exceeded for a share of the time; each value counts for half the time to its
  /// neighbours.
  private func weightedPercentile(
    _ share: Double, of values: [(instant: MonotonicInstant, value: Double)], from start: MonotonicInstant,
    to end: MonotonicInstant
  ) -> Double? {
    let half = bridge / 2
    var weighted: [(value: Double, weight: Double)] = []
    for (index, entry) in values.enumerated() {
      let left = index > 0 ? values[index - 1].instant.duration(to: entry.instant) / 2 : half
      let right = index + 1 < values.count ? entry.instant.duration(to: values[index + 1].instant) / 2 : half
      let from = max(start, entry.instant.advanced(by: .zero - min(left, half)))
      let to = min(end, entry.instant.advanced(by: min(right, half)))
      if from < to { weighted.append((entry.value, from.duration(to: to).seconds)) }
    }
    let total = weighted.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return values.first?.value }
    var reached = 0.0
    for entry in weighted.sorted(by: { $0.value < $1.value }) {
      reached += entry.weight
      // A rounding error of the sum must not lead past the value at exactly that share.
      if reached >= share * total * (1 - 1e-12) { return entry.value }
    }
    return weighted.map(\.value).max()
  }
}
