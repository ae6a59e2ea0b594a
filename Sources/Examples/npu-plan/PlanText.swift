import NPUTestKit
import ToolSupport

/// A plan for people.
struct PlanText {
  private let plan: DeploymentPlan

  init(_ plan: DeploymentPlan) { self.plan = plan }

  var text: String {
    var lines = ["\(plan.model), \(plan.precision), on \(plan.device)", ""]
    lines += ConsoleTable(columns: [.init("", .left), .init("", .right), .init("", .left)], rows: rows).lines.dropFirst(
      2)
    if let launch = plan.launch { lines += ["", "Start", "  " + launch.commandLine] }
    if !plan.notes.isEmpty { lines += ["", "Notes"] + plan.notes.map { "  " + $0 } }
    return lines.map(\.onOneLine).joined(separator: "\n") + "\n"
  }

  private var rows: [[String]] {
    var rows = [
      ["NPUs", "\(plan.npus)", plan.fits ? source : "too few; \(source)"],
      ["HBM", plan.hbmGB.map { NumberText.fixed($0, decimals: 1) + " GB" } ?? "-", hbmSource],
      ["tensor parallel", "\(plan.tensorParallelSize)", ""],
      ["expert parallel", "\(plan.expertParallelSize)", ""],
    ]
    if plan.pipelineParallelSize > 1 { rows.append(["pipeline parallel", "\(plan.pipelineParallelSize)", "servers"]) }
    guard let estimate = plan.estimate else { return rows }
    let parts = [
      ("weights", estimate.weights), ("KV cache", estimate.cache), ("activations", estimate.activations),
      ("runtime", estimate.runtime),
    ]
    rows += parts.map { name, bytes in ["  " + name, Self.gigabytes(bytes), "estimated, of each NPU"] }
    rows.append([
      "  of each NPU", Self.gigabytes(estimate.total),
      "\(Self.gigabytes(estimate.low)) to \(Self.gigabytes(estimate.high)); it has "
        + "\(NumberText.fixed(plan.device.usableGiB, decimals: 1)) GB, of which \(Int(plan.demand.memoryShare * 100)) % are used",
    ])
    return rows
  }

  private var source: String {
    guard plan.source == .guide else { return "estimate from the \(basis), \(certainty)" }
    return plan.row.map { "guide: \($0.guide.rawValue), \($0.model)" } ?? "guide: hidream"
  }

  private var basis: String {
    switch plan.basis {
    case .configuration: "configuration"
    case .parameters: "number of parameters"
    case .name, nil: "name"
    }
  }

  private var certainty: String {
    guard let counts = plan.estimatedNPUs else { return "of unknown certainty" }
    if counts.isSure { return "the same at both its ends" }
    func text(_ count: Int?) -> String { count.map(String.init) ?? "?" }
    return "from \(text(counts.low)) to \(text(counts.high))"
  }

  private var hbmSource: String {
    switch plan.hbmSource {
    case .guide: "guide"
    case .estimate: "estimate for \(plan.demand.concurrency) requests of \(plan.demand.contextTokens) tokens"
    case nil: "nobody says"
    }
  }

  private static func gigabytes(_ bytes: Double) -> String {
    NumberText.fixed(bytes / 1_073_741_824, decimals: 1) + " GB"
  }
}

/// What there is to plan with.
struct PlanTables: Encodable {
  var models = PlanningTableRow.all
  var devices = NPUDevice.all

  func json() throws -> String { try Console.json(self) }

  var text: String {
    let rows = models.map { row in
      [
        row.guide.rawValue, row.model, row.detail, "\(row.npus)", row.quantizedNPUs.map(String.init) ?? "",
        row.hbmGB.map { "~\(Int($0)) GB" } ?? "",
      ]
    }
    let table = ConsoleTable(
      columns: [
        .init("guide", .left), .init("model", .left), .init("", .left), .init("NPUs (FP16)"), .init("NPUs (INT8/W4)"),
        .init("HBM"),
      ], rows: rows)
    let chips = ConsoleTable(
      columns: [.init("NPU", .left), .init("memory"), .init("usable"), .init("a server"), .init("source", .left)],
      rows: devices.map {
        ["\($0.name)", "\(Int($0.memoryGiB)) GB", "\($0.usableGiB) GB", "\($0.countPerServer)", $0.source]
      })
    return (table.lines + [""] + chips.lines).joined(separator: "\n") + "\n"
  }
}
