extension NPUChip {
  /// Fills the properties of which a block of a `-t` query speaks.
  ///
  /// Capacities are the whole percent's base and no use: used memory is left nil rather than computed from a rate that
  /// is off by up to one percent.
  mutating func fill(from block: KeyValueBlocks.Block, kind: NPUReport.Kind, log: inout DiagnosticLog) {
    let isFlash = kind.rawValue == "flash"
    for value in block.values where !value.isMissing {
      let count = value.text.decimalCount
      switch value.key {
      case "Health", "Health Status": health = NPUHealth(rawValue: value.text)
      case "NPU Real-time Power(W)": powerWatts = PlausibleValue.power(value.number, of: value.key, log: &log)
      case "Temperature(C)", "Temperature (C)", "NPU Temperature (C)": temperatureCelsius = value.number
      case "Aicore Usage Rate(%)": aiCorePercent = PlausibleValue.percent(value.number, of: value.key, log: &log)
      case "NPU Utilization(%)":
        utilizationPercent = PlausibleValue.percent(value.number, of: value.key, log: &log)
      case "HBM Capacity(MB)": hbm = count.map { NPUMemory(usedMegabytes: nil, totalMegabytes: $0) }
      case "DDR Capacity(MB)", "Memory Capacity(MB)":
        memory = count.map { NPUMemory(usedMegabytes: nil, totalMegabytes: $0) }
      case "Capacity(MB)" where !isFlash: memory = count.map { NPUMemory(usedMegabytes: nil, totalMegabytes: $0) }
      case "Hugepages Total(page)", "DDR Hugepages Total(page)":
        hugepages = count.map { NPUHugepages(usedPages: nil, totalPages: $0) }
      case "PCIe Bus Info": busID = value.text
      case "Chip Name": name = value.text
      case "Chip Phy-ID": physicalID = count
      case "Slot ID": slotID = count
      default: break
      }
    }
  }
}
