import NPUMetrics
import Testing

@Suite(
  "What real machines and manuals printed is understood",
  .enabled(if: !CollectedOutputs.all.isEmpty, "NPUTESTKIT_TEST_DATA names no folder with npu-smi/INDEX.md"))
struct CollectedOutputTests {
  typealias Output = CollectedOutputs.Output

  /// The kinds of report by the words that the file names use.
  static let kinds = [
    "procmem": "proc-mem", "faultevent": "current-fault-event", "phyidremap": "phyid-remap", "sio": "sio-info",
    "cpunumcfg": "cpu-num-cfg", "chip": "board",
  ]

  /// What becomes of the outputs that people edited or made up; what is not named here is read like a genuine one.
  enum Fate { case refused(NPUSMIError.Kind), degraded, losesMemory }

  static let fates: [String: Fate] = [
    // A row with a range in place of a number.
    "310b4-info-3.txt": .degraded,
    // One row for each chip.
    "310b4-info-4.txt": .refused(.noDeviceRow),
    // Rows of three cells under a heading of four.
    "310p-info-5.txt": .degraded,
    "fake-list-1.txt": .refused(.noDeviceRow),
    // Headings that the tool does not have, so that memory has no unit.
    "950pr-info-1.txt": .losesMemory,
    "error-8020-2.txt": .refused(.deviceInUse),
  ]

  @Test("Chips, processes and idle cards are as many as a reference counts", arguments: CollectedOutputs.genuine)
  func counts(output: Output) throws {
    guard let counts = output.counts else { return }
    let report = try ChipReport(parsing: output.bytes)
    #expect(report.kind == .info)
    #expect(report.chips.count == counts.chips)
    #expect(report.processes.count == counts.processes)
    #expect(report.idleNPUs.count == counts.idle)
    for diagnostic in report.diagnostics {
      #expect([.foreignLine, .truncated, .incompleteRow].contains(diagnostic.kind), "\(diagnostic)")
    }
    for chip in report.chips {
      #expect(chip.name != nil && chip.health != nil && chip.temperatureCelsius != nil, "\(chip)")
      #expect(chip.memory != nil && (chip.aiCorePercent ?? chip.utilizationPercent) != nil, "\(chip)")
    }
  }

  @Test("A query is recognised by its answer", arguments: CollectedOutputs.genuine.filter { $0.counts == nil })
  func kind(output: Output) throws {
    guard output.kindWord != "error", !output.file.hasPrefix("error") else {
      #expect(throws: NPUSMIError.self) { try ChipReport(parsing: output.bytes) }
      return
    }
    let report = try ChipReport(parsing: output.bytes)
    #expect(report.kind.rawValue == Self.kinds[output.kindWord] ?? output.kindWord)
    #expect(report.diagnostics.isEmpty, "\(report.diagnostics)")
    #expect(report.kind == .help || report != ChipReport(kind: report.kind))
  }

  @Test(
    "What was edited or made up is refused, or loses what is wrong in it",
    arguments: CollectedOutputs.all.filter { $0.nature != .real && $0.nature != .doc })
  func edited(output: Output) throws {
    switch Self.fates[output.file] {
    case .refused(let kind):
      let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: output.bytes) }
      #expect(error.kind == kind)
      #expect(!error.text.isEmpty)
    case .degraded:
      let report = try ChipReport(parsing: output.bytes)
      #expect(!report.diagnostics.isEmpty)
      try expectOnlyPrinted(report, in: output)
    case .losesMemory:
      let report = try ChipReport(parsing: output.bytes)
      #expect(report.chips.count == output.counts?.chips)
      #expect(report.chips.allSatisfy { $0.memory == nil && $0.hbm == nil })
      #expect(report.chips.allSatisfy { !$0.otherColumns.isEmpty })
    case nil:
      let report = try ChipReport(parsing: output.bytes)
      if let counts = output.counts {
        #expect(report.chips.count == counts.chips)
        #expect(report.processes.count == counts.processes)
        #expect(report.idleNPUs.count == counts.idle)
      }
      try expectOnlyPrinted(report, in: output)
    }
  }

  @Test("Noise around an output changes nothing", arguments: CollectedOutputs.all)
  func noise(output: Output) throws {
    let text = try output.text
    let plain = Result { try ChipReport(parsing: text) }
    for variant in OutputNoise.variants(of: text) {
      switch (plain, Result { try ChipReport(parsing: variant.text) }) {
      case (.success(let expected), .success(let report)): #expect(report == expected, "\(variant.name)")
      case (.failure(let expected as NPUSMIError), .failure(let error as NPUSMIError)):
        #expect(error.kind == expected.kind && error.code == expected.code, "\(variant.name)")
      default: Issue.record("\(variant.name): \(plain)")
      }
    }
  }

  @Test("A cut after any line gives what was complete before it", arguments: CollectedOutputs.genuine)
  func cuts(output: Output) throws {
    guard output.counts != nil else { return }
    let whole = try ChipReport(parsing: output.bytes)
    let bytes = try output.bytes
    for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
      guard let part = try? ChipReport(parsing: Array(bytes[..<end])) else { continue }
      #expect(part.chips == Array(whole.chips.prefix(part.chips.count)))
      #expect(part.processes == Array(whole.processes.prefix(part.processes.count)))
    }
  }

  /// No value of a chip is anything but what stands in the text.
  private func expectOnlyPrinted(_ report: ChipReport, in output: Output) throws {
    let words = Set(try output.text.split { $0.isWhitespace || "|/:".contains($0) }.map(String.init))
    for chip in report.chips {
      let numbers = [chip.powerWatts, chip.temperatureCelsius, chip.aiCorePercent, chip.utilizationPercent]
      for number in numbers.compactMap({ $0 }) {
        #expect(words.contains("\(number)") || words.contains("\(Int(number))"), "\(number)")
      }
      for memory in [chip.memory, chip.hbm].compactMap({ $0 }) {
        for number in [memory.usedMegabytes, memory.totalMegabytes].compactMap({ $0 }) {
          #expect(words.contains("\(number)"), "\(number)")
        }
      }
    }
  }
}
