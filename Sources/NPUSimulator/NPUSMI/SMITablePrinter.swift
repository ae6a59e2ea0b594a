/// Prints the table of `npu-smi info`.
struct SMITablePrinter {
  var layout: SMILayout
  var chips: [SMIChipState]

  /// The widths of the three cells of a row.
  private var cells: (first: Int, second: Int, third: Int) {
    switch layout {
    case .device: (19, 17, 40)
    case .deviceHugepages: (31, 17, 54)
    case .hbm, .hbmHugepages, .physicalID: (27, 15, 52)
    case .wide, .ascend950: (27, 15, 70)
    }
  }

  private var inner: Int { cells.first + cells.second + cells.third + 2 }

  var text: String {
    let title: String = " npu-smi \(layout.version)".column(38) + "Version: \(layout.version)"
    let is950 = layout == .ascend950
    var lines: [String] = [rule("-", [inner]), cell(title, inner) + "|", is950 ? rule950("-") : rule("-")]
    lines += [upperHeading, lowerHeading, is950 ? rule950("=") : rule("=")]
    for (index, chip) in chips.enumerated() {
      lines += [upper(chip), lower(chip)]
      let isLast = index + 1 == chips.count || chips[index + 1].card != chip.card
      lines.append(isLast ? rule("=") : innerRule)
    }
    if layout.hasProcesses { lines += processes }
    return lines.joined(separator: "\n") + "\n"
  }

  private var upperHeading: String {
    let huge = "Hugepages-Usage(page)"
    switch layout {
    case .device: return row("NPU     Name", "Health", "Power(W)          Temp(C)")
    case .deviceHugepages: return row("NPU     Name", "Health", "Power(W)     Temp(C)           \(huge)")
    case .hbm: return row("NPU   Name", "Health", "Power(W)    Temp(C)")
    case .hbmHugepages, .physicalID: return row("NPU   Name", "Health", "Power(W)    Temp(C)           \(huge)")
    case .wide: return row("NPU   Name", "Health", "Power(W)             Temp(C)                 \(huge)")
    case .ascend950: return row950("NPU ID", "Name", "Health", "Power(W)              Temp(C)                  \(huge)")
    }
  }

  private var lowerHeading: String {
    switch layout {
    case .device: row("Chip    Device", "Bus-Id", "AICore(%)         Memory-Usage(MB)")
    case .deviceHugepages: row("Chip    Device", "Bus-Id", "AICore(%)    Memory-Usage(MB)")
    case .hbm, .hbmHugepages: row("Chip", "Bus-Id", "AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)")
    case .physicalID: row("Chip  Phy-ID", "Bus-Id", "AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)")
    case .wide: row("Chip", "Bus-Id", "AICore(%)            Memory-Usage(MB)        HBM-Usage(MB)")
    case .ascend950:
      row950("", "", "Bus-Id", "NPU Util(%)           Memory-Usage(MB)         HBM-Usage(MB)")
    }
  }

  private func upper(_ chip: SMIChipState) -> String {
    let power = chip.power.map(String.tenths) ?? (layout == .physicalID ? "-" : "NA")
    let temperature = "\(chip.temperature)"
    let third =
      switch layout {
      case .device: power.column(17) + " " + temperature
      case .deviceHugepages: power.column(12) + " " + temperature.column(17) + " 0     / 0"
      case .hbm: power.column(11) + " " + temperature
      case .hbmHugepages, .physicalID: power.column(11) + " " + temperature.column(17) + " 0    / 0"
      case .wide: power.column(20) + " " + temperature.column(23) + " 0    / 0"
      case .ascend950: power.column(21) + " " + temperature.column(24) + " 0     / 0"
      }
    let (card, name) = ("\(chip.card)", layout.chipName)
    switch layout {
    case .device, .deviceHugepages: return row(card.column(7) + " " + name, chip.health, third)
    case .ascend950: return row950(card, name, chip.health, third)
    default: return row(card.column(5) + " " + name, chip.health, third)
    }
  }

