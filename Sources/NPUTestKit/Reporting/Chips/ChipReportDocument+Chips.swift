internal import NPUMetrics
internal import NPUTelemetry

extension ChipReportDocument {
  /// A chip.
  ///
  /// The memory is that of ``ChipReading``, as in the log of a watch: HBM, or DDR on chips without HBM.
  struct ChipObject: Encodable {
    private enum Key: String, CodingKey {
      case name, health
      case npuID = "npu_id"
      case chipID = "chip_id"
      case power = "power_w"
      case temperature = "temperature_c"
      case aiCore = "aicore_percent"
      case utilization = "npu_utilization_percent"
      case memoryUsed = "memory_used_mb"
      case memoryTotal = "memory_total_mb"
      case ddrUsed = "ddr_used_mb"
      case ddrTotal = "ddr_total_mb"
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
      try object.encode(chip.utilizationPercent, forKey: .utilization)
      let reading = ChipReading(chip)
      let memory = ChipMemory(usedBytes: reading.memoryUsedBytes, totalBytes: reading.memoryTotalBytes)
      try object.encode(memory.usedMegabytes, forKey: .memoryUsed)
      try object.encode(memory.totalMegabytes, forKey: .memoryTotal)
      try object.encode(chip.memory?.usedMegabytes, forKey: .ddrUsed)
      try object.encode(chip.memory?.totalMegabytes, forKey: .ddrTotal)
      try object.encode(chip.hbm?.usedMegabytes, forKey: .hbmUsed)
      try object.encode(chip.hbm?.totalMegabytes, forKey: .hbmTotal)
    }
  }

  /// A process.
  struct ProcessObject: Encodable {
    private enum Key: String, CodingKey {
      case pid, name
      case npuID = "npu_id"
      case chipID = "chip_id"
      case containerPID = "container_pid"
      case memory = "memory_mb"
    }

    var process: ChipProcess

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(process.npuID, forKey: .npuID)
      try object.encode(process.chipID, forKey: .chipID)
      try object.encode(process.processID, forKey: .pid)
      try object.encode(process.containerProcessID, forKey: .containerPID)
      try object.encode(process.name, forKey: .name)
      try object.encode(process.memoryBytes.map { $0 / ChipMemory.bytesPerMegabyte }, forKey: .memory)
    }
  }
}
