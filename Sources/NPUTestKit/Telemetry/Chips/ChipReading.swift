public import NPUMetrics

/// What is known of one chip at one moment, whoever said it: npu-smi or an exporter of metrics.
public struct ChipReading: Sendable, Hashable {
  /// Which chip.
  public var chip: ChipIdentity
  /// The model, such as `910B3`.
  public var name: String?
  /// The health.
  public var health: ChipHealth?
  /// The power in watts.
  ///
  /// On cards of two chips with one sensor (A3) the first chip has the card's power and the second none, so that a sum
  /// over chips is right. A 310 shows its rated power and not a measurement.
  public var powerWatts: Double?
  /// The temperature in degrees Celsius.
  public var temperatureCelsius: Double?
  /// The use of the AI cores in percent; `nil` where the tool does not show it, as on the 950 family.
  public var aiCorePercent: Double?
  /// The use of the whole chip in percent (`NPU Util(%)`), which is another quantity than that of its AI cores.
  public var utilizationPercent: Double?
  /// Bytes of device memory in use: HBM, or DDR on chips without HBM.
  public var memoryUsedBytes: Int?
  /// Bytes of device memory.
  public var memoryTotalBytes: Int?

  /// Creates a reading.
  public init(
    chip: ChipIdentity, name: String? = nil, health: ChipHealth? = nil, powerWatts: Double? = nil,
    temperatureCelsius: Double? = nil, aiCorePercent: Double? = nil, utilizationPercent: Double? = nil,
    memoryUsedBytes: Int? = nil, memoryTotalBytes: Int? = nil
  ) {
    self.chip = chip
    self.name = name
    self.health = health
    self.powerWatts = powerWatts
    self.temperatureCelsius = temperatureCelsius
    self.aiCorePercent = aiCorePercent
    self.utilizationPercent = utilizationPercent
    self.memoryUsedBytes = memoryUsedBytes
    self.memoryTotalBytes = memoryTotalBytes
  }

  /// The share of the memory that is in use, from 0 to 1; `nil` where either number is missing or the size is 0.
  public var memoryShare: Double? {
    guard let memoryUsedBytes, let memoryTotalBytes, memoryTotalBytes > 0 else { return nil }
    return Double(memoryUsedBytes) / Double(memoryTotalBytes)
  }
}

extension ChipReading {
  /// Takes what matters to a test from a chip of npu-smi.
  public init(_ chip: ChipStatus) {
    self.init(
      chip: ChipIdentity(npuID: chip.npuID, chipID: chip.chipID), name: chip.name, health: chip.health,
      powerWatts: chip.powerWatts, temperatureCelsius: chip.temperatureCelsius,
      aiCorePercent: chip.aiCorePercent, utilizationPercent: chip.utilizationPercent)
    // A chip whose HBM is printed has its models there, whatever its DDR says; 0 / 0 means that there is none.
    let memory = [chip.hbm, chip.memory].compactMap(\.self).first { !$0.isUnreported }
    memoryUsedBytes = memory?.usedBytes
    memoryTotalBytes = memory?.totalBytes
  }
}

extension ChipReport {
  /// The chips of the report as readings.
  public var chipReadings: [ChipReading] { chips.map { ChipReading($0) } }
}
