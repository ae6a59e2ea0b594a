internal import NPUBase

/// What a reader must know before trusting the numbers of a report, each in one sentence.
struct ReportNotes {
  let report: LoadReport
  let tokens: TokenTally
  let silence: SilenceCounter.Silence?
  let refusedSamples: Int

  var lines: [String] {
    [
      completeness, dataset.lines, load, report.isOfOperations ? [] : silenceNotes, forms,
      report.isOfOperations ? [] : tokenNotes, latencyNotes,
    ].flatMap(\.self)
  }

  private var dataset: DatasetNotes {
    DatasetNotes(
      dataset: report.run.dataset, prompts: report.prompts, sent: report.requests.sent + report.requests.warmup)
  }

  private var completeness: [String] {
    var notes: [String] = []
    if let reason = report.incompleteReason { notes.append("Incomplete: \(reason).") }
    if report.requests.clientLimited > 0 {
      notes.append(
        "\(report.requests.clientLimited) requests failed at a limit of this machine and not of the service, so this run "
          + "measures nothing: raise the limit that the failures name, or send less at one time.")
    }
    if report.requests.cancelled > 0 {
      notes.append(
        "\(report.requests.cancelled) requests were cut off in flight when the run ended; they count as neither completed nor "
          + "failed.")
    }
    if report.requests.failed > 0 {
      notes.append(
        "Latencies are those of completed requests; the lines 'with failures' count the \(report.requests.failed) failed "
          + "ones as infinitely late, as do the verdicts.")
    }
    return notes + undefinedNotes
  }

  /// Which figures completed requests lack.
  private var undefinedNotes: [String] {
    let rows = report.latencyRows.filter { $0.figures.undefined > 0 && !$0.name.hasSuffix(LoadReport.fromIntended) }
    return rows.map { row in
      "\(row.name) is undefined for \(row.figures.undefined) of \(report.requests.completed) completed requests "
        + "(\(row.figures.undefinedText)): they are not in its figures, and objectives on it count them as infinite."
    }
  }

  private var load: [String] {
    var notes: [String] = []
    let throughput = report.throughput
    if let backlog = report.backlog, backlog.keepsUp == false {
      notes.append(
        "The service did not keep up with the \(NumberText.fixed(throughput.offered)) requests/s offered: "
          + "\(backlog.atScheduleEnd) requests were unfinished when the last was due, growing by "
          + "\(NumberText.fixed(backlog.slope)) each second, and the rest took \(NumberText.fixed(backlog.drainSeconds)) s. "
          + "Latencies from the intended instant grow with the length of such a run.")
    }
    if throughput.isShort {
      notes.append(
        "The load fell \(NumberText.percent(throughput.shortfall)) short of what was offered: the service was not tested at "
          + "the rate asked for.")
    }
    if report.requests.resent > 0 {
      notes.append(
        "\(report.requests.resent) requests went out on a kept-alive connection that the server had closed, and were sent once "
          + "more on a fresh one; their latencies count from the first sending.")
    }
    if report.requests.overdue > 0 {
      let least = report.requests.overdue >= LoadEnd.overdueLimit ? "At least " : ""
      notes.append(
        "\(least)\(report.requests.overdue) requests were due before the end and never started: the service, or the limit on "
          + "concurrency, could not keep up with the schedule.")
    }
    if let seconds = report.concurrency.unpreparedSeconds, seconds > report.window.seconds * Self.notableShare {
      notes.append(
        "For \(NumberText.fixed(seconds)) of \(NumberText.fixed(report.window.seconds)) s a request was due that this side "
          + "had not prepared: the workload\(report.quality == nil ? "" : ", or the examination of responses,") was slower "
          + "than the service, which was not tested at the load asked for.")
    }
    if !report.concurrency.isPeakExact {
      notes.append("The peak concurrency is sampled; a shorter peak may be missed.")
    }
    return notes
  }

  /// From how many seconds on a silence is named.
  private static let notableSilence = 5

  private var silenceNotes: [String] {
    guard let silence, silence.seconds >= Self.notableSilence, let start = report.window.start else { return [] }
    let offset = max(0, silence.second - start.nanoseconds / 1_000_000_000)
    return [
      "For at least \(silence.seconds) s, from second \(offset) on, no event came from the service although as many as "
        + "\(silence.responses) responses had begun and not ended."
    ]
  }

  private var forms: [String] {
    report.responseForms.map { $0.sentence(of: report.requests.completed) }
  }

