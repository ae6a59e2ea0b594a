import NPUMetrics
import Testing

@Suite("Broken outputs of npu-smi")
struct MutatedOutputTests {
  @Test(
    "Random changes never trap, and a chip that is still reported is one of the table",
    arguments: TablePrinter.Layout.allCases)
  func mutations(layout: TablePrinter.Layout) throws {
    var generator = SeededGenerator(seed: 4)
    var random = RandomReport(seed: 11, layout: layout)
    let report = random.make()
    let text = Array(TablePrinter(layout).text(report).utf8)
    var untouched = 0
    for _ in 0..<400 {
      var bytes = text
      for _ in 0..<generator.integer(in: 1...4) {
        let place = generator.integer(in: 0...bytes.count - 1)
        switch generator.integer(in: 0...4) {
        // Letters that no number and no known word has: what still reads as a value was not touched.
        case 0: bytes[place] = UInt8(ascii: "?")
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(ascii: "|"), at: place)
        case 3: bytes.insert(UInt8(ascii: "\n"), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
        }
      }
      guard let read = try? ChipReport(parsing: bytes) else { continue }
      untouched += read.chips.count { report.chips.contains($0) }
      #expect(read.chips.count <= report.chips.count)
    }
    #expect(untouched > 400)
  }

  @Test("A flood of faults is told in a bounded number of diagnostics")
  func flood() throws {
    let text = try SMIFixture.text("v1-device") + String(repeating: "| 1 | 2\n", count: 10_000)
    let report = try ChipReport(parsing: text)
    #expect(report.chips.count == 4)
    #expect(report.diagnostics.count <= 65)
    #expect(report.diagnostics.last?.kind == .furtherDiagnostics)
  }
}
