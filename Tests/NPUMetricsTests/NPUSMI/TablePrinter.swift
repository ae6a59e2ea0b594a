internal import NPUMetrics
internal import Testing

/// Lays out a report as the tool's table, in one of its seven layouts; shares nothing with the parser.
struct TablePrinter {
  /// The layouts, from the oldest to the newest.
  enum Layout: String, CaseIterable, CustomTestStringConvertible {
    case device
    case deviceHugepages
    case hbm
    case hbmHugepages
    case physicalID
    case wide
    case ascend950

    var testDescription: String { rawValue }
    var hasHBM: Bool { self != .device && self != .deviceHugepages }
    var hasHugepages: Bool { self != .device && self != .hbm }
    var hasProcesses: Bool { self != .device && self != .hbm }
    var hasContainerColumn: Bool { self == .wide || self == .ascend950 }
    var hasPhysicalID: Bool { self == .physicalID }
    var hasLogicID: Bool { self == .device || self == .deviceHugepages }
  }

  var layout: Layout
  /// The widths of the three cells, which differ between versions of the driver.
  var widths: [Int]

  init(_ layout: Layout) {
    self.layout = layout
    widths =
      switch layout {
      case .device: [19, 17, 40]
      case .deviceHugepages: [31, 17, 54]
      case .wide, .ascend950: [27, 15, 70]
      default: [27, 15, 52]
      }
  }

  func text(_ report: ChipReport) -> String {
    var lines = [
      rule("-", joints: false),
      bar([" npu-smi \(pad(report.versions.tool ?? "", 24))Version: \(report.versions.driver ?? "")"], [whole]),
      rule("-"),
    ]
    lines += headings
    lines.append(rule("="))
    for card in report.cards {
      for (index, chip) in card.chips.enumerated() {
        lines += rows(chip)
        let isLast = index == card.chips.count - 1
        lines.append(isLast ? rule("=") : rule("-", joints: layout != .physicalID))
      }
    }
    if layout.hasProcesses, !report.processes.isEmpty || !report.idleNPUs.isEmpty { lines += processes(report) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var whole: Int { widths.reduce(widths.count - 1, +) }

  private var headings: [String] {
    let huge = layout.hasHugepages ? " Hugepages-Usage(page)" : ""
    let usage = layout.hasHBM ? "Memory-Usage(MB)  HBM-Usage(MB)" : "Memory-Usage(MB)"
    if layout == .ascend950 {
      return [
        bar([" NPU ID ", " Name", " Health", " Power(W)    Temp(C)          \(huge)"], cells950),
        bar(["", "", " Bus-Id", " NPU Util(%) \(usage)"], cells950),
      ]
    }
    let chip =
      if layout.hasLogicID { " Chip    Device" } else if layout.hasPhysicalID { " Chip  Phy-ID" } else { " Chip" }
    return [
      bar([" NPU     Name", " Health", " Power(W)     Temp(C)          \(huge)"], widths),
      bar([chip, " Bus-Id", " AICore(%)    \(usage)"], widths),
    ]
  }

  private var cells950: [Int] { [8, widths[0] - 9, widths[1], widths[2]] }

  private func rows(_ chip: ChipStatus) -> [String] {
    let power = pad(chip.powerWatts.map(decimal) ?? (chip.chipID == 1 ? "-" : "NA"), 12)
    let temperature = pad(chip.temperatureCelsius.map(decimal) ?? "NA", 17)
    let huge = chip.hugepages.map { pair($0.usedPages, $0.totalPages, 5) } ?? "NA"
    let upper = " \(power) \(temperature) \(layout.hasHugepages ? huge : "")"
    let rate = pad((chip.aiCorePercent ?? chip.utilizationPercent).map(decimal) ?? "NA", 11)
    let memory = chip.memory.map { pair($0.usedMegabytes, $0.totalMegabytes, 5) } ?? "NA"
    let hbm = chip.hbm.map { pair($0.usedMegabytes, $0.totalMegabytes, 5) } ?? "NA"
    let lower = " \(rate) \(pad(memory, 15)) \(layout.hasHBM ? hbm : "")"
    let health = " \(chip.health?.rawValue ?? "NA")"
    let bus = " \(chip.busID ?? "NA")"
    if layout == .ascend950 {
      return [
        bar([" \(chip.npuID)", " \(chip.name ?? "NA")", health, upper], cells950), bar(["", "", bus, lower], cells950),
      ]
    }
    let second = layout.hasLogicID ? chip.logicID : layout.hasPhysicalID ? chip.physicalID : nil
    let ids = " \(pad(chip.chipID.map { "\($0)" } ?? "", 7)) \(second.map { "\($0)" } ?? "")"
    return [
      bar([" \(pad("\(chip.npuID)", 7)) \(chip.name ?? "NA")", health, upper], widths), bar([ids, bus, lower], widths),
    ]
  }

  private func processes(_ report: ChipReport) -> [String] {
    let container = layout.hasContainerColumn
    let cells = [widths[0], widths[1]] + (container ? [20, 23, widths[2] - 45] : [26, widths[2] - 27])
    let owner = layout == .ascend950 ? " NPU ID" : " NPU     Chip"
    var lines = layout == .ascend950 ? [] : [rule("-")]
    lines.append(
      bar(
        [owner, " Process id", " Process name", " Process memory(MB)"]
          + (container ? [" Process id in container"] : []),
        cells))
    lines.append(rule("="))
    for card in report.cards {
      for process in report.processes where process.npuID == card.npuID {
        let chip = process.chipID.map { " \($0)" } ?? ""
        let memory = process.memoryBytes.map { "\($0 / ChipMemory.bytesPerMegabyte)" } ?? "NA"
        var row = [
          " \(pad("\(card.npuID)", 7))\(chip)", " \(process.processID.map { "\($0)" } ?? "NA")",
          " \(process.name ?? "")", " \(memory)",
        ]
        if container { row.append(" \(process.containerProcessID.map { "\($0)" } ?? "NA")") }
        lines.append(bar(row, cells))
      }
      if report.idleNPUs.contains(card.npuID) {
        lines.append(bar([" No running processes found in NPU \(card.npuID)"], [whole]))
      }
      lines.append(rule("="))
    }
    return lines
  }

  /// A longer text pushes what follows, as `printf` does.
  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func bar(_ texts: [String], _ widths: [Int]) -> String {
    "|" + zip(texts, widths).map { pad($0, $1) + "|" }.joined()
  }

  private func rule(_ mark: Character, joints: Bool = true) -> String {
    let parts = (joints ? widths : [whole]).map { String(repeating: mark, count: $0) }
    return "+" + parts.joined(separator: "+") + "+"
  }

  /// No blank before the slash once the first number fills its field.
  private func pair(_ used: Int?, _ total: Int?, _ width: Int) -> String {
    "\(pad(used.map { "\($0)" } ?? "NA", width))/ \(total.map { "\($0)" } ?? "NA")"
  }

  private func decimal(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e6 ? "\(Int(number))" : "\(number)"
  }
}
