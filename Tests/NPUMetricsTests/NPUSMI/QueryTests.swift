import Foundation
import NPUMetrics
import Testing

@Suite("Queries of npu-smi beside the table")
struct QueryTests {
  @Test("The number of a chip stands after its values")
  func trailing() throws {
    let report = try ChipReport(parsing: SMIFixture.text("usages-a3"))
    #expect(report.kind.rawValue == "usages")
    #expect(report.values.map(\.chipID) == [0, 1])
    #expect(report.chips.map(\.aiCorePercent) == [12, 13])
    #expect(report.chips.map(\.utilizationPercent) == [65, 65])
    #expect(report.chips.allSatisfy { $0.npuID == 4 && $0.hbm?.totalMegabytes == 65_536 && $0.hbm?.usedBytes == nil })
    #expect(report.values.map { $0.number("HBM Usage Rate(%)") } == [81, 82])
  }

  @Test("The number of a chip stands before its values, and keys have no prefix")
  func leading() throws {
    let report = try ChipReport(parsing: SMIFixture.text("usages-310b"))
    #expect(report.chips.map(\.chipID) == [0])
    #expect(report.chips.map(\.memory?.totalMegabytes) == [10_810])
    #expect(report.chips.map(\.aiCorePercent) == [21])
    #expect(report.chips.map(\.hbm) == [nil])
  }

  @Test("The board controller's temperature is not the chip's")
  func controller() throws {
    let report = try ChipReport(parsing: SMIFixture.text("common-910b"))
    #expect(report.kind.rawValue == "common")
    #expect(report.chips.map(\.temperatureCelsius) == [46])
    #expect(report.chips.map(\.powerWatts) == [130.4])
    #expect(report.values.map(\.controller) == [nil, "mcu"])
    #expect(report.values.map { $0.number("Temperature(C)") } == [46, 38])
  }

  @Test("Lost blank lines leave every value with its chip", arguments: ["usages-a3", "usages-310b", "common-910b"])
  func lostBlanks(name: String) throws {
    let text = try SMIFixture.text(name)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(try ChipReport(parsing: lines.joined(separator: "\n")) == (try ChipReport(parsing: text)))
  }

  @Test("Values whose chip was cut off belong to no chip")
  func cut() throws {
    let text = try SMIFixture.text("usages-a3")
    let end = try #require(text.range(of: "NPU Utilization(%)             : 65\n", options: .backwards)).upperBound
    let report = try ChipReport(parsing: String(text[..<end]))
    #expect(report.chips.map(\.chipID) == [0])
    #expect(report.values.map(\.chipID) == [0, nil])
    #expect(report.diagnostics.map(\.kind) == [.incompleteRow])
  }

  @Test(
    "A type is known by its keys",
    arguments: [
      ("volt", "\tVoltage(V)                     : 0.72\n"), ("volt", "\tVoltage(V)                     : NA\n"),
      ("temp", "\tNPU Temperature (C)            : 40\n"), ("power", "\tNPU Real-time Power(W)         : 100.1\n"),
      ("health", "\tHealth Status                  : OK\n\tError Code                     : NA\n"),
      ("err-count", "\tTX Error Count : 0\n\tRX Error Count : 0\n\tLcrc Error Count : 1\n\tRetry Count : 2\n"),
      ("pcie-err", "\tPcs Rx Error Count : 0\n\tPhy Lane Error Count : 3\n"),
      ("ecc", "\tHBM Single Bit Error Count               : 0\n"),
      ("flash", "\tFlash Count                    : 1\n\n\tFlash ID : 17\n\tCapacity(MB) : 64\n"),
      ("product", "\tProduct Type                   : Atlas 300I Duo\n"),
      ("board", "\tBoard ID                       : 0x02\n\tPCIe Bus Info                  : 0000:61:00.0\n"),
      ("sensors", "Soc Max Temperature (C)        : 67\nSFP Temperature (C)            : NA\n"),
      ("memory", "\tHBM Capacity(MB)               : 65536\n\tHBM Clock Speed(MHz)           : 1600\n"),
    ])
  func types(name: String, text: String) throws {
    let report = try ChipReport(parsing: text)
    #expect(report.kind.rawValue == name)
    #expect(report.values.count == 1)
    #expect(report.values.first?.npuID == nil)
    #expect(report.diagnostics.isEmpty)
  }

