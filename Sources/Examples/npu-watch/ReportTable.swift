import NPUMetrics

/// A report as lines for people.
struct ReportTable {
  private static let headings = [
    "NPU", "Chip", "Name", "Health", "Power W", "Temp C", "AI Core %", "Memory MB", "HBM MB",
  ]

  var report: ChipReport

  /// The lines without colours, so that they can go to a file as well.
  var lines: [String] {
    var lines: [String] = []
    let versions = [("npu-smi", report.versions.tool), ("driver", report.versions.driver)]
    let known = versions.compactMap { name, version in version.map { "\(name) \($0)" } }
    lines.append(([report.kind.rawValue] + known).joined(separator: ", "))
    if !report.chips.isEmpty { lines += Self.aligned([Self.headings] + report.chips.map(Self.row)) }
    if !report.processes.isEmpty {
      let rows = report.processes.map { process in
        [
          Self.text(process.npuID), Self.text(process.chipID), Self.text(process.processID), process.name ?? "-",
          Self.text(process.memoryBytes.map { $0 / ChipMemory.bytesPerMegabyte }),
        ]
      }
      lines += Self.aligned([["NPU", "Chip", "PID", "Process", "Memory MB"]] + rows)
    }
    if !report.idleNPUs.isEmpty { lines.append("idle: \(report.idleNPUs.map(String.init).joined(separator: ", "))") }
    for document in report.kind == .info ? [] : report.documents {
      let block = document.block
      let owner = [block.npuID.map { "NPU \($0)" }, block.chipID.map { "chip \($0)" }, block.controller]
      lines.append(owner.compactMap { $0 }.joined(separator: ", "))
      lines += block.values.map { "  \($0.key): \($0.text)" }
    }
    // A terminal shows what somebody else printed, and does nothing else with it.
    return (lines + report.diagnostics.map { "! \($0)" }).map(\.withEscapedControls)
  }

  private static func row(_ chip: ChipStatus) -> [String] {
    [
      "\(chip.npuID)", text(chip.chipID), chip.name ?? "-", chip.health?.rawValue ?? "-", text(chip.powerWatts),
      text(chip.temperatureCelsius),
      chip.aiCorePercent.map { "\($0)" } ?? chip.utilizationPercent.map { "\($0) (NPU)" } ?? "-", text(chip.memory),
      text(chip.hbm),
    ]
  }

  private static func text(_ number: (some CustomStringConvertible)?) -> String { number.map { "\($0)" } ?? "-" }

  private static func text(_ memory: ChipMemory?) -> String {
    guard let memory, !memory.isUnreported else { return "-" }
    return "\(text(memory.usedMegabytes)) / \(text(memory.totalMegabytes))"
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      return cells.joined(separator: "  ").trimmedAtEnd
    }
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
  }
}
