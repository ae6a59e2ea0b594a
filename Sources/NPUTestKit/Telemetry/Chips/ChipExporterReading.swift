internal import NPUBase
internal import NPUMetrics

/// Collects the chips that an exporter of the `npu_chip_info_` family describes, from the samples of one scrape.
struct ChipExporterReading {
  /// A chip with both its memories, of which the reading keeps one.
  private struct Parts {
    var reading: ChipReading
    var hbm = ChipMemory(usedBytes: nil, totalBytes: nil)
    var ddr = ChipMemory(usedBytes: nil, totalBytes: nil)

    /// A chip without HBM shows nothing or 0 of it.
    var whole: ChipReading {
      let memory = (hbm.totalBytes ?? 0) > 0 ? hbm : ddr
      guard (memory.totalBytes ?? 0) > 0 else { return reading }
      var whole = reading
      whole.memoryUsedBytes = memory.usedBytes
      whole.memoryTotalBytes = memory.totalBytes
      return whole
    }
  }

  private var chips: [ChipIdentity: Parts] = [:]

  /// More chips than any host has.
  private static let chipLimit = 1024
  private static let prefix = "npu_chip_info_"

  /// The chips by their numbers.
  var readings: [ChipReading] { chips.values.map(\.whole).sorted { $0.chip < $1.chip } }

  /// Takes a sample.
  ///
  /// - Returns: Whether it is one of the family that is understood.
  mutating func add(_ sample: MetricSample) -> Bool {
    guard sample.name.hasPrefix(Self.prefix), let identity = sample.labels["id"].flatMap({ Int($0) }),
      let value = Figure(rawValue: String(sample.name.dropFirst(Self.prefix.count)))
    else { return false }
    let chip = ChipIdentity(npuID: identity)
    guard chips[chip] != nil || chips.count < Self.chipLimit else { return true }
    var parts = chips[chip, default: Parts(reading: ChipReading(chip: chip))]
    if let name = sample.labels["model_name"] ?? sample.labels["modelName"], !name.isEmpty {
      parts.reading.name = Excerpt.of(name, limit: 100)
    }
    // A value below 0 is how the exporter says that it could not read one.
    if sample.value.isFinite, sample.value >= 0 { value.store(sample.value, in: &parts) }
    chips[chip] = parts
    return true
  }

  private enum Figure: String {
    case health = "health_status"
    case power
    case temperature
    case aiCore = "utilization"
    case overall = "overall_utilization"
    case hbmUsed = "hbm_used_memory"
    case hbmTotal = "hbm_total_memory"
    case used = "used_memory"
    case total = "total_memory"

    func store(_ value: Double, in parts: inout Parts) {
      switch self {
      // The exporter knows no degrees of illness.
      case .health: parts.reading.health = value == 1 ? .ok : .other("unhealthy")
      case .power: parts.reading.powerWatts = value
      case .temperature: parts.reading.temperatureCelsius = value
      case .aiCore: parts.reading.aiCorePercent = value <= 100 ? value : nil
      case .overall: parts.reading.utilizationPercent = value <= 100 ? value : nil
      case .hbmUsed: parts.hbm.usedBytes = Self.bytes(value)
      case .hbmTotal: parts.hbm.totalBytes = Self.bytes(value)
      case .used: parts.ddr.usedBytes = Self.bytes(value)
      case .total: parts.ddr.totalBytes = Self.bytes(value)
      }
    }

    /// The exporter's MB are 2^20 bytes, as npu-smi's are.
    private static func bytes(_ megabytes: Double) -> Int? {
      let bytes = megabytes * 0x1p20
      return bytes >= 0 && bytes < 0x1p62 ? Int(bytes) : nil
    }
  }
}