  @Test("A value may hold colons, signs of equality and blanks")
  func colons() throws {
    let text = "\tPCIe Bus Info                  : 0000:C1:00.0\n\tBoard ID                       : 0x68(1P) : a=b, c\n"
    let block = try #require(try ChipReport(parsing: text).values.first)
    #expect(block["PCIe Bus Info"] == "0000:C1:00.0")
    #expect(block["Board ID"] == "0x68(1P) : a=b, c")
    #expect(block.number("Board ID") == nil)
  }

  @Test("The capacity of the flash is no memory of the chip")
  func flash() throws {
    let text = "\tNPU ID  : 0\n\tFlash Count  : 1\n\n\tFlash ID  : 17\n\tCapacity(MB)  : 64\n\tChip ID  : 0\n"
    let report = try ChipReport(parsing: text)
    #expect(report.values.map(\.values.count) == [3])
    #expect(report.chips.map(\.memory) == [nil])
  }

  @Test("Several errors of one chip stay together across blank lines")
  func errors() throws {
    let text = """
      \tHealth Status                  : Alarm
      \tError Code                     : A4025021 8C03A000
      \tError Information              : first

      \t                               : second, with more
      """
    let block = try #require(try ChipReport(parsing: text).values.first)
    #expect(block.values.filter { $0.key == "Error Information" }.map(\.text) == ["first", "second, with more"])
  }

