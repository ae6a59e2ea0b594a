import NPUMetrics
import NPUSimulator
import Testing

@Suite("The simulated npu-smi is read by the parser as the scenario says")
struct SMISimulatorTests {
  /// What the parser makes of the answer to a command line.
  private func report(
    _ arguments: [String], _ scenario: SMIScenario, elapsed: Double = 0, load: Double? = nil
  ) throws -> ChipReport {
    let answer = SMISimulator(scenario).output(for: SMICommandLine(arguments), elapsed: elapsed, load: load)
    return try ChipReport(parsing: try #require(answer).text)
  }

  /// The memory that models are loaded to, in MB.
  private func used(_ chip: ChipStatus, _ layout: SMILayout) -> Int? {
    (layout == .device || layout == .deviceHugepages ? chip.memory : chip.hbm)?.usedMegabytes
  }

  @Test("Idle: every chip with every value, and no process", arguments: SMILayout.allCases)
  func idle(layout: SMILayout) throws {
    let report = try report(["info"], SMIScenario(layout: layout, cards: 3))
    #expect(report.versions == NPUSMIVersions(tool: layout.version, driver: layout.version))
    #expect(report.cards.map(\.npuID) == [0, 1, 2])
    #expect(report.chips.count == 3 * layout.chipsPerCard)
    #expect(report.diagnostics.isEmpty)
    #expect(report.processes.isEmpty)
    #expect(report.idleNPUs == (layout == .device || layout == .hbm ? [] : [0, 1, 2]))
    for chip in report.chips {
      #expect(chip.name == layout.chipName)
      #expect(chip.health == .ok)
      #expect(chip.temperatureCelsius != nil)
      #expect(chip.busID != nil)
      #expect((layout == .ascend950 ? chip.utilizationPercent : chip.aiCorePercent) == 0)
      #expect((chip.chipID == nil) == (layout == .ascend950))
      #expect(used(chip, layout) == layout.memoryMegabytes / 20)
    }
    let isPowered = report.chips.map { $0.powerWatts != nil }
    switch layout {
    case .deviceHugepages: #expect(!isPowered.contains(true))
    case .physicalID: #expect(isPowered == [true, false, true, false, true, false])
    default: #expect(!isPowered.contains(false))
    }
  }

  @Test("A load raises use, power and temperature, and shows a process", arguments: SMILayout.allCases)
  func load(layout: SMILayout) throws {
    let idle = try report(["info"], SMIScenario(layout: layout, cards: 1)).chips
    let scenario = SMIScenario(layout: layout, cards: 1, load: .ramp(seconds: 100))
    let half = try report(["info"], scenario, elapsed: 50)
    let full = try report(["info"], scenario, elapsed: 200)
    for (index, chip) in full.chips.enumerated() {
      #expect((chip.aiCorePercent ?? chip.utilizationPercent) == 95)
      #expect(chip.temperatureCelsius ?? 0 > half.chips[index].temperatureCelsius ?? 0)
      #expect(half.chips[index].temperatureCelsius ?? 0 > idle[index].temperatureCelsius ?? 0)
      if layout != .device, let power = chip.powerWatts { #expect(power > half.chips[index].powerWatts ?? power) }
    }
    if layout != .device && layout != .hbm {
      #expect(full.processes.map(\.name) == Array(repeating: "VLLMEngineCor", count: layout.chipsPerCard))
      #expect(full.idleNPUs.isEmpty)
    }
    let measured = try report(["info"], SMIScenario(layout: layout, cards: 1), load: 1)
    #expect(measured.chips == full.chips)
  }

  @Test("A leak grows by its rate until the memory is full", arguments: SMILayout.allCases)
  func leak(layout: SMILayout) throws {
    let scenario = SMIScenario(layout: layout, cards: 1, leakMegabytesPerMinute: 5)
    let memory = try [0.0, 60, 600, 1e9].map { elapsed in
      try #require(try report(["info"], scenario, elapsed: elapsed).chips.first.flatMap { used($0, layout) })
    }
    #expect(memory[1] - memory[0] == 5)
    #expect(memory[2] - memory[0] == 50)
    #expect(memory[3] == layout.memoryMegabytes)
  }

  @Test("A lost card is unknown, and an alarm is an alarm", arguments: SMILayout.allCases)
  func lost(layout: SMILayout) throws {
    let chips = try report(["info"], SMIScenario(layout: layout, cards: 3, lostCard: 1, alarmCard: 2)).chips
    for chip in chips {
      #expect(chip.health == [.ok, .unknown, .alarm][chip.npuID])
      #expect((used(chip, layout) == 0) == (chip.npuID == 1))
    }
  }

  @Test(
    "A failing driver answers every command with its sentence and code",
    arguments: [
      (SMIFault.driverError, NPUSMIError.Kind.initializationFailed, -8005), (.deviceInUse, .deviceInUse, -8020),
      (.boardType, .boardTypeUnknown, -9005),
    ], [["info"], ["-v"], ["info", "-t", "usages", "-i", "0"]])
  func failure(fault: (SMIFault, NPUSMIError.Kind, Int), arguments: [String]) throws {
    let simulator = SMISimulator(SMIScenario(fault: fault.0))
    let answer = try #require(simulator.output(for: SMICommandLine(arguments), elapsed: 0))
    let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: answer.text) }
    #expect(error.kind == fault.1)
    #expect(error.code == fault.2)
    #expect(answer.exitStatus == UInt8(truncatingIfNeeded: fault.2))
  }

