import NPUMetrics
import Testing

@Suite("The seven layouts of the info table")
struct InfoLayoutTests {
  @Test("The oldest: Device, no hugepages, a name of digits, gaps in the card numbers")
  func device() throws {
    let report = try ChipReport(parsing: SMIFixture.text("v1-device"))
    #expect(report.versions == NPUSMIVersions(tool: "21.0.2", driver: "21.0.2"))
    #expect(report.cards.map(\.npuID) == [2, 5])
    #expect(report.chips.map(\.chipID) == [0, 1, 0, 1])
    #expect(report.chips.map(\.logicID) == [0, 1, 2, 3])
    #expect(
      report.chips.allSatisfy { $0.name == "310" && $0.physicalID == nil && $0.hbm == nil && $0.hugepages == nil })
    #expect(report.chips.map(\.memory?.usedMegabytes) == [2621, 2702, 8192, 99])
    #expect(report.chips.map(\.aiCorePercent) == [0, 7, 0, 7])
    #expect(report.diagnostics.isEmpty)
  }

  @Test("Device with hugepages: two chips share a bus, no power, a card number of five digits")
  func deviceHugepages() throws {
    let report = try ChipReport(parsing: SMIFixture.text("v2-device-hugepages"))
    let chips = report.chips
    #expect(chips.map(\.npuID) == [32_768, 32_768])
    #expect(chips.map(\.health) == [.ok, .alarm])
    #expect(chips.allSatisfy { $0.powerWatts == nil && $0.busID == "0000:81:00.0" })
    #expect(chips.map(\.hugepages) == Array(repeating: ChipHugepages(usedPages: 12, totalPages: 970), count: 2))
    #expect(
      report.processes == [
        ChipProcess(npuID: 32_768, chipID: 1, processID: 4711, name: "gunicorn", memoryBytes: 1336 << 20)
      ])
  }

  @Test("HBM without hugepages: both memories are real")
  func hbm() throws {
    let chip = try #require(try ChipReport(parsing: SMIFixture.text("v3-hbm")).chips.first)
    #expect(chip.memory == ChipMemory(usedBytes: 2621 << 20, totalBytes: 15_137 << 20))
    #expect(chip.hbm == ChipMemory(usedBytes: 0, totalBytes: 32_768 << 20))
    #expect(chip.hugepages == nil)
    #expect(chip.logicID == nil)
  }

  @Test("HBM with hugepages: no blank before the slash of a full field, a name with a dash")
  func hbmHugepages() throws {
    let report = try ChipReport(parsing: SMIFixture.text("v4-hbm-hugepages"))
    #expect(report.chips.map(\.npuID) == [0, 1, 3])
    #expect(report.chips.map(\.hbm?.usedMegabytes) == [60_478, 4175, 0])
    #expect(report.chips.allSatisfy { $0.name == "910B4-1" })
    #expect(report.processes.map(\.name) == ["VLLMEngineCor", "python"])
    #expect(report.idleNPUs == [1, 3])
  }

  @Test("Phy-ID: the second chip of a card has no power, a process in a container has no name")
  func physicalID() throws {
    let report = try ChipReport(parsing: SMIFixture.text("v5-physical-id"))
    #expect(report.chips.map(\.physicalID) == [0, 1, 8, 9])
    #expect(report.chips.map(\.powerWatts) == [170.5, nil, 170.5, nil])
    #expect(report.processes.map(\.name) == [nil, nil])
    #expect(report.processes.map(\.chipID) == [0, 1])
    #expect(report.idleNPUs == [4])
  }

  @Test("Wide: the number of a process in its container")
  func wide() throws {
    let report = try ChipReport(parsing: SMIFixture.text("v6-wide"))
    #expect(report.chips.map(\.health) == [.critical, .ok])
    #expect(report.chips.map(\.hbm?.totalMegabytes) == [65_536, 65_536])
    #expect(report.processes.map(\.containerProcessID) == [nil, 18])
  }

  @Test("950: four cells, the use of the whole NPU in place of the AI cores, no chip numbers")
  func ascend950() throws {
    let report = try ChipReport(parsing: SMIFixture.text("v7-950"))
    #expect(report.chips.map(\.npuID) == [0, 1])
    #expect(report.chips.map(\.utilizationPercent) == [64, 65])
    #expect(report.chips.allSatisfy { $0.aiCorePercent == nil && $0.chipID == nil })
    #expect(report.chips.map(\.busID) == ["0000:71:00.0", nil])
    #expect(report.processes.map(\.npuID) == [1])
    #expect(report.processes.map(\.chipID) == [nil])
  }
}
