public import NPUMetrics

/// One output of npu-smi as lines for people.
public struct ChipReportText: Sendable, Hashable {
  /// The report.
  public var report: ChipReport

  /// Wraps a report.
  public init(_ report: ChipReport) { self.report = report }

  /// The lines without colours, so that they can go to a file as well.
  ///
  /// A terminal shows what somebody else printed, and does nothing else with it: control characters are escaped.
  public var lines: [String] {
    var lines: [String] = []
    let versions = [("npu-smi", report.versions.tool), ("driver", report.versions.driver)]
    let known = versions.compactMap { name, version in version.map { "\(name) \($0)" } }
    lines.append(([report.kind.rawValue] + known).joined(separator: ", "))
    if !report.chips.isEmpty { lines += Self.table(Self.chipHeadings, report.chips.map(Self.row)) }
    if !report.processes.isEmpty { lines += Self.table(Self.processHeadings, report.processes.map(Self.row)) }
    if !report.idleNPUs.isEmpty { lines.append("idle: \(report.idleNPUs.map(String.init).joined(separator: ", "))") }
    for block in report.kind == .info ? [] : report.shownValues {
      let owner = [block.npuID.map { "NPU \($0)" }, block.chipID.map { "chip \($0)" }, block.controller]
      lines.append(owner.compactMap { $0 }.joined(separator: ", "))
      lines += block.values.map { "  \($0.key): \($0.text)" }
    }
    return (lines + report.diagnostics.map { "! \($0)" }).map(\.withEscapedControls)
  }

  private static let chipHeadings = [
    "NPU", "Chip", "Name", "Health", "Power W", "Temp C", "AI Core %", "DDR MB", "HBM MB",
  ]
  private static let processHeadings = ["NPU", "Chip", "PID", "Process", "Memory MB"]

  private static func row(_ chip: ChipStatus) -> [String] {
    [
      "\(chip.npuID)", text(chip.chipID), chip.name ?? "-", chip.health?.rawValue ?? "-", text(chip.powerWatts),
      text(chip.temperatureCelsius),
      chip.aiCorePercent.map { "\($0)" } ?? chip.utilizationPercent.map { "\($0) (NPU)" } ?? "-", text(chip.memory),
      text(chip.hbm),
    ]
  }

  private static func row(_ process: ChipProcess) -> [String] {
    [
      text(process.npuID), text(process.chipID), text(process.processID), process.name ?? "-",
      text(process.memoryBytes.map { $0 / ChipMemory.bytesPerMegabyte }),
    ]
  }

  private static func text(_ number: (some CustomStringConvertible)?) -> String { number.map { "\($0)" } ?? "-" }

  private static func text(_ memory: ChipMemory?) -> String {
    guard let memory, !memory.isUnreported else { return "-" }
    return "\(text(memory.usedMegabytes)) / \(text(memory.totalMegabytes))"
  }

  private static func table(_ headings: [String], _ rows: [[String]]) -> [String] {
    ConsoleTable(columns: headings.map { .init($0, .left) }, rows: rows.map { $0.map(\.withEscapedControls) }).lines
  }
}