  @Test("A truncated answer gives the complete chips", arguments: SMILayout.allCases)
  func truncated(layout: SMILayout) throws {
    let whole = try report(["info"], SMIScenario(layout: layout))
    let part = try report(["info"], SMIScenario(layout: layout, fault: .truncated))
    #expect(part.chips == Array(whole.chips.prefix(part.chips.count)))
    #expect(!part.diagnostics.isEmpty)
    #expect(SMISimulator(SMIScenario(layout: layout, fault: .hang)).output(for: .info, elapsed: 0) == nil)
  }

  @Test("-l and -m name the same chips as the table", arguments: SMILayout.allCases)
  func lists(layout: SMILayout) throws {
    let scenario = SMIScenario(layout: layout, cards: 4)
    let table = try report(["info"], scenario)
    let list = try report(["info", "-l"], scenario)
    #expect(list.kind == .list)
    #expect(list.cards.map(\.npuID) == table.cards.map(\.npuID))
    let mapping = try report(["info", "-m"], scenario)
    #expect(mapping.kind == .mapping)
    #expect(mapping.chips.map(\.npuID) == table.chips.map(\.npuID))
    #expect(layout == .ascend950 || mapping.chips.map(\.chipID) == table.chips.map(\.chipID))
    #expect(list.diagnostics.isEmpty && mapping.diagnostics.isEmpty)
    let topology = try report(["info", "-t", "topo"], scenario)
    #expect(topology.topology?.rows.count == table.chips.count)
    #expect(try report(["-v"], scenario).versions.tool == layout.version)
  }

  @Test(
    "Each type of query says the same as the table", arguments: SMILayout.allCases,
    [
      "usages", "memory", "common", "temp", "power", "health", "volt", "ecc", "board", "product", "flash", "err-count",
      "pcie-err", "proc-mem",
    ])
  func queries(layout: SMILayout, type: String) throws {
    let scenario = SMIScenario(layout: layout, cards: 2, load: .constant(0.5))
    // A chip without a power of its own does not answer that query.
    let table = try report(["info"], scenario).chips.filter {
      $0.npuID == 1 && (type != "power" || $0.powerWatts != nil)
    }
    let answer = try report(["info", "-t", type, "-i", "1"], scenario)
    #expect(answer.kind.rawValue == type)
    #expect(answer.diagnostics.isEmpty, "\(answer.diagnostics)")
    guard type != "board" else { return }
    #expect(answer.chips.map(\.npuID) == table.map(\.npuID))
    #expect(answer.chips.map(\.chipID) == table.map(\.chipID))
    for (chip, other) in zip(answer.chips, table) {
      if type == "usages", layout != .ascend950 { #expect(chip.aiCorePercent == other.aiCorePercent) }
      if type == "temp" || type == "common" { #expect(chip.temperatureCelsius == other.temperatureCelsius) }
      if type == "power", layout != .device { #expect(chip.powerWatts == other.powerWatts) }
      if type == "health" { #expect(chip.health == other.health) }
      if type == "memory" || type == "usages" {
        #expect((chip.hbm ?? chip.memory)?.totalMegabytes == layout.memoryMegabytes)
      }
    }
    if type == "proc-mem" { #expect(answer.processes.count == layout.chipsPerCard) }
  }

  @Test("A chip of a card, and numbers that do not exist")
  func chip() throws {
    let scenario = SMIScenario(layout: .physicalID, cards: 2)
    let report = try report(["info", "-t", "usages", "-i", "1", "-c", "1"], scenario)
    #expect(report.values.count == 1)
    #expect(report.values.first?.npuID == nil)
    for arguments in [["-i", "2"], ["-i", "1", "-c", "2"], [], ["-i", "x"]] {
      let answer = SMISimulator(scenario).output(for: SMICommandLine(["info", "-t", "usages"] + arguments), elapsed: 0)
      #expect(answer?.exitStatus == UInt8(truncatingIfNeeded: -9001))
      let error = #expect(throws: NPUSMIError.self) { try ChipReport(parsing: answer?.text ?? "") }
      #expect(error?.kind == .invalidArgument)
    }
  }

  @Test("Lines of info watch, with the columns that were asked for", arguments: SMILayout.allCases)
  func watch(layout: SMILayout) throws {
    let simulator = SMISimulator(SMIScenario(layout: layout, cards: 2, load: .constant(1)))
    let command = SMICommandLine(["info", "watch", "-i", "1", "-d", "5"])
    var text = try #require(simulator.output(for: command, elapsed: 0)).text
    text += try #require(simulator.watchRound(command, elapsed: 5))
    let report = try ChipReport(parsing: text)
    #expect(report.kind == .watch)
    #expect(report.values.count == 2 * layout.chipsPerCard)
    #expect(report.values.allSatisfy { $0.npuID == 1 && $0.number("AI Core(%)") == 95 })
    #expect(report.chips.count == layout.chipsPerCard)
  }

  @Test(
    "Shapes of load",
    arguments: [
      ("0.25", 7.0, 0.25), ("square:10", 2, 1), ("square:10", 7, 0), ("ramp:10", 5, 0.5), ("ramp:10", 50, 1),
      ("sine:10", 2.5, 1), ("sine:10", 7.5, 0), ("sine:10", 5, 0.5),
    ])
  func shapes(text: String, seconds: Double, fraction: Double) throws {
    let shape: SMILoadShape = try #require(SMILoadShape(text))
    let scenario = SMIScenario(cards: 1, load: shape)
    let rate = try report(["info"], scenario, elapsed: seconds).chips.first?.aiCorePercent
    #expect(rate == (fraction * 95).rounded())
  }

  @Test("Texts that are no load", arguments: ["", "2", "-1", "nan", "sine", "sine:0", "sine:-5", "sine:inf", "saw:3"])
  func noShape(text: String) {
    #expect(SMILoadShape(text) == nil)
  }
}
