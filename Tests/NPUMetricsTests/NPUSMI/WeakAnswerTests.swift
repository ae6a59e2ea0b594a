import NPUMetrics
import Testing

@Suite("Log lines that look like values of npu-smi")
struct WeakAnswerTests {
  @Test("A log line with a unit before a table does not swallow it")
  func logLineBeforeTable() throws {
    let text = try SMIFixture.text("v6-wide")
    for line in ["Free memory(MB) : 3000", "Retries Count : 3", "Load(%) : 3\nother    : 4"] {
      let report = try ChipReport(parsing: line + "\n" + text)
      #expect(report == (try ChipReport(parsing: text)), "\(line)")
    }
  }

  @Test("A table behind an accepted answer is named and not mixed into it")
  func tableBehindAnswer() throws {
    let answer = """
      \tNPU ID                         : 0
      \tChip Count                     : 1

      \tNPU Real-time Power(W)         : 103.5
      \tChip ID                        : 0

      """
    let report = try ChipReport(parsing: answer + (try SMIFixture.text("v6-wide")))
    #expect(report.kind.rawValue == "power")
    #expect(report.chips.map(\.powerWatts) == [103.5])
    #expect(report.diagnostics.map(\.kind) == [.furtherOutput])
  }

  @Test("A value alone is still an answer")
  func valueAlone() throws {
    let report = try ChipReport(parsing: "Free memory(MB) : 3000\n| a | b |\n")
    #expect(report.kind == .values)
    #expect(report.diagnostics.isEmpty)
  }
}

@Suite("Values of npu-smi that cannot be")
struct ImpossibleValueTests {
  @Test(
    "A percentage outside 0 to 100 and a negative power are nil in key/value answers, with a diagnostic",
    arguments: ["Aicore Usage Rate(%)", "NPU Utilization(%)", "NPU Real-time Power(W)"])
  func keyValues(key: String) throws {
    let value = key.hasSuffix("(W)") ? "-5" : "250"
    let text = "\tNPU ID : 0\n\tChip Count : 1\n\n\t\(key) : \(value)\n\tChip ID : 0\n"
    let report = try ChipReport(parsing: text)
    let chip = try #require(report.chips.first)
    #expect(chip.aiCorePercent == nil && chip.utilizationPercent == nil && chip.powerWatts == nil)
    #expect(report.diagnostics.map(\.kind) == [.unreadableValue])
    #expect(report.diagnostics.first?.text.contains(value) == true)
  }

  @Test("The same in the lines of info watch")
  func watch() throws {
    let text = "NpuID(Idx)  ChipId(Idx) Pwr(W)      Temp(C)     AI Core(%)\n0 0 -4.0 40 101\n1 0 90.5 -3 100\n"
    let report = try ChipReport(parsing: text)
    #expect(report.chips.map(\.powerWatts) == [nil, 90.5])
    #expect(report.chips.map(\.aiCorePercent) == [nil, 100])
    #expect(report.chips.map(\.temperatureCelsius) == [40, -3])
    #expect(report.diagnostics.map(\.kind) == [.unreadableValue, .unreadableValue])
  }

  @Test("The same in the table")
  func table() throws {
    let report = try ChipReport(parsing: SMIFixture.table(replacing: "100.5 ", with: "-10.5 "))
    #expect(report.chips.first?.powerWatts == nil)
    #expect(report.diagnostics.map(\.kind) == [.unreadableValue])
  }
}

@Suite("Hostile outputs")
struct HostileOutputTests {
  @Test("Text that is no output is shortened and its control characters are escaped")
  func escapes() throws {
    let text = "hello\u{1B}[2J\u{9B}31m" + String(repeating: "x", count: 5000)
    let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
    #expect(error.description.contains("no output of npu-smi that is known; it begins with"))
    #expect(error.description.contains("hello\\u{1B}[2J\\u{9B}31m"))
    #expect(error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    #expect(error.description.count < 400)
  }

  @Test("Rows beyond the limit are left out, and that is said", arguments: [0, 1])
  func rows(extra: Int) throws {
    let heading = "NpuID(Idx)  ChipId(Idx) Pwr(W)\n"
    let text = heading + String(repeating: "0 0 90.5\n", count: ChipReport.rowLimit - 1 + extra)
    let report = try ChipReport(parsing: text)
    #expect(report.values.count == ChipReport.rowLimit - 1)
    #expect(report.diagnostics.map(\.kind) == Array(repeating: .truncated, count: extra))
  }

  @Test("No more than 16 MiB are read")
  func size() {
    #expect(ChipReport.sizeLimit == 16 << 20)
  }
}