  @Test("Processes of a chip, with an empty name, and none")
  func processes() throws {
    let text = """
      \tNPU ID                         : 3
      \tChip Count                     : 2

      \tProcess id:42      Process name:python 3         Process memory(MB):177
      \tProcess id:43      Process name:                 Process memory(MB):0
      \tChip ID                        : 0

      \tNo process in device.
      \tChip ID                        : 1
      """
    let report = try ChipReport(parsing: text)
    #expect(
      report.processes == [
        ChipProcess(npuID: 3, chipID: 0, processID: 42, name: "python 3", memoryBytes: 177 << 20),
        ChipProcess(npuID: 3, chipID: 0, processID: 43, name: nil, memoryBytes: 0),
      ])
    #expect(report.idleNPUs.isEmpty)
    let idle = try ChipReport(parsing: "\tNPU ID : 3\n\tNo process in device.\n\tChip ID : 0\n")
    #expect(idle.kind.rawValue == "proc-mem")
    #expect(idle.idleNPUs == [3])
  }

  @Test("The list of cards, and that some of it is missing")
  func list() throws {
    let text = """
      \tCard Count                     : 2

      \tNPU ID                         : 1
      \tProduct Name                   : Atlas 300I
      \tSerial Number                  : 0123
      \tChip Count                     : 4

      \tNPU ID                         : 5
      \tChip Count                     : 4
      """
    let report = try ChipReport(parsing: text)
    #expect(
      report.cards == [
        ChipCard(npuID: 1, chipCount: 4, productName: "Atlas 300I", serialNumber: "0123"),
        ChipCard(npuID: 5, chipCount: 4),
      ])
    #expect(report.diagnostics.isEmpty)
    let part = try ChipReport(parsing: text.split(separator: "\n").prefix(5).joined(separator: "\n"))
    #expect(part.diagnostics.map(\.kind) == [.truncated])
  }

  @Test("The numbers of chips: logic and physical, a name with a blank, controllers apart")
  func mapping() throws {
    let text = """
      \tNPU ID      Chip ID     Chip Logic ID     Chip Phy-ID     Chip Name
      \t3           0           0                 6               Ascend 910B3
      \t3           1           1                 7               910B4-1
      \t3           2           -                 -               Mcu
      """
    let report = try ChipReport(parsing: text)
    #expect(report.kind == .mapping)
    #expect(report.chips.map(\.logicID) == [0, 1])
    #expect(report.chips.map(\.physicalID) == [6, 7])
    #expect(report.chips.map(\.name) == ["Ascend 910B3", "910B4-1"])
    #expect(report.values == [ChipValueBlock(npuID: 3, chipID: 2, controller: "Mcu")])
    let slots = try ChipReport(parsing: "NPU ID  Slot ID  Chip ID  Chip Phy-ID  Chip Name\n1  2  0  1  xxx\n")
    #expect(slots.chips.map(\.slotID) == [2])
    #expect(slots.chips.map(\.logicID) == [nil])
    let torn = try ChipReport(parsing: text + "\n\t4  0  x\n")
    #expect(torn.chips.count == 2)
    #expect(torn.diagnostics.map(\.kind) == [.unreadableRow])
  }

  @Test("info watch by its headings, whichever columns were asked for")
  func watch() throws {
    let text = """
      NpuID(Idx)  ChipId(Idx) Pwr(W)      Temp(C)     AI Core(%)  NPU Util(%)
      0           0           100.5       40          3           77
      1           0           -           NA          0           78
      0           0           101.5       41          5           79
      0           0           10
      """
    let report = try ChipReport(parsing: text)
    #expect(report.kind == .watch)
    #expect(report.values.count == 3)
    #expect(report.values.map(\.npuID) == [0, 1, 0])
    #expect(report.chips.map(\.powerWatts) == [101.5, nil])
    #expect(report.chips.map(\.utilizationPercent) == [79, 78])
    #expect(report.diagnostics.map(\.kind) == [.unreadableRow])
    let some = try ChipReport(parsing: "NpuID(Idx)  Pwr(W)      Temp(C) \n3           280.8       84\n")
    #expect(
      some.chips == [
        with(ChipStatus(npuID: 3, chipID: nil)) {
          $0.powerWatts = 280.8; $0.temperatureCelsius = 84
        }
      ])
  }

  @Test("The topology by order, with and without indentation, network cards and affinity")
  func topology() throws {
    let body = """
      Phy-ID0    X          SIO        PIX       0-63,128-191
      Phy-ID1    SIO        X          SYS       64-127

      Legend:
        X    = Self
      """
    for header in ["\t   Phy-ID0    Phy-ID1    NIC0      CPU Affinity\n", "Phy-ID0 Phy-ID1 NIC0 CPU Affinity\n"] {
      let report = try ChipReport(parsing: header + body)
      let topology = try #require(report.topology)
      #expect(topology.devices == ["Phy-ID0", "Phy-ID1", "NIC0"])
      #expect(topology.rows.map(\.links) == [["X", "SIO", "PIX"], ["SIO", "X", "SYS"]])
      #expect(topology.rows.map(\.cpuAffinity) == ["0-63,128-191", "64-127"])
      #expect(report.diagnostics.isEmpty)
    }
    let torn = try ChipReport(parsing: "NPU0 NPU1\nNPU0 X HCCS\nNPU1 HCCS\n")
    #expect(torn.topology?.rows.count == 1)
    #expect(torn.diagnostics.map(\.kind) == [.unreadableRow, .truncated])
  }

  @Test("The version of the tool")
  func version() throws {
    let report = try ChipReport(parsing: "npu-smi version: 24.1.rc2\n")
    #expect(report == ChipReport(kind: .version, versions: NPUSMIVersions(tool: "24.1.rc2")))
  }

  private func with(_ chip: ChipStatus, _ change: (inout ChipStatus) -> Void) -> ChipStatus {
    var chip = chip
    change(&chip)
    return chip
  }
}
