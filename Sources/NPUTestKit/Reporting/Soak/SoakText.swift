internal import NPUBase
internal import NPULoad
internal import NPUMetrics
public import NPUReliability

/// A soak as people read it: fixed-width text for a terminal, or Markdown.
public struct SoakText: Sendable {
  /// The report.
  public var report: SoakReport
  /// How text for a terminal is decorated.
  public var style: TerminalStyle

  /// Creates the text of a report.
  public init(_ report: SoakReport, style: TerminalStyle = .plain) {
    self.report = report
    self.style = style
  }

  /// The columns that sentences are wrapped to.
  private static let width = 80
  /// Windows that are shown; the JSON has all that are kept.
  private static let mostWindows = 24

  /// The report in fixed-width lines, with a line feed at the end.
  public var console: String {
    var lines: [String] = []
    func list(_ title: String, _ items: [(text: String, tone: TerminalStyle.Tone?)]) {
      guard !items.isEmpty else { return }
      lines.append(style.paint(title, .heading))
      for item in items {
        lines += item.text.onOneLine.wrapped(to: Self.width - 4).enumerated().map { index, line in
          (index == 0 ? "  " : "    ") + style.paint(line, item.tone)
        }
      }
      lines.append("")
    }
    func table(_ title: String, _ table: ConsoleTable) {
      guard !table.rows.isEmpty else { return }
      lines.append(style.paint(title, .heading))
      lines += table.lines.map { "  " + $0 }
      lines.append("")
    }
    list("Soak", summary.map { ($0, nil) })
    table("Services", services)
    table("Windows", windows)
    list("Failures", failures.map { ($0, nil) })
    list("Verdicts", verdicts.map { ($0.text, $0.tone) })
    list("Notes", report.notes.map { ($0, .doubtful) })
    list("Result", [(report.passes ? "pass" : "fail", report.passes ? .good : .bad)])
    return lines.joined(separator: "\n")
  }

  /// The report in the Markdown of GitHub, with a line feed at the end.
  public var markdown: String {
    var lines = ["### Soak", ""] + summary.map { "- \(MarkdownText.escaped($0))" } + [""]
    for (title, table) in [("Services", services), ("Windows", windows)] where !table.rows.isEmpty {
      lines += ["### \(title)", ""] + table.markdown + [""]
    }
    let lists = [
      ("Failures", failures), ("Verdicts", verdicts.map(\.text)), ("Notes", report.notes),
      ("Result", [report.passes ? "pass" : "fail"]),
    ]
    for (title, items) in lists where !items.isEmpty {
      lines += ["### \(title)", ""] + items.map { "- \(MarkdownText.escaped($0))" } + [""]
    }
    return lines.joined(separator: "\n")
  }

  private var summary: [String] {
    let counts = report.requests
    let end =
      switch report.end {
      case .complete: "complete"
      case .stopped: "stopped"
      case .rule: "ended by a rule"
      case .failed: "failed"
      }
    let reason = report.endReason.map { ": \($0)" } ?? ""
    let parts = report.sessions == 1 ? "" : " in \(report.sessions) parts"
    return [
      "\(end)\(reason)", "\(NumberText.fixed(report.seconds, decimals: 1)) s\(parts)",
      "\(counts.completed) completed, \(counts.failed) failed (\(NumberText.percent(counts.failureShare))), "
        + "\(counts.cancelled) cancelled",
    ]
  }

  private var services: ConsoleTable {
    var table = ConsoleTable(columns: [
      .init("service", .left), .init("completed"), .init("failed"), .init("e2e p50"), .init("p90"), .init("p99"),
      .init("max ms"), .init("ttft p50"), .init("p99 ms"),
    ])
    for (name, figures) in report.services.sorted(by: { $0.key < $1.key }) {
      table.rows.append(
        [name, "\(figures.counts.completed)", "\(figures.counts.failed)"]
          + [
            figures.endToEnd.p50, figures.endToEnd.p90, figures.endToEnd.p99, figures.endToEnd.maximum,
            figures.firstToken?.p50, figures.firstToken?.p99,
          ].map { NumberText.fixed($0, decimals: 1) })
    }
    return table
  }

  /// Some of the windows, evenly spaced, the first and the last among them.
  private var windows: ConsoleTable {
    var table = ConsoleTable(columns: SoakWindowLine.columns)
    let all = report.windows
    let last = all.count - 1
    let shown =
      all.count <= Self.mostWindows
      ? Array(all.indices) : (0..<Self.mostWindows).map { $0 * last / (Self.mostWindows - 1) }
    table.rows = shown.map { SoakWindowLine(all[$0]).cells }
    return table
  }

  private var failures: [String] {
    report.requests.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
  }

