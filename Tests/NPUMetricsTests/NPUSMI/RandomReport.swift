internal import NPUMetrics

/// Makes reports that a layout can carry, from a seed alone.
struct RandomReport {
  private var generator: SeededGenerator
  private let layout: TablePrinter.Layout

  init(seed: UInt64, layout: TablePrinter.Layout) {
    generator = SeededGenerator(seed: seed)
    self.layout = layout
  }

  mutating func make() -> ChipReport {
    var report = ChipReport(kind: .info)
    report.versions = NPUSMIVersions(tool: pick(versions), driver: pick(versions))
    var npuID = pick([0, 0, 0, 3, 215, 2944, 32_768]) ?? 0
    var device = 0
    for _ in 0..<number(1...8) {
      var card = ChipCard(npuID: npuID)
      for index in 0..<(layout == .ascend950 ? 1 : number(1...4)) {
        card.chips.append(chip(npuID: npuID, index: index, device: device))
        device += 1
      }
      report.cards.append(card)
      npuID += number(1...3)
    }
    if layout.hasProcesses, number(0...4) > 0 { addProcesses(&report) }
    return report
  }

  private let versions = [
    "20.2.0", "21.0.4.B030", "22.0.3.1", "23.0.rc3.3", "24.1.RC2", "24.1.rc1.b030", "25.6.rc1.b143", "26.1.0", "x.x.x",
  ]

  private mutating func chip(npuID: Int, index: Int, device: Int) -> ChipStatus {
    var chip = ChipStatus(npuID: npuID, chipID: layout == .ascend950 ? nil : index)
    if layout.hasLogicID { chip.logicID = device }
    if layout.hasPhysicalID { chip.physicalID = device }
    chip.name = pick(["310", "310P3", "910B4-1", "910B", "Ascend910", "A2G3", "xxx", "910PremiumA", "Ascend 910A"])
    chip.health = pick([.ok, .ok, .ok, .warning, .alarm, .critical, .unknown, .other("Degraded"), nil]) ?? nil
    chip.busID = pick(["0000:C1:00.0", "0001:0A:1f.7", "10000:01:00.1", nil]) ?? nil
    chip.powerWatts = number(0...4) == 0 ? nil : Double(number(0...9999)) / 10
    chip.temperatureCelsius = number(0...6) == 0 ? nil : Double(number(-20...120))
    let rate = number(0...6) == 0 ? nil : Double(number(0...100))
    if layout == .ascend950 { chip.utilizationPercent = rate } else { chip.aiCorePercent = rate }
    chip.memory = memory()
    if layout.hasHBM { chip.hbm = memory() }
    if layout.hasHugepages, number(0...6) > 0 {
      let total = pick([0, 15, 970, 123_456]) ?? 0
      chip.hugepages = ChipHugepages(usedPages: number(0...total), totalPages: total)
    }
    return chip
  }

  private mutating func memory() -> ChipMemory? {
    switch number(0...6) {
    case 0: nil
    case 1, 2: ChipMemory(usedMegabytes: 0, totalMegabytes: 0)
    case 3:
      number(0...1) == 0
        ? ChipMemory(usedMegabytes: nil, totalMegabytes: 65_536) : ChipMemory(usedMegabytes: 12, totalMegabytes: nil)
    default:
      ChipMemory(usedMegabytes: number(0...32_768), totalMegabytes: pick([32_768, 65_536, 131_072, 1_048_576]) ?? 0)
    }
  }

  /// Some cards are busy, some idle, and some are not mentioned.
  private mutating func addProcesses(_ report: inout ChipReport) {
    for card in report.cards {
      switch number(0...3) {
      case 0: report.idleNPUs.append(card.npuID)
      case 1: break
      default:
        for chip in card.chips {
          for _ in 0..<number(0...8) { report.processes.append(process(of: chip)) }
        }
      }
    }
  }

  private mutating func process(of chip: ChipStatus) -> ChipProcess {
    ChipProcess(
      npuID: chip.npuID, chipID: chip.chipID, processID: number(1...4_194_304),
      containerProcessID: layout.hasContainerColumn && number(0...1) == 0 ? number(1...9999) : nil,
      name: pick(["python", "VLLMEngineCor", "sglangschedul", "tritonserver 0", "a", nil]) ?? nil,
      memoryBytes: number(0...131_072) << 20)
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { generator.integer(in: range) }

  private mutating func pick<Element>(_ choices: [Element]) -> Element? {
    choices.isEmpty ? nil : choices[number(0...choices.count - 1)]
  }
}
