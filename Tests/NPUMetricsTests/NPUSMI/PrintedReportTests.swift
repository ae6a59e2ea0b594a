import NPUMetrics
import Testing

@Suite("A printed report is read back as it was")
struct PrintedReportTests {
  /// 7 layouts times 1,500 seeds: 10,500 reports.
  static let batches = TablePrinter.Layout.allCases.flatMap { layout in
    stride(from: UInt64(0), to: 1500, by: 500).map { Batch(layout: layout, seeds: $0..<$0 + 500) }
  }

  struct Batch: Sendable, CustomTestStringConvertible {
    var layout: TablePrinter.Layout
    var seeds: Range<UInt64>

    var testDescription: String { "\(layout.rawValue), seeds \(seeds)" }
  }

  @Test("Every value of every layout survives", arguments: batches)
  func roundTrip(batch: Batch) throws {
    let printer = TablePrinter(batch.layout)
    for seed in batch.seeds {
      var random = RandomReport(seed: seed, layout: batch.layout)
      let report = random.make()
      let text = printer.text(report)
      let read = try ChipReport(parsing: text)
      if read != report {
        #expect(read == report, "seed \(seed):\n\(text)")
        return
      }
    }
  }

  @Test("Noise around the table and other line ends change nothing", arguments: TablePrinter.Layout.allCases)
  func noise(layout: TablePrinter.Layout) throws {
    for seed in UInt64(5000)..<5050 {
      var random = RandomReport(seed: seed, layout: layout)
      let report = random.make()
      for variant in OutputNoise.variants(of: TablePrinter(layout).text(report)) {
        let read = try ChipReport(parsing: variant.text)
        #expect(read == report, "seed \(seed), \(variant.name)")
      }
    }
  }

  @Test("A cut gives the complete chips before it, and says that there could be more")
  func cuts() throws {
    for layout in TablePrinter.Layout.allCases {
      var random = RandomReport(seed: 77, layout: layout)
      let report = random.make()
      let text = Array(TablePrinter(layout).text(report).utf8)
      // A prime, so that the cuts meet every column.
      for end in stride(from: 1, to: text.count - 1, by: 23) {
        guard let read = try? ChipReport(parsing: Array(text[..<end])) else { continue }
        #expect(read.chips == Array(report.chips.prefix(read.chips.count)), "\(layout) cut at \(end)")
        #expect(read.processes == Array(report.processes.prefix(read.processes.count)), "\(layout) cut at \(end)")
        let endsWithRule = text[..<end].split(separator: 10).last.map {
          $0.first == 43 && $0.last == 43 && $0.count > 1
        }
        #expect(endsWithRule == true || !read.diagnostics.isEmpty, "\(layout) cut at \(end)")
      }
    }
  }
}
