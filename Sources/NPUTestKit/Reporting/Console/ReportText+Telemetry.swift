internal import NPUBase
internal import NPULoad
internal import NPUTelemetry

extension ReportText {
  /// What the chips did and what the server said of itself, where somebody watched.
  var telemetrySections: [Section] {
    var sections: [Section] = []
    if let server = report.serverMetrics {
      let table = serverTable(server)
      if !table.rows.isEmpty { sections.append(Section(title: "Server's own times (ms)", body: .table(table))) }
      sections.append(Section(title: "Server's metrics", body: .pairs(serverPairs(server))))
    }
    if let npu = report.npu {
      if npu.chips.isEmpty {
        let reason = npu.gaps.first.map { "\($0.example.onOneLine) [\($0.kind)]" } ?? "the responses name no chip"
        sections.append(Section(title: "NPU", body: .list([("no chip was read: \(reason)", .bad)])))
      } else {
        sections.append(Section(title: "NPU", body: .table(chipTable(npu))))
      }
      sections.append(Section(title: "Energy and sampling", body: .pairs(samplingPairs(npu))))
      let items = verdictItems(npu)
      let passed = npu.verdicts.count { $0.outcome == .pass }
      let summary = (
        "pass \(passed) of \(npu.verdicts.count): leak, temperature, health, headroom", TerminalStyle.Tone?.none
      )
      if !npu.verdicts.isEmpty { sections.append(Section(title: "NPU verdicts", body: .list([summary] + items))) }
    }
    return sections
  }

  /// What did not pass; chips of which the same is said stand together.
  private func verdictItems(_ npu: TelemetrySummary) -> [(String, TerminalStyle.Tone?)] {
    var groups: [(verdict: TelemetryVerdict, chips: [ChipIdentity])] = []
    for verdict in npu.verdicts where verdict.outcome != .pass {
      let index = groups.firstIndex {
        $0.verdict.subject == verdict.subject && $0.verdict.outcome == verdict.outcome
          && $0.verdict.reason == verdict.reason
      }
      if let index { groups[index].chips.append(verdict.chip) } else { groups.append((verdict, [verdict.chip])) }
    }
    return groups.map { verdict, chips in
      let tone: TerminalStyle.Tone = verdict.outcome == .fail ? .bad : .doubtful
      let names = chips.map(\.description).joined(separator: ", ")
      return (
        "\(verdict.outcome.rawValue) \(verdict.subject.rawValue) of chip \(names): \(verdict.reason)", tone
      )
    }
  }

  private func chipTable(_ npu: TelemetrySummary) -> ConsoleTable {
    // The use of the AI cores and that of the whole chip are two quantities; a tool shows one of them or both.
    let showsUtilization = npu.chips.contains { $0.utilizationMean != nil }
    let showsAICore = !showsUtilization || npu.chips.contains { $0.aiCoreMean != nil }
    let uses: [(name: String, mean: KeyPath<ChipSummary, Double?>, p95: KeyPath<ChipSummary, Double?>)] =
      (showsAICore ? [("AICore %", \.aiCoreMean, \.aiCoreP95)] : [])
      + (showsUtilization ? [("NPU Util %", \.utilizationMean, \.utilizationP95)] : [])
    var columns: [ConsoleTable.Column] = [
      .init("chip", .left), .init("HBM start"), .init("peak"), .init("end MB"), .init("peak %"),
    ]
    columns += uses.flatMap { [.init($0.name), .init("p95")] }
    columns += [.init("W"), .init("max C"), .init("J"), .init("health", .left)]
    var table = ConsoleTable(columns: columns)
    for chip in npu.chips {
      func megabytes(_ bytes: Int?) -> String { bytes.map { "\($0 >> 20)" } ?? NumberText.undefined }
      // The number of changes stands behind the state after them; a health that no sample shows is not OK.
      let health =
        chip.healthChanges.last.map { "\($0.to) (\(chip.healthChanges.count))" } ?? chip.healthFirst
        ?? NumberText.undefined
      var cells = [
        "\(chip.chip)", megabytes(chip.memoryStartBytes), megabytes(chip.memoryPeakBytes),
        megabytes(chip.memoryEndBytes), NumberText.fixed(chip.memoryPeakShare.map { $0 * 100 }, decimals: 1),
      ]
      cells += uses.flatMap { use in
        [
          NumberText.fixed(chip[keyPath: use.mean], decimals: 1), NumberText.fixed(chip[keyPath: use.p95], decimals: 0),
        ]
      }
      cells += [
        NumberText.fixed(chip.powerMeanWatts, decimals: 1), NumberText.fixed(chip.temperaturePeak, decimals: 0),
        NumberText.fixed(chip.energyJoules, decimals: 0), health,
      ]
      table.rows.append(cells)
    }
    return table
  }

