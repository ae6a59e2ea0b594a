internal import NPUBase
public import NPULoad
internal import NPUMetrics

/// A report as people read it: fixed-width text for a terminal, or Markdown.
public struct ReportText: Sendable {
  /// The report.
  public var report: LoadReport
  /// How text for a terminal is decorated.
  public var style: TerminalStyle

  /// Creates the text of a report.
  public init(_ report: LoadReport, style: TerminalStyle = .plain) {
    self.report = report
    self.style = style
  }

  /// The columns that sentences are wrapped to: those of the narrowest terminal in use.
  private static let width = 80

  /// The report in fixed-width lines, with a line feed at the end.
  public var console: String {
    var lines: [String] = []
    for section in sections {
      lines.append(style.paint(section.title, .heading))
      switch section.body {
      case .table(let table): lines += table.lines.map { "  " + $0 }
      case .pairs(let pairs):
        let width = pairs.reduce(0) { max($0, $1.name.displayWidth) }
        lines += pairs.map { "  " + $0.name.padded(to: width, alignment: .left) + "  " + $0.value }
      case .list(let items):
        for item in items {
          lines += item.text.onOneLine.wrapped(to: Self.width - 4).enumerated().map { index, line in
            (index == 0 ? "  " : "    ") + style.paint(line, item.tone)
          }
        }
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  /// The report in the Markdown of GitHub, with a line feed at the end.
  public var markdown: String {
    var lines: [String] = []
    for section in ReportText(report).sections {
      lines += ["### \(MarkdownText.escaped(section.title))", ""]
      switch section.body {
      case .table(let table): lines += table.markdown
      case .pairs(let pairs):
        lines +=
          ConsoleTable(
            columns: [.init("figure", .left), .init("value", .left)], rows: pairs.map { [$0.name, $0.value] }
          )
          .markdown
      case .list(let items): lines += items.map { "- \(MarkdownText.escaped($0.text))" }
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  struct Section {
    enum Body {
      case pairs([(name: String, value: String)])
      case table(ConsoleTable)
      case list([(text: String, tone: TerminalStyle.Tone?)])
    }

    var title: String
    var body: Body
  }

  private var sections: [Section] {
    var sections = [
      Section(title: "Requests", body: .pairs(requestPairs)),
      Section(title: "Throughput", body: .pairs(throughputPairs)),
      Section(title: "Latency (ms)", body: .table(latencyTable)),
    ]
    if !report.measures.isEmpty { sections.append(Section(title: "Measures", body: .table(measureTable))) }
    if !report.requests.failures.isEmpty {
      let items = report.requests.failures.map { failure -> (String, TerminalStyle.Tone?) in
        ("\(failure.count) \(failure.name)" + (failure.example.map { ": \($0)" } ?? ""), nil)
      }
      sections.append(Section(title: "Failures", body: .list(items)))
    }
    sections += qualitySections
    sections += telemetrySections
    for dialect in report.dialects {
      sections.append(
        Section(title: "As \(dialect.title) \(dialect.version) would report (ms)", body: .table(table(of: dialect))))
    }
    if !report.verdicts.isEmpty {
      let items = report.verdicts.map { verdict -> (String, TerminalStyle.Tone?) in
        let tone: TerminalStyle.Tone =
          switch verdict.outcome {
          case .pass: .good
          case .fail: .bad
          case .undetermined: .doubtful
          }
        return (verdict.text, tone)
      }
      sections.append(Section(title: "Objectives", body: .list(items)))
    }
    if !report.notes.isEmpty {
      sections.append(Section(title: "Notes", body: .list(report.notes.map { ($0, .doubtful) })))
    }
    return sections
  }

  private var requestPairs: [(name: String, value: String)] {
    let requests = report.requests
    let run = report.run
    var pairs: [(name: String, value: String)] = []
    if let model = run.model { pairs.append(("model", model.onOneLine)) }
    if let address = run.baseURL { pairs.append(("service", address.onOneLine)) }
    if let plan = run.plan { pairs.append(("load", plan.onOneLine)) }
    if let dataset = run.dataset {
      pairs.append(("prompts", dataset.shortText.onOneLine))
      if let digest = dataset.sha256 { pairs.append(("SHA-256", digest.onOneLine)) }
    }
    if let request = run.request, !request.isEmpty { pairs.append(("each request", Self.shown(request))) }
    pairs.append(("sent", "\(requests.sent)\(run.plannedRequests.map { " of \($0)" } ?? "")"))
    pairs.append(("completed", "\(requests.completed)"))
    let share = requests.failed > 0 ? " (\(NumberText.percent(requests.failureRate)))" : ""
    pairs.append(("failed", style.paint("\(requests.failed)\(share)", requests.failed > 0 ? .bad : nil)))
    if requests.warmup > 0 {
      pairs.append(("warm-up, not counted", "\(requests.warmup), \(requests.warmupFailed) of them failed"))
    }
    pairs.append(("window", "\(NumberText.fixed(report.window.seconds)) s"))
    let peak = report.concurrency.isPeakExact ? "" : " (sampled)"
    pairs.append(
      ("concurrency", "mean \(NumberText.fixed(report.concurrency.mean)), peak \(report.concurrency.peak)\(peak)"))
    return pairs
  }

  /// What all requests had in common, in the words of their JSON.
  private static func shown(_ request: [String: JSONValue]) -> String {
    let members = request.sorted { $0.key < $1.key }.map { name, value in
      let bytes = (try? JSONCoding.encode(value)) ?? []
      return "\(name) \(value.string ?? String(decoding: bytes, as: UTF8.self))"
    }
    return Excerpt.of(members.joined(separator: ", "), limit: 300)
  }

  private var throughputPairs: [(name: String, value: String)] {
    let throughput = report.throughput
    let tokens = report.tokens
    func counts(_ sources: [String: Int]) -> String {
      let parts = sources.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      return parts.isEmpty ? NumberText.undefined : parts.joined(separator: ", ")
    }
    var pairs = [(name: "requests", value: "\(NumberText.fixed(throughput.requests)) req/s")]
    // A closed loop offers what it achieves.
    if report.latencies.scheduleLag != nil {
      let rates = [throughput.offered, throughput.achieved].map { NumberText.fixed($0) }
      pairs.append(("offered, achieved", rates.joined(separator: ", ") + " req/s"))
      pairs.append(("started", "\(NumberText.fixed(throughput.startRate)) req/s"))
    }
    if let backlog = report.backlog { pairs += Self.pairs(of: backlog) }
    guard !report.isOfOperations else { return pairs + goodputPairs }
    func total(_ count: Int?) -> String { count.map { "\($0) tokens" } ?? "nobody counted them" }
    pairs += [
      ("output tokens", "\(NumberText.fixed(throughput.outputTokens)) tok/s (\(total(tokens.output)))"),
      ("input tokens", "\(NumberText.fixed(throughput.inputTokens)) tok/s (\(total(tokens.input)))"),
      ("all tokens", "\(NumberText.fixed(throughput.totalTokens)) tok/s"),
    ]
    // In a run of about a second no aligned second is full, and its peak would be below the mean.
    if let peak = throughput.peakOutputTokens, peak >= throughput.outputTokens ?? 0 {
      pairs.append(("peak output", "\(NumberText.fixed(peak)) tok/s"))
    }
    pairs.append(("tokens counted by", counts(tokens.sources)))
    pairs.append(("chunks per token", NumberText.fixed(tokens.chunksPerToken)))
    if !tokens.promptSources.isEmpty { pairs.append(("prompt lengths", counts(tokens.promptSources))) }
    return pairs + goodputPairs
  }

  /// How the service kept up with the schedule.
  private static func pairs(of backlog: BacklogFigures) -> [(name: String, value: String)] {
    let waiting = backlog.waiting > 0 ? ", \(backlog.waiting) not started" : ""
    return [
      ("backlog", "peak \(backlog.peak), \(backlog.atScheduleEnd) when the last was due\(waiting)"),
      ("backlog growth", "\(NumberText.fixed(backlog.slope)) req/s"),
      ("drain", "\(NumberText.fixed(backlog.drainSeconds)) s after the last was due"),
    ]
  }

  private var goodputPairs: [(name: String, value: String)] {
    guard let goodput = report.goodput else { return [] }
    let limits = goodput.objectives.joined(separator: " ")
    // Whose TTFT it is: that of vLLM stops at the chunk that names the role, and stands in its result file.
    let origin = goodput.isFromIntended.map { $0 ? ", from the intended instant" : "" } ?? ""
    return [
      ("goodput", "\(NumberText.fixed(goodput.rate)) req/s (\(NumberText.percent(goodput.share)) with \(limits))"),
      ("goodput judges by", "NPUTestKit's TTFT\(origin)"),
    ]
  }

  private var latencyTable: ConsoleTable {
    table(of: report.latencyRows, percents: report.latencies.endToEnd.percentiles.map(\.percent))
  }

  private var measureTable: ConsoleTable {
    var table = table(
      of: report.measures.map { ($0.measure.rawValue, $0.figures) },
      percents: report.latencies.endToEnd.percentiles.map(\.percent))
    table.columns += [.init("total"), .init("per s")]
    for (index, measure) in report.measures.enumerated() {
      table.rows[index] += [NumberText.fixed(measure.total), NumberText.fixed(measure.perSecond)]
    }
    return table
  }

  private func table(of dialect: DialectReport) -> ConsoleTable {
    table(
      of: dialect.figures.map { ($0.name, $0.latency) },
      percents: dialect.figures.first?.latency.percentiles.map(\.percent) ?? [])
  }

  private func table(of rows: [(name: String, figures: LatencyFigures)], percents: [Double]) -> ConsoleTable {
    let titles = percents.map { "p\(NumberText.plain($0))" }
    // Seldom needed, and then never to be missed.
    let hasUndefined = rows.contains { $0.figures.undefined > 0 }
    var table = ConsoleTable(
      columns: [.init("", .left), .init("n")] + (hasUndefined ? [.init("undef.")] : []) + [.init("mean")]
        + titles.map { .init($0) } + [.init("max")])
    for (name, figures) in rows {
      // Five digits of the greatest value: hundredths of a millisecond mean nothing beside ten seconds.
      let greatest = figures.maximum ?? 0
      let decimals = greatest < 1000 ? 2 : greatest < 10_000 ? 1 : 0
      func text(_ value: Double?) -> String { NumberText.fixed(value, decimals: decimals) }
      let values = figures.percentiles.map { entry in
        text(entry.value) + (entry.isWeak && entry.value != nil ? "~" : "")
      }
      let undefined = hasUndefined ? ["\(figures.undefined)"] : []
      table.rows.append(
        [name, "\(figures.count)"] + undefined + [text(figures.mean)] + values + [text(figures.maximum)])
      guard figures.percentiles.contains(where: { $0.countingFailures != nil }) else { continue }
      let title = figures.undefined == 0 ? "  with failures" : figures.failed == 0 ? "  with undefined" : "  with both"
      table.rows.append(
        [title, ""] + undefined.map { _ in "" } + [""] + figures.percentiles.map { text($0.countingFailures) } + ["inf"]
      )
    }
    return table
  }
}
