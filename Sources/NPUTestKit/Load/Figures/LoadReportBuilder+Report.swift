internal import NPUBase
internal import NPUMetrics

extension LoadReportBuilder {
  /// The greatest share of the offered load that may be missing without a flag.
  static let shortfallLimit = 0.01

  /// The report on the records so far; more can be added afterwards.
  ///
  /// - Parameters:
  ///   - end: How the run ended, as its journal would say.
  ///   - overdue: Requests that were due before the end but never started.
  ///   - unpreparedTime: For how long a request was due that was not prepared yet.
  ///   - telemetry: What was seen of chips and server meanwhile.
  /// - Returns: The report.
  /// - Throws: ``NPUMetrics/ObjectiveError`` or ``NPUMetrics/StatisticsError``, though what causes them was checked
  ///   before.
  public func report(
    end: JournalReader.End = .complete, overdue: Int = 0, unpreparedTime: Duration = .zero,
    telemetry: LoadTelemetry.Readings = LoadTelemetry.Readings()
  ) throws -> LoadReport {
    let seconds = window.map { $0.start.duration(to: $0.end).seconds } ?? 0
    func perSecond(_ amount: Int) -> Double? { seconds > 0 ? Double(amount) / seconds : nil }
    let outputRate = tokens.output > 0 || tokens.outputUnknown < completed ? perSecond(tokens.output) : nil
    let inputRate = tokens.input > 0 || tokens.inputUnknown < completed ? perSecond(tokens.input) : nil
    var total: Double?
    if let inputRate, let outputRate { total = inputRate + outputRate }
    // Only a schedule offers a load: a closed loop sends as much as the service takes, and a run that was stopped was
    // not asked for the rest.
    let isScheduled = scheduled > 0 && end == .complete
    let planned = isScheduled ? max(run.plannedRequests ?? sent, sent) : sent
    let rates = scheduleRates
    let shortfall = max(
      planned > 0 ? 1 - Double(sent) / Double(planned) : 0,
      rates.map { 1 - $0.actual / $0.scheduled } ?? 0, 0)

    let canaries = quality.canaries
    var report = LoadReport(
      definitions: RequestMetrics.definitionsVersion, run: run, incompleteReason: end.incompleteReason,
      requests: LoadReport.RequestFigures(
        sent: sent, completed: completed, failed: sent - completed - cancelled, cancelled: cancelled, overdue: overdue,
        resent: resent,
        failureRate: sent > cancelled ? Double(sent - completed - cancelled) / Double(sent - cancelled) : nil,
        failures: failures.sorted,
        warmup: warmup, warmupFailed: warmupFailed),
      prompts: prompts.figures,
      window: LoadReport.Window(start: window?.start, end: window?.end, seconds: seconds),
      throughput: LoadReport.ThroughputFigures(
        requests: perSecond(completed), inputTokens: inputRate, outputTokens: outputRate, totalTokens: total,
        peakOutputTokens: tokens.peakRate, offered: rates?.scheduled, achieved: perSecond(sent),
        startRate: rates?.actual, shortfall: shortfall,
        isShort: shortfall > Self.shortfallLimit),
      concurrency: LoadReport.ConcurrencyFigures(
        mean: seconds > 0 ? concurrency.busyNanoseconds / 1e9 / seconds : nil, peak: concurrency.peak,
        isPeakExact: concurrency.isExact,
        unpreparedSeconds: unpreparedTime > .zero ? unpreparedTime.seconds : nil),
      backlog: scheduled > 0 ? backlog.figures?.adding(overdue: overdue) : nil,
      tokens: LoadReport.TokenFigures(
        input: tokens.inputUnknown > 0 && tokens.inputUnknown == completed ? nil : tokens.input,
        inputUnknown: tokens.inputUnknown,
        output: tokens.outputUnknown > 0 && tokens.outputUnknown == completed ? nil : tokens.output,
        outputUnknown: tokens.outputUnknown, sources: tokens.sources, promptSources: tokens.promptSources,
        chunks: tokens.chunks,
        chunksPerToken: tokens.chunksPerToken, lengthRequested: tokens.lengthRequested,
        lengthMismatched: tokens.lengthMismatched, lengthRatio: tokens.lengthRatio),
      responseForms: forms.figures,
      latencies: try latencyFigures(),
      measures: try measures.sorted { $0.key < $1.key }.map { measure, store in
        MeasureFigures(
          measure: measure, total: store.total, perSecond: seconds > 0 ? store.total / seconds : nil,
          figures: try figures(of: measure, store.samples))
      },
      goodput: options.goodput.isEmpty
        ? nil
        : LoadReport.GoodputFigures(
          objectives: options.goodput.map(\.description),
          isFromIntended: sent == 0 ? nil : scheduled > 0, good: good,
          share: sent > canaries ? Double(good) / Double(sent - canaries) : nil, rate: perSecond(good)),
      verdicts: [], dialects: try dialects.map { try $0.report(percentiles: options.percentiles) }, notes: [])
    report.quality = quality.figures(
      since: window?.start, perSecond: perSecond, hasObjectives: !options.goodput.isEmpty)
    report.take(telemetry)
    report.samples = ReportSamples(
      stores: latencies, measures: measures.mapValues(\.samples), declaredMeasures: options.measures,
      method: options.method)
    report.verdicts = try options.objectives.map { try report.verdict(on: $0) }
    report.notes =
      ReportNotes(
        report: report, tokens: tokens, silence: silences.longest, refusedSamples: latencies.negativeCount
      ).lines
    return report
  }