  private func lower(_ chip: SMIChipState) -> String {
    let rate = "\(chip.rate)"
    let usage = "\(chip.used)".column(5) + "/ \(chip.total)"
    let ddr = layout == .hbm ? "2621".column(5) + "/ 15137" : "0".column(5) + "/ 0"
    let third =
      switch layout {
      case .device: rate.column(17) + " " + usage
      case .deviceHugepages: rate.column(12) + " " + usage
      case .hbm, .hbmHugepages, .physicalID: rate.column(11) + " " + ddr.column(17) + " " + usage
      case .wide: rate.column(20) + " " + ddr.column(23) + " " + usage
      case .ascend950: rate.column(21) + " " + ddr.column(24) + " " + usage
      }
    let bus = chip.busID(layout)
    switch layout {
    case .device, .deviceHugepages: return row("\(chip.chip)".column(7) + " \(chip.index)", bus, third)
    case .physicalID: return row("\(chip.chip)".column(5) + " \(chip.index)", bus, third)
    case .ascend950: return row950("", "", bus, third)
    default: return row("\(chip.chip)", bus, third)
    }
  }

  private var processes: [String] {
    let hasContainer = layout == .wide || layout == .ascend950
    let owner = layout == .ascend950 ? "NPU ID" : "NPU     Chip"
    var lines = layout == .ascend950 ? [] : [rule("-")]
    lines.append(processRow(owner, "Process id", "Process name", "Process memory(MB)", "Process id in container"))
    lines.append(rule("="))
    for card in Set(chips.map(\.card)).sorted() {
      let busy = chips.filter { $0.card == card && $0.process != nil }
      for chip in busy {
        guard let process = chip.process else { continue }
        let owner = layout == .ascend950 ? "\(card)" : "\(card)".column(7) + " \(chip.chip)"
        lines.append(processRow(owner, "\(process.id)", process.name, "\(process.memory)", hasContainer ? "NA" : ""))
      }
      if busy.isEmpty { lines.append(cell(" No running processes found in NPU \(card)", inner) + "|") }
      lines.append(rule("="))
    }
    return lines
  }

  private func processRow(
    _ owner: String, _ id: String, _ name: String, _ memory: String, _ container: String
  ) -> String {
    let rest: [(String, Int)] =
      layout == .wide || layout == .ascend950
      ? [(name, 20), (memory, 23), (container, 25)] : [(name, 26), (memory, cells.third - 27)]
    let front: String = cell(" \(owner)", cells.first) + cell(" \(id)", cells.second)
    return front + rest.map { text, width in cell(" \(text)", width) }.joined() + "|"
  }

  private func row(_ first: String, _ second: String, _ third: String) -> String {
    cell(" \(first)", cells.first) + cell(" \(second)", cells.second) + cell(" \(third)", cells.third) + "|"
  }

  private func row950(_ card: String, _ name: String, _ second: String, _ third: String) -> String {
    let front: String = cell(" \(card)", 8) + cell(" \(name)", 18)
    return front + cell(" \(second)", cells.second) + cell(" \(third)", cells.third) + "|"
  }

  /// A bar and a text up to the next.
  private func cell(_ text: String, _ width: Int) -> String { "|" + text.column(width) }

  private func rule(_ mark: String) -> String { rule(mark, [cells.first, cells.second, cells.third]) }

  private func rule950(_ mark: String) -> String { rule(mark, [8, 18, cells.second, cells.third]) }

  private func rule(_ mark: String, _ widths: [Int]) -> String {
    "+" + widths.map { String(repeating: mark, count: $0) }.joined(separator: "+") + "+"
  }

  /// Between the chips of one card; without joints on A3.
  private var innerRule: String {
    layout == .physicalID ? rule("-", [inner]) : rule("-")
  }
}
