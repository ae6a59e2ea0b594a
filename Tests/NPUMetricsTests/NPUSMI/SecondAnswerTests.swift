import NPUMetrics
import Testing

@Suite("Two answers of npu-smi after each other") struct SecondAnswerTests {
  struct Answer: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var testDescription: String { name }
  }

  static let answers: [Answer] = [
    Answer(name: "info", text: (try? SMIFixture.text("v6-wide")) ?? ""),
    Answer(name: "info of the 950", text: (try? SMIFixture.text("v7-950")) ?? ""),
    Answer(
      name: "usages",
      text: """
        \tNPU ID                         : 0
        \tChip Count                     : 1

        \tHBM Capacity(MB)               : 65536
        \tAicore Usage Rate(%)           : 83
        \tNPU Utilization(%)             : 96
        \tChip ID                        : 0

        """),
    Answer(
      name: "power",
      text: """
        \tNPU ID                         : 0
        \tChip Count                     : 1

        \tNPU Real-time Power(W)         : 103.5
        \tChip ID                        : 0

        """),
    Answer(
      name: "mapping",
      text: """
        \tNPU ID                         Chip ID                        Chip Logic ID                  Chip Name
        \t0                              0                              0                              Ascend 910B
        \t0                              1                              -                              Mcu

        """),
    Answer(
      name: "watch", text: "NpuID(Idx)  ChipId(Idx) Pwr(W)      Temp(C)\n0           0           90.5        40\n"),
    Answer(name: "another watch", text: "NpuID(Idx)  ChipId(Idx) AI Core(%)\n0           0           83\n"),
    Answer(
      name: "topo",
      text: """
        \t   NPU0       NPU1       CPU Affinity
        NPU0       X          HCCS       0-23
        NPU1       HCCS       X          24-47

        """),
    Answer(
      name: "help", text: "Usage: npu-smi info [OPTION...]\n\nCommands:\n       info           Show information\n"),
  ]

  @Test("The first is read, and that there was another is said once", arguments: answers, answers)
  func further(first: Answer, second: Answer) throws {
    // A watch goes on with its headings again.
    if first.text == second.text, first.name.hasSuffix("watch") { return }
    let alone = try ChipReport(parsing: first.text)
    #expect(alone.diagnostics.isEmpty)
    let both = try ChipReport(parsing: first.text + second.text)
    #expect(both.kind == alone.kind)
    #expect(both.chips == alone.chips)
    #expect(both.values == alone.values)
    #expect(both.diagnostics.map(\.kind) == [.furtherOutput], "\(both.diagnostics)")
  }

  @Test("One line of a log below a table is no answer")
  func log() throws {
    let text = try SMIFixture.text("v6-wide")
    let report = try ChipReport(parsing: text + "\nFree memory(MB) : 3000\nall is well\n")
    #expect(report.diagnostics.isEmpty)
  }

  @Test("A log line with a unit before a heading does not swallow the answer")
  func logBeforeHeading() throws {
    for answer in Self.answers where !["usages", "power"].contains(answer.name) {
      let report = try ChipReport(parsing: "Free memory(MB) : 3000\n" + answer.text)
      #expect(report == (try ChipReport(parsing: answer.text)), "\(answer.name)")
    }
  }
}
