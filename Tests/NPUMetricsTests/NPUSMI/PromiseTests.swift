import Foundation
import NPUMetrics
import Testing

@Suite("What the npu-smi parser promises")
struct PromiseTests {
  @Test("Headings decide: unknown columns and unknown health words are kept as they are")
  func headings() throws {
    let text = try SMIFixture.text("v6-wide")
      .replacing("Hugepages-Usage(page)   |", with: "Vector(%)               |")
      .replacing("Critical", with: "Throttled")
    let chips = try ChipReport(parsing: text).chips
    #expect(chips.map(\.otherColumns) == Array(repeating: [ChipValue(key: "Vector(%)", text: "0    / 0")], count: 2))
    #expect(chips.map(\.hugepages) == [nil, nil])
    #expect(chips.map(\.health) == [.other("Throttled"), .ok])
    #expect(chips.map(\.powerWatts) == [100.5, 101.5])
    #expect(chips.map(\.hbm?.usedMegabytes) == [8676, 8676])
  }

  @Test("NA, - and missing are nil and not 0; 0 / 0 is neither", arguments: ["NA", "-"])
  func missing(mark: String) throws {
    let text = try SMIFixture.table(
      replacing: "100.5               ", with: mark.padding(toLength: 20, withPad: " ", startingAt: 0))
    let chip = try #require(try ChipReport(parsing: text).chips.first)
    #expect(chip.powerWatts == nil)
    #expect(chip.temperatureCelsius == 50)
    #expect(chip.memory?.isUnreported == true)
    #expect(chip.hbm?.isUnreported == false)
    #expect(chip.logicID == nil)
    #expect(chip.aiCorePercent == 3)
    #expect(ChipMemory(usedMegabytes: 0, totalMegabytes: 1).isUnreported == false)
  }

  @Test("A cut row yields the complete rows before it and a diagnostic")
  func truncated() throws {
    let text = try SMIFixture.text("v4-hbm-hugepages")
    let end = try #require(text.range(of: "| 3     910B4-1")).upperBound
    let report = try ChipReport(parsing: String(text[..<end]))
    #expect(report.chips.map(\.npuID) == [0, 1])
    #expect(report.diagnostics.map(\.kind) == [.incompleteRow, .truncated])
  }

  @Test("Rows without headings are read by their shape, and that is said")
  func withoutHeadings() throws {
    for name in ["v2-device-hugepages", "v4-hbm-hugepages", "v5-physical-id", "v7-950"] {
      let text = try SMIFixture.text(name)
      let whole = try ChipReport(parsing: text)
      let lines = text.split(separator: "\n").dropFirst(6)
      let report = try ChipReport(parsing: lines.joined(separator: "\n"))
      #expect(report.chips == whole.chips, "\(name)")
      #expect(report.processes == whole.processes, "\(name)")
      #expect(report.diagnostics.map(\.kind) == [.missingHeader], "\(name)")
    }
  }

  @Test("A second row completes only the first row directly above it")
  func orphans() throws {
    var lines = try SMIFixture.text("v1-device").split(separator: "\n").map(String.init)
    // The first rows of the second chip and the second row of the third are lost.
    lines.remove(at: 13)
    lines.remove(at: 9)
    let report = try ChipReport(parsing: lines.joined(separator: "\n"))
    #expect(report.chips.map(\.npuID) == [2, 5])
    #expect(report.chips.map(\.logicID) == [0, 3])
    #expect(report.diagnostics.map(\.kind) == [.orphanRow, .incompleteRow])
  }

  @Test("A table with no device row is an error that carries the text")
  func noRow() throws {
    let text = try SMIFixture.text("v1-device").split(separator: "\n").prefix(6).joined(separator: "\n")
    let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
    #expect(error.kind == .noDeviceRow)
    #expect(error.text == text)
  }

  @Test("An idle card beside refused device rows does not make a report")
  func refusedWithProcesses() throws {
    let text = try SMIFixture.text("v4-hbm-hugepages").replacing("HBM-Usage(MB)", with: "HBM-Usage(MB) X")
    let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
    #expect(error.kind == .noDeviceRow)
    #expect(!error.diagnostics.isEmpty)
  }

  @Test(
    "A re-drawn row loses its values and never gives plausible wrong ones",
    arguments: [
      // A cell too many, a cell too few.
      ("| 910B3 ", "910B3 | x"), ("8676 / 65536", "8676 | / 65536"), ("0000:C0:00.0  |", "0000:C0:00.0   "),
      // A value too many, a value too few, a slash lost.
      ("8676 / 65536", "8676 / 65536 7"), ("100.5                50", "100.5                  "),
      ("8676 / 65536", "8676   65536"),
      // Columns exchanged.
      (
        "| Critical      | 100.5                50                      0    / 0                |",
        "| 100.5         | Critical             50                      0    / 0                |"
      ),
      ("| 0000:C0:00.0  |", "| Critical      |"),
    ])
  func redrawn(old: String, new: String) throws {
    var old = old
    if !(try SMIFixture.text("v6-wide").contains(old)) { old = old.replacing("| 910B3", with: "910B3") }
    let report = try ChipReport(parsing: SMIFixture.table(replacing: old, with: new))
    #expect(report.chips.map(\.npuID) == [1])
    #expect(!report.diagnostics.isEmpty)
  }

  @Test(
    "A value that is not what its heading says is nil, and the others are kept",
    arguments: [
      ("100.5 ", "0-78  "), ("100.5 ", "1e3   "), ("100.5 ", "0x10  "),
      ("3                    0    / 0", "300                  0    / 0"),
      ("8676 / 65536", "65537/ 65536"), ("8676 / 65536", "867.6/ 65536"),
    ])
  func unreadable(old: String, new: String) throws {
    let report = try ChipReport(parsing: SMIFixture.table(replacing: old, with: new))
    #expect(report.chips.count == 2)
    #expect(report.diagnostics.map(\.kind) == [.unreadableValue])
    let chip = try #require(report.chips.first)
    let absent = [chip.powerWatts == nil, chip.aiCorePercent == nil, chip.hbm == nil]
    #expect(absent.count { $0 } == 1)
  }

  @Test("Two outputs after each other are not mixed")
  func further() throws {
    let text = try SMIFixture.text("v6-wide")
    let report = try ChipReport(parsing: text + text)
    #expect(report.chips == (try ChipReport(parsing: text)).chips)
    #expect(report.diagnostics.map(\.kind) == [.furtherOutput])
  }

  @Test("The same chip twice in one table is kept once")
  func duplicate() throws {
    let text = try SMIFixture.text("v1-device").replacing(
      "| 1       1         | 0000:1B", with: "| 0       1         | 0000:1B")
    let report = try ChipReport(parsing: text)
    #expect(report.chips.count == 3)
    #expect(report.diagnostics.map(\.kind) == [.duplicateChip])
  }

  @Test("What is longer than the limit is refused, and nothing is not something")
  func bounds() {
    let large = [UInt8](repeating: 0x20, count: ChipReport.sizeLimit + 1)
    #expect(throws: NPUSMIError.self) { try ChipReport(parsing: large) }
    for text in ["", " \n\t\r\n", "\u{FEFF}"] {
      let error = #expect(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
      #expect(error?.kind == .empty)
    }
    for text in ["hello", "| a | b |\n+--+", "NPU utilisation was fine today: 42", "{\"chips\": []}"] {
      let error = #expect(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
      #expect(error?.kind == .unrecognized, "\(text)")
    }
  }
}
