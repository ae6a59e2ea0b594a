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
    if !report.chips.isEmpty { lines += Self.table(of: report.chips, Self.chipColumns) }
    if !report.processes.isEmpty { lines += Self.table(of: report.processes, Self.processColumns) }
    if !report.idleNPUs.isEmpty { lines.append("idle: \(report.idleNPUs.map(String.init).joined(separator: ", "))") }
    for block in report.kind == .info ? [] : report.shownValues {
      let owner = [block.npuID.map { "NPU \($0)" }, block.chipID.map { "chip \($0)" }, block.controller]
      lines.append(owner.compactMap { $0 }.joined(separator: ", "))
      lines += block.values.map { "  \($0.key): \($0.text)" }
    }
    return (lines + report.diagnostics.map { "! \($0)" }).map(\.withEscapedControls)
  }

  /// A column of a table; one that is rare is shown where it says something.
  private struct Column<Row> {
    var heading: String
    var isRare = false
    var value: @Sendable (Row) -> String
  }

  private static let chipColumns: [Column<ChipStatus>] = [
    .init(heading: "NPU") { "\($0.npuID)" }, .init(heading: "Chip") { text($0.chipID) },
    .init(heading: "Name") { $0.name ?? "-" }, .init(heading: "Health") { $0.health?.rawValue ?? "-" },
    .init(heading: "Power W") { text($0.powerWatts) }, .init(heading: "Temp C") { text($0.temperatureCelsius) },
    .init(heading: "AI Core %") { text($0.aiCorePercent) },
    .init(heading: "NPU Util %", isRare: true) { text($0.utilizationPercent) },
    .init(heading: "DDR MB") { text($0.memory) }, .init(heading: "HBM MB") { text($0.hbm) },
  ]

  private static let processColumns: [Column<ChipProcess>] = [
    .init(heading: "NPU") { text($0.npuID) }, .init(heading: "Chip") { text($0.chipID) },
    .init(heading: "PID") { text($0.processID) },
    .init(heading: "PID in container", isRare: true) { text($0.containerProcessID) },
    .init(heading: "Process") { $0.name ?? "-" },
    .init(heading: "Memory MB") { text($0.memoryBytes.map { $0 / ChipMemory.bytesPerMegabyte }) },
  ]

  private static func text(_ number: (some CustomStringConvertible)?) -> String { number.map { "\($0)" } ?? "-" }

  private static func text(_ memory: ChipMemory?) -> String {
    guard let memory, !memory.isUnreported else { return "-" }
    return "\(text(memory.usedMegabytes)) / \(text(memory.totalMegabytes))"
  }

  private static func table<Row>(of rows: [Row], _ columns: [Column<Row>]) -> [String] {
    let shown = columns.filter { column in !column.isRare || rows.contains { column.value($0) != "-" } }
    return ConsoleTable(
      columns: shown.map { .init($0.heading, .left) },
      rows: rows.map { row in shown.map { $0.value(row).withEscapedControls } }
    ).lines
  }
}