  private func samplingPairs(_ npu: TelemetrySummary) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    let error = npu.energyErrorJoules.map { " +- \(NumberText.fixed($0, decimals: 1))" } ?? ""
    pairs.append(("energy", "\(NumberText.fixed(npu.energyJoules, decimals: 1))\(error) J"))
    pairs.append(("energy per output token", "\(NumberText.fixed(npu.energyPerOutputToken, decimals: 4)) J"))
    if let before = npu.powerBeforeWatts {
      pairs.append(("power before", "\(NumberText.fixed(before, decimals: 1)) W"))
    }
    pairs.append(
      ("samples", "\(npu.samples), every \(NumberText.fixed(npu.interval.seconds)) s; missed \(npu.samplesMissed)"))
    if let mean = npu.callMean?.milliseconds, let longest = npu.callLongest?.milliseconds {
      pairs.append(
        ("one call", "mean \(NumberText.fixed(mean, decimals: 1)), max \(NumberText.fixed(longest, decimals: 1)) ms"))
    }
    for gap in npu.gaps { pairs.append(("gaps \(gap.kind)", "\(gap.count); first: \(gap.example.onOneLine)")) }
    return pairs
  }

  private func serverTable(_ server: ServerMetricsFigures) -> ConsoleTable {
    let rows: [(String, ServerMetric, LatencyFigures?)] = [
      ("TTFT", .timeToFirstToken, report.latencies.timeToFirstToken),
      ("ITL", .interTokenLatency, report.latencies.interTokenLatency),
      ("TPOT", .timePerOutputToken, report.latencies.timePerOutputToken),
      ("E2E", .endToEndLatency, report.latencies.endToEnd), ("queue", .queueTime, nil),
      ("prefill", .prefillTime, nil), ("decode", .decodeTime, nil),
    ]
    let percents = server.times.values.map { $0.percentiles.map(\.percent) }.max { $0.count < $1.count } ?? []
    var table = ConsoleTable(
      columns: [.init("", .left), .init("n"), .init("mean"), .init("client's")]
        + percents.map { .init("p\(NumberText.plain($0))") })
    for (name, metric, client) in rows {
      guard let figures = server.time(metric), figures.count > 0 else { continue }
      let values = percents.map { percent in
        figures.percentiles.first { $0.percent == percent }?.text ?? NumberText.undefined
      }
      table.rows.append(
        [name, NumberText.plain(figures.count), NumberText.fixed(figures.mean), NumberText.fixed(client?.mean)] + values
      )
    }
    return table
  }

  private func serverPairs(_ server: ServerMetricsFigures) -> [(name: String, value: String)] {
    var pairs = [(name: "metrics of", value: server.address.onOneLine)]
    func level(_ name: String, _ metric: ServerMetric, scale: Double = 1, unit: String = "") {
      guard let level = server.levels[metric.rawValue] else { return }
      pairs.append(
        (name, "mean \(NumberText.fixed(level.mean * scale)), peak \(NumberText.fixed(level.peak * scale))\(unit)"))
    }
    level("running", .requestsRunning)
    level("waiting", .requestsWaiting)
    level("KV cache", .kvCacheUsage, scale: 100, unit: " %")
    for (name, metric) in [("generated", ServerMetric.generationTokens), ("prompts", .promptTokens)] {
      guard let count = server.counts[metric.rawValue] else { continue }
      pairs.append(
        (
          name,
          "\(NumberText.fixed(count, decimals: 0)) tokens, \(NumberText.fixed(server.rates[metric.rawValue])) tok/s"
        ))
    }
    if let count = server.counts[ServerMetric.preemptions.rawValue], count > 0 {
      pairs.append(("preemptions", NumberText.fixed(count, decimals: 0)))
    }
    let restarts = server.restarts > 0 ? "; the server was restarted \(server.restarts) times" : ""
    pairs.append(("readings", "\(server.readings); missed \(server.missed)\(restarts)"))
    if let gap = server.firstGap { pairs.append(("first gap", gap.onOneLine)) }
    return pairs
  }
}
