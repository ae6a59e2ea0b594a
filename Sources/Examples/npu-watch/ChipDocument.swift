import NPUMetrics

/// A chip in the JSON document.
struct ChipDocument: Encodable {
  private enum Key: String, CodingKey {
    case name, health
    case npuID = "npu_id"
    case chipID = "chip_id"
    case power = "power_w"
    case temperature = "temperature_c"
    case aiCore = "aicore_percent"
    case memoryUsed = "memory_used_mb"
    case memoryTotal = "memory_total_mb"
    case hbmUsed = "hbm_used_mb"
    case hbmTotal = "hbm_total_mb"
  }

  var chip: ChipStatus

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(chip.npuID, forKey: .npuID)
    try object.encode(chip.chipID, forKey: .chipID)
    try object.encode(chip.name, forKey: .name)
    try object.encode(chip.health?.rawValue, forKey: .health)
    try object.encode(chip.powerWatts, forKey: .power)
    try object.encode(chip.temperatureCelsius, forKey: .temperature)
    try object.encode(chip.aiCorePercent, forKey: .aiCore)
    try object.encode(chip.memory?.usedMegabytes, forKey: .memoryUsed)
    try object.encode(chip.memory?.totalMegabytes, forKey: .memoryTotal)
    try object.encode(chip.hbm?.usedMegabytes, forKey: .hbmUsed)
    try object.encode(chip.hbm?.totalMegabytes, forKey: .hbmTotal)
  }
}

/// A process in the JSON document.
struct ProcessDocument: Encodable {
  private enum Key: String, CodingKey {
    case pid, name
    case npuID = "npu_id"
    case chipID = "chip_id"
    case memory = "memory_mb"
  }

  var process: ChipProcess

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(process.npuID, forKey: .npuID)
    try object.encode(process.chipID, forKey: .chipID)
    try object.encode(process.processID, forKey: .pid)
    try object.encode(process.name, forKey: .name)
    try object.encode(process.memoryBytes.map { $0 / ChipMemory.bytesPerMegabyte }, forKey: .memory)
  }
}
