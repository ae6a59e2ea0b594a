/// Prints the outputs of `npu-smi info -t TYPE`.
struct SMIQueryPrinter {
  var layout: SMILayout
  var chips: [SMIChipState]

  /// The types that are answered.
  static let types = [
    "usages", "memory", "common", "temp", "power", "volt", "health", "ecc", "board", "product", "flash", "proc-mem",
    "err-count", "pcie-err", "sensors", "topo",
  ]

  /// The output for a card, or for one chip of it.
  func text(type: String, card: Int, chip: Int?) -> String {
    let wanted = chips.filter { $0.card == card && (chip == nil || $0.chip == chip) }
    if type == "board" { return board(card: card, chip: wanted.first, isChip: chip != nil) }
    if chip != nil {
      return wanted.map { lines(values(type, $0, isChip: true)) }.joined()
    }
    var text = line("NPU ID", "\(card)")
    if layout != .ascend950 { text += line("Chip Count", "\(wanted.count)") + "\n" }
    // Only the oldest family prints the number of the chip before its values; `common` does so everywhere.
    let leads = layout.leadsWithChip || type == "common"
    for chip in wanted {
      let number = layout == .ascend950 ? "" : line("Chip ID", "\(chip.chip)")
      let body = lines(values(type, chip, isChip: false))
      // A chip that does not support the query prints nothing, not even its number.
      if body.isEmpty { continue }
      text += layout == .ascend950 ? body : (leads ? number + body : body + number) + "\n"
    }
    return text + controller(type)
  }

  /// The values of the board controller, where it has any for the type.
  private func controller(_ type: String) -> String {
    guard layout == .hbmHugepages || layout == .wide || layout == .deviceHugepages else { return "" }
    switch type {
    case "common": return line("Chip Name", "mcu") + line("Temperature(C)", "37")
    case "temp": return line("LM75A_TE (C)", "36") + line("LM75B_TE (C)", "35") + line("Chip Name", "MCU")
    case "health": return line("Health", "OK") + line("Chip Name", "MCU")
    case "power" where layout == .deviceHugepages:
      return line("Power Dissipation(W)", "42.9") + line("Chip Name", "MCU")
    default: return ""
    }
  }

  private func values(_ type: String, _ chip: SMIChipState, isChip: Bool) -> [(String, String)] {
    let percent = chip.total > 0 ? "\(chip.used * 100 / chip.total)" : "0"
    switch type {
    case "usages": return usages(chip, percent)
    case "memory": return memory(chip)
    case "common":
      let rate =
        layout.hasHBM
        ? [("Memory Usage Rate(%)", "0"), ("HBM Usage Rate(%)", percent)]
        : [("Memory Usage Rate(%)", percent)]
      return rate + [
        ("Aicore Usage Rate(%)", "\(chip.rate)"), ("Aicore Freq(MHZ)", "1800"), ("Aicore curFreq(MHZ)", "800"),
        ("Temperature(C)", "\(chip.temperature)"),
      ] + (chip.power.map { [("NPU Real-time Power(W)", String.tenths($0))] } ?? [])
    case "temp":
      return [(layout == .ascend950 ? "Temperature (C)" : "NPU Temperature (C)", "\(chip.temperature)")]
    case "power":
      return chip.power.map {
        [(layout == .device ? "Rated Power Dissipation(W)" : "NPU Real-time Power(W)", String.tenths($0))]
      }
        ?? []
    case "volt": return [("Voltage(V)", "0.72")]
    case "health":
      let codes = [("Error Code", "NA"), ("Error Information", "NA")]
      return isChip
        ? [("Health Status", chip.health)] + codes
        : [("Health", chip.health)] + (layout == .ascend950 ? codes : [])
    case "ecc": return [("HBM Single Bit Error Count", "0"), ("HBM Double Bit Error Count", "0")]
    case "product": return [("Product Type", "Simulated \(layout.chipName)")]
    case "flash":
      return [("Flash Count", "1"), ("Flash ID", "1730504"), ("Manufacturer ID", "0xC8"), ("Capacity(MB)", "64")]
    case "err-count": return ["TX", "RX", "Lcrc", "Ecrc"].map { ("\($0) Error Count", "0") } + [("Retry Count", "0")]
    case "pcie-err": return ["Pcs Rx", "Phy Lane", "Dl Lcrc", "Dl Dcrc"].map { ("\($0) Error Count", "0") }
    case "sensors":
      return [("Soc Max Temperature (C)", "\(chip.temperature)"), ("SFP Temperature (C)", "NA")]
    default: return []
    }
  }