  private var tokenNotes: [String] {
    var notes: [String] = []
    let completed = report.requests.completed
    if tokens.outputUnknown > 0 {
      notes.append(
        "Output tokens are unknown for \(tokens.outputUnknown) of \(completed) completed requests; they are not in token "
          + "throughput. Chunks are not tokens and do not stand in for them.")
    }
    if tokens.cached > 0 {
      notes.append(
        "\(tokens.cached) of \(tokens.input) prompt tokens came from the server's cache: it was spared their work.")
    }
    if let ratio = report.tokens.chunksPerToken, ratio < 0.95 || ratio > 1.05 {
      notes.append(
        "\(NumberText.fixed(ratio)) chunks per output token: ITL is the gap between chunks, not between tokens.")
    }
    if let count = tokens.promptSources[PromptLength.Source.estimated.rawValue] {
      notes.append(
        "Prompt lengths are estimated for \(count) of \(completed) completed requests: the service's tokenizer was not asked."
      )
    }
    if tokens.lengthMismatched > 0 {
      notes.append(
        "\(tokens.lengthMismatched) of \(tokens.lengthRequested) responses have another length than asked for (in all "
          + "\(NumberText.percent(report.tokens.lengthRatio)) of the tokens).")
    }
    if tokens.requestsWithoutStamps > 0 {
      notes.append("The journal kept no stamps of single tokens: ITL and peak token throughput are unknown.")
    }
    return notes
  }

  private var latencyNotes: [String] {
    var notes = intendedNotes
    let rows = report.latencyRows
    let weak = rows.compactMap { row -> String? in
      let percents = row.figures.percentiles.filter { $0.isWeak && $0.value != nil }.map(\.percent)
      guard let least = percents.min() else { return nil }
      return "\(row.name) from p\(NumberText.plain(least)) (n = \(row.figures.count))"
    }
    if !weak.isEmpty {
      notes.append("Percentiles marked ~ have too few samples to mean much: \(weak.joined(separator: ", ")).")
    }
    let rough = rows.filter { !$0.figures.isExact }.map(\.name)
    if !rough.isEmpty {
      notes.append("Percentiles to three digits, from a histogram: \(rough.joined(separator: ", ")).")
    }
    if refusedSamples > 0 {
      notes.append("\(refusedSamples) samples were negative and left out: stamps of their requests are out of order.")
    }
    return notes
  }
}

extension ReportNotes {
  /// By how much the two ways to count TTFT must differ before a note says so: 1 ms and 1 %.
  private static let notableMilliseconds = 1.0
  private static let notableShare = 0.01

  /// In an open loop a late start is the client's waiting, or that of its limit on concurrency, and users feel it.
  private var intendedNotes: [String] {
    let latencies = report.latencies
    guard latencies.scheduleLag != nil, let percentile = latencies.timeToFirstToken.percentiles.last,
      let sent = percentile.value,
      let intended = latencies.timeToFirstTokenFromIntended.percentile(percentile.percent)?.value,
      intended - sent > max(Self.notableMilliseconds, sent * Self.notableShare)
    else { return [] }
    let name = "p\(NumberText.plain(percentile.percent))"
    return [
      "TTFT counts from the request written: \(name) is \(NumberText.fixed(sent)) ms. From the instant that the schedule "
        + "intended it is \(NumberText.fixed(intended)) ms: requests started late."
    ]
  }
}

extension LoadReport {
  /// How the names of latencies from the intended instant end.
  fileprivate static let fromIntended = " from intended"

  /// The latencies with their names for people, in the order of a table; what another row says already is left out.
  package var latencyRows: [(name: String, figures: LatencyFigures)] {
    let all = (isOfOperations ? [] : latencies.tokenRows) + latencies.requestRows
    return all.compactMap { name, figures in figures.map { (name, $0) } }
  }
}

extension LoadReport.Latencies {
  fileprivate var tokenRows: [(String, LatencyFigures?)] {
    [
      ("TTFT", timeToFirstToken),
      ("TTFT" + LoadReport.fromIntended, scheduleLag == nil ? nil : timeToFirstTokenFromIntended),
      ("TTFC", timeToFirstContent == timeToFirstToken ? nil : timeToFirstContent), ("TPOT", timePerOutputToken),
      ("ITL", interTokenLatency),
    ]
  }

  fileprivate var requestRows: [(String, LatencyFigures?)] {
    [
      ("E2E", endToEnd), ("E2E" + LoadReport.fromIntended, scheduleLag == nil ? nil : endToEndFromIntended),
      ("schedule lag", scheduleLag),
    ]
  }
}