  private var verdicts: [(text: String, tone: TerminalStyle.Tone)] {
    report.verdicts.map { verdict in
      let tone: TerminalStyle.Tone =
        switch verdict.outcome {
        case .pass: .good
        case .fail: .bad
        case .undetermined: .doubtful
        }
      let target = verdict.target.map { " \($0)" } ?? ""
      return ("\(verdict.outcome.rawValue) \(verdict.subject.rawValue)\(target): \(verdict.reason)", tone)
    }
  }
}

/// One window in one line.
public struct SoakWindowLine: Sendable, CustomStringConvertible {
  private let window: SoakWindow

  /// Creates the line of a window.
  public init(_ window: SoakWindow) { self.window = window }

  /// What happened in the window: time, requests, latencies by service, memory, and what could not be read.
  public var description: String {
    let counts = window.counts
    var parts = [
      "\(window.endedAt)  window \(window.number)", "\(counts.completed) ok", "\(counts.failed) failed",
    ]
    for (name, figures) in window.services.sorted(by: { $0.key < $1.key }) where figures.endToEnd.count > 0 {
      parts.append(
        "\(name) p50 \(NumberText.fixed(figures.endToEnd.p50, decimals: 1)) p99 "
          + "\(NumberText.fixed(figures.endToEnd.p99, decimals: 1)) ms")
    }
    if let bytes = window.resources.ownBytes { parts.append("own \(Self.megabytes(bytes)) MB") }
    for (name, bytes) in window.resources.processes.sorted(by: { $0.key < $1.key }) {
      parts.append("\(name) \(Self.megabytes(bytes)) MB")
    }
    for (chip, figures) in window.resources.chips.sorted(by: { $0.key < $1.key }) {
      if let bytes = figures.memoryPeakBytes { parts.append("chip \(chip) \(bytes >> 20) MB") }
    }
    if let server = window.resources.server {
      parts.append("running \(NumberText.fixed(server.running, decimals: 1))")
      if let cache = server.cachePeak { parts.append("KV \(NumberText.percent(cache))") }
    }
    for (name, trouble) in window.resources.unhealthy.sorted(by: { $0.key < $1.key }) {
      parts.append("\(name) is not healthy: \(trouble)")
    }
    for (name, reason) in window.resources.gaps.sorted(by: { $0.key < $1.key }) {
      parts.append("\(name) not read: \(Excerpt.of(reason, limit: 200))")
    }
    return parts.joined(separator: "  ").onOneLine
  }

  static let columns: [ConsoleTable.Column] = [
    .init("window"), .init("from s"), .init("for s"), .init("completed"), .init("failed"), .init("e2e p50"),
    .init("p99 ms"), .init("own MB"), .init("server MB"), .init("HBM MB"), .init("KV idle"),
  ]

  /// The cells of the columns; latencies where there is one service.
  var cells: [String] {
    let counts = window.counts
    let latency = window.services.count == 1 ? window.services.first?.value.endToEnd : nil
    let resources = window.resources
    let processes = resources.processes.values.reduce(0) { $0 > .max - $1 ? .max : $0 + $1 }
    let chips = resources.chips.values.compactMap(\.memoryLeastBytes)
    return [
      "\(window.number)", NumberText.fixed(window.start, decimals: 0), NumberText.fixed(window.seconds, decimals: 1),
      "\(counts.completed)", "\(counts.failed)", NumberText.fixed(latency?.p50, decimals: 1),
      NumberText.fixed(latency?.p99, decimals: 1),
      resources.ownBytes.map(Self.megabytes) ?? NumberText.undefined,
      resources.processes.isEmpty ? NumberText.undefined : Self.megabytes(processes),
      chips.isEmpty ? NumberText.undefined : "\(chips.reduce(0) { $0 > .max - $1 ? .max : $0 + $1 } >> 20)",
      NumberText.percent(resources.server?.cacheIdle),
    ]
  }

  private static func megabytes(_ bytes: Int) -> String { NumberText.fixed(Double(bytes) / 0x1p20, decimals: 1) }
}

extension SoakReport {
  /// The report as one JSON object with what matters most at its top.
  ///
  /// `passes`, `completed`, `failed`, `failure_rate`, `soaked_s`, `sessions`; `reasons` why it does not pass; and the whole
  /// as `report`.
  ///
  /// - Returns: The text, on one line.
  /// - Throws: The encoder's error.
  public func summaryJSON() throws -> String {
    let document = Document(
      passes: passes, completed: requests.completed, failed: requests.failed, failureRate: requests.failureShare,
      seconds: seconds, sessions: sessions, reasons: failureReasons, report: self)
    return String(decoding: try JSONCoding.encode(document).escapingSteering, as: UTF8.self)
  }

  private struct Document: Encodable {
    var passes: Bool
    var completed: Int
    var failed: Int
    var failureRate: Double?
    var seconds: Double
    var sessions: Int
    var reasons: [String]
    var report: SoakReport

    enum CodingKeys: String, CodingKey {
      case passes, completed, failed
      case failureRate = "failure_rate"
      case seconds = "soaked_s"
      case sessions, reasons, report
    }
  }
}