  /// Requests per second of the schedule and of the starts; `nil` where nothing was scheduled or all at once.
  private var scheduleRates: (scheduled: Double, actual: Double)? {
    guard let intended, let starts, scheduled >= 2 else { return nil }
    let scheduledSpan = intended.first.duration(to: intended.last).seconds
    let actualSpan = starts.first.duration(to: starts.last).seconds
    guard scheduledSpan > 0, actualSpan > 0 else { return nil }
    return (Double(scheduled - 1) / scheduledSpan, Double(scheduled - 1) / actualSpan)
  }

  /// The figures of a measure, with how many completed requests lack it.
  ///
  /// Where less is better, a request without it counts as infinite; the seconds of audio or the number of images of a
  /// failed request are no such thing.
  private func figures(of measure: Measure, _ samples: SampleStore) throws(StatisticsError) -> LatencyFigures {
    let failed = sent - completed - cancelled
    let undefined = max(0, completed - samples.count)
    var samples = samples
    if measure.isCost {
      samples.recordFailure(count: failed)
      samples.recordUndefined(count: undefined)
    }
    var figures = try LatencyFigures(samples, percentiles: options.percentiles, method: options.method)
    (figures.failed, figures.undefined) = (failed, undefined)
    return figures
  }

  private func latencyFigures() throws(StatisticsError) -> LoadReport.Latencies {
    func figures(_ store: LatencyStore) throws(StatisticsError) -> LatencyFigures {
      try LatencyFigures(store, percentiles: options.percentiles, method: options.method)
    }
    return LoadReport.Latencies(
      timeToFirstToken: try figures(latencies.timeToFirstToken),
      timeToFirstTokenFromIntended: try figures(latencies.timeToFirstTokenFromIntended),
      timeToFirstContent: try figures(latencies.timeToFirstContent),
      timeToFirstContentFromIntended: try figures(latencies.timeToFirstContentFromIntended),
      timePerOutputToken: try figures(latencies.timePerOutputToken),
      // Gaps of some requests only would look like the gaps of all.
      interTokenLatency: tokens.requestsWithoutStamps > 0 ? nil : try figures(latencies.interTokenLatency),
      endToEnd: try figures(latencies.endToEnd), endToEndFromIntended: try figures(latencies.endToEndFromIntended),
      scheduleLag: scheduled > 0 ? try figures(latencies.scheduleLag) : nil)
  }
}

extension LoadReport {
  /// Computes the report of a journal again.
  ///
  /// - Parameters:
  ///   - path: The journal.
  ///   - options: What the report holds; the same as in the run give the same report.
  ///   - receive: Gets every record too.
  /// - Throws: ``JournalError`` if the journal cannot be read; the errors of ``LoadReportBuilder``.
  public init(
    replaying path: String, options: LoadReportBuilder.Options = LoadReportBuilder.Options(),
    _ receive: (RequestRecord) throws -> Void = { _ in }
  ) throws {
    var reader = try JournalReader(path: path)
    var builder = try LoadReportBuilder(run: reader.header.run, options: options)
    while let record = try reader.next() {
      builder.add(record)
      try receive(record)
    }
    self = try builder.report(
      end: reader.end ?? .missingTrailer, overdue: reader.overdue, unpreparedTime: reader.unpreparedTime)
    if let note = reader.repetitionNote { notes.append(note) }
  }
}

extension JournalReader {
  /// Which lines were passed over because they repeat a request; `nil` if none did.
  fileprivate var repetitionNote: String? {
    guard repeatedLines > 0 else { return nil }
    let named = repeatedIndices.map { "\($0)" }.joined(separator: ", ")
    let more = repeatedLines > repeatedIndices.count ? " and others" : ""
    return "Lines of the journal that repeat a request were passed over: \(repeatedLines), of request \(named)\(more)."
  }
}

extension JournalReader.End {
  /// Why a report covers less than was planned; `nil` if it covers all.
  var incompleteReason: String? {
    switch self {
    case .complete: nil
    case .failed(let reason): "the run could not go on: \(reason)"
    case .stopped: "the run was stopped before everything planned was done"
    case .missingTrailer: "the journal has no end mark: the run was killed or still goes on"
    case .cutLine(let bytes): "the journal ends in the middle of a line, of which \(bytes) bytes were passed over"
    }
  }
}
