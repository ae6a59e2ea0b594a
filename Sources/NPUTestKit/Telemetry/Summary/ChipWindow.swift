package import NPUMetrics

/// What the chips were like since somebody last asked, from every sample.
///
/// The histories of ``ChipTelemetry`` join neighbours once a run is long, and the least of joined samples is the least
/// of their peaks. What is judged window by window comes from here.
package struct ChipWindow: Sendable, Hashable {
  /// One chip.
  package struct Chip: Sendable, Hashable {
    /// The least memory in use, in bytes.
    package private(set) var memoryLeastBytes: Int?
    /// The most memory in use, in bytes.
    package private(set) var memoryPeakBytes: Int?
    /// The highest temperature, in degrees Celsius.
    package private(set) var temperatureCelsius: Double?
    /// The worst health.
    package private(set) var health: ChipHealth?
    /// The use of the AI cores in percent.
    package private(set) var aiCorePercent = SampleMean()
    /// The power in watts.
    package private(set) var powerWatts = SampleMean()

    mutating func add(_ reading: ChipReading) {
      if let bytes = reading.memoryUsedBytes {
        memoryLeastBytes = min(memoryLeastBytes ?? bytes, bytes)
        memoryPeakBytes = max(memoryPeakBytes ?? bytes, bytes)
      }
      if let degrees = reading.temperatureCelsius { temperatureCelsius = max(temperatureCelsius ?? degrees, degrees) }
      if let found = reading.health, found.severity > health?.severity ?? -1 { health = found }
      if let percent = reading.aiCorePercent { aiCorePercent.add(percent) }
      if let watts = reading.powerWatts { powerWatts.add(watts) }
    }
  }

  /// The chips that were read.
  package private(set) var chips: [ChipIdentity: Chip] = [:]
  private var taken = 0
  private var lastGap: SampleGap?

  /// Nothing was read.
  package init() {}

  /// Why nothing was read; `nil` if something was, or if no call has ended.
  ///
  /// What the last call said stands until one succeeds: a tool that hangs ends fewer calls than there are windows.
  package var gap: SampleGap? { taken == 0 ? lastGap : nil }

  mutating func add(_ sample: TelemetrySample<[ChipReading]>) {
    switch sample.result {
    case .success(let readings):
      taken += 1
      lastGap = nil
      for reading in readings where chips[reading.chip] != nil || chips.count < ChipTelemetry.chipLimit {
        chips[reading.chip, default: Chip()].add(reading)
      }
    case .failure(let gap): lastGap = gap
    }
  }

  /// Gives what was gathered, and begins anew.
  mutating func take() -> ChipWindow {
    defer { (chips, taken) = ([:], 0) }
    return self
  }
}

/// The mean of the values of a window.
package struct SampleMean: Sendable, Hashable {
  private var sum = 0.0
  private var count = 0

  mutating func add(_ value: Double) {
    sum += value
    count += 1
  }

  /// The mean; `nil` without a value.
  package var value: Double? { count > 0 ? sum / Double(count) : nil }
}
