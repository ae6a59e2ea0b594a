public import NPUBase
public import NPUMetrics

/// What one chip was like at one moment of a run, or over a few samples that were joined to save memory.
public struct ChipPoint: Sendable, Hashable {
  /// When; the middle of the samples where they were joined.
  public var instant: MonotonicInstant
  /// How many samples are joined here.
  public var count = 1
  /// How many of them show a health.
  public var healthCount = 0
  /// The health; the worst where samples were joined.
  public var health: ChipHealth?
  /// The power in watts; the mean.
  public var powerWatts: Double?
  /// The temperature in degrees Celsius; the highest.
  public var temperatureCelsius: Double?
  /// The use of the AI cores in percent; the mean.
  public var aiCorePercent: Double?
  /// The use of the whole chip in percent; the mean.
  public var utilizationPercent: Double?
  /// Bytes of device memory in use; the most.
  public var memoryUsedBytes: Int?
  /// Bytes of device memory.
  public var memoryTotalBytes: Int?

  /// Creates a point from a reading.
  public init(_ reading: ChipReading, at instant: MonotonicInstant) {
    self.instant = instant
    health = reading.health
    healthCount = reading.health == nil ? 0 : 1
    powerWatts = reading.powerWatts
    temperatureCelsius = reading.temperatureCelsius
    aiCorePercent = reading.aiCorePercent
    utilizationPercent = reading.utilizationPercent
    memoryUsedBytes = reading.memoryUsedBytes
    memoryTotalBytes = reading.memoryTotalBytes
  }

  /// This point and the next one as one.
  func joined(with next: ChipPoint) -> ChipPoint {
    let share = Double(next.count) / Double(max(1, count + next.count))
    func mean(_ first: Double?, _ second: Double?) -> Double? {
      guard let first, let second else { return first ?? second }
      return first + (second - first) * share
    }
    var joined = next
    joined.instant = instant.advanced(by: instant.duration(to: next.instant) * share)
    joined.count = count + next.count
    joined.healthCount = healthCount + next.healthCount
    joined.health = [health, next.health].compactMap(\.self).max { $0.severity < $1.severity }
    joined.powerWatts = mean(powerWatts, next.powerWatts)
    joined.aiCorePercent = mean(aiCorePercent, next.aiCorePercent)
    joined.utilizationPercent = mean(utilizationPercent, next.utilizationPercent)
    joined.temperatureCelsius = [temperatureCelsius, next.temperatureCelsius].compactMap(\.self).max()
    joined.memoryUsedBytes = [memoryUsedBytes, next.memoryUsedBytes].compactMap(\.self).max()
    joined.memoryTotalBytes = next.memoryTotalBytes ?? memoryTotalBytes
    return joined
  }
}

extension ChipHealth {
  /// How bad it is: a word that is not known may mean anything, and stands above a warning.
  var severity: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .other: 2
    case .unknown: 3
    case .alarm: 4
    case .critical: 5
    }
  }
}