  private func usages(_ chip: SMIChipState, _ percent: String) -> [(String, String)] {
    let prefix = layout == .device ? "Memory" : "DDR"
    let huge = layout == .device ? "" : "DDR "
    let ddr = layout.hasHBM ? (capacity: "0", rate: "0") : (capacity: "\(chip.total)", rate: percent)
    var values = [
      ("\(prefix) Capacity(MB)", ddr.capacity), ("\(prefix) Usage Rate(%)", ddr.rate),
      ("\(huge)Hugepages Total(page)", "0"), ("\(huge)Hugepages Usage Rate(%)", "0"),
    ]
    if layout.hasHBM { values += [("HBM Capacity(MB)", "\(chip.total)"), ("HBM Usage Rate(%)", percent)] }
    values.append(("Aicore Usage Rate(%)", "\(chip.rate)"))
    if layout == .hbmHugepages || layout == .wide || layout == .physicalID || layout == .ascend950 {
      values.append(("Aivector Usage Rate(%)", "\(chip.rate / 2)"))
    }
    values += [("Aicpu Usage Rate(%)", "0"), ("Ctrlcpu Usage Rate(%)", "1")]
    values.append(("\(prefix) Bandwidth Usage Rate(%)", "0"))
    if layout.hasHBM { values.append(("HBM Bandwidth Usage Rate(%)", "\(chip.rate / 3)")) }
    if layout == .ascend950 || layout == .physicalID { values.append(("NPU Utilization(%)", "\(chip.rate)")) }
    return values
  }

  private func memory(_ chip: SMIChipState) -> [(String, String)] {
    switch layout {
    case .device: [("Capacity(MB)", "\(chip.total)"), ("Clock Speed(MHz)", "1600")]
    case .deviceHugepages:
      [("Total DDR Capacity(MB)", "49152"), ("DDR Capacity(MB)", "\(chip.total)"), ("DDR Clock Speed(MHz)", "4266")]
    default:
      [
        ("DDR Capacity(MB)", "0"), ("DDR Clock Speed(MHz)", "0"), ("HBM Capacity(MB)", "\(chip.total)"),
        ("HBM Clock Speed(MHz)", "1600"), ("HBM Temperature(C)", "\(chip.temperature + 4)"),
      ]
    }
  }

  private func board(card: Int, chip: SMIChipState?, isChip: Bool) -> String {
    var text = line("NPU ID", "\(card)")
    if isChip, let chip {
      text += line("Chip ID", "\(chip.chip)") + line("Chip Type", "Ascend") + line("Chip Name", layout.chipName)
    }
    text += line("Software Version", layout.version) + line("Board ID", "0x60") + line("PCB ID", "A")
    if let chip { text += line("PCIe Bus Info", chip.busID(layout)) }
    return isChip ? text : text + line("Chip Count", "\(layout.chipsPerCard)")
  }

  /// The processes of a card.
  func processes(card: Int, chip: Int?) -> String {
    var text = line("NPU ID", "\(card)")
    if layout != .ascend950, chip == nil { text += line("Chip Count", "\(layout.chipsPerCard)") + "\n" }
    for state in chips where state.card == card && (chip == nil || state.chip == chip) {
      text +=
        state.process.map {
          "\tProcess id:\("\($0.id)".column(7)) Process name:\($0.name.column(17)) Process memory(MB):\($0.memory)\n"
        } ?? "\tNo process in device.\n"
      if layout != .ascend950 { text += line("Chip ID", "\(state.chip)") + "\n" }
    }
    return text
  }

  private func lines(_ values: [(String, String)]) -> String { values.map { line($0.0, $0.1) }.joined() }

  private func line(_ key: String, _ value: String) -> String {
    "\t" + key.column(key.contains("Bit Error") ? 40 : 30) + " : " + value + "\n"
  }
}
