internal import NPUBase
public import NPUTransport
internal import Synchronization

/// Runs a load and turns its records into a journal and a report, with progress meanwhile.
///
/// ```swift
/// var session = LoadSession(plan: plan, workload: workload, transport: transport)
/// try session.writeJournal(to: "run.jsonl")
/// let result = try await session.run()
/// print(ReportText(result.report).console)
/// ```
public struct LoadSession: Sendable {
  /// How much, how fast, how long.
  public var plan: LoadPlan
  /// What to send.
  public var workload: any Workload
  /// What sends it.
  public var transport: any Transport
  /// What the report says of the run; what is left out is taken from the plan and the workload.
  public var description: RunDescription
  /// What the report holds.
  public var options: LoadReportBuilder.Options
  /// What is watched beside the load; watching ends with the run.
  public var telemetry = LoadTelemetry()
  /// Where every record is written; closed at the end.
  public var journal: JournalWriter?

  /// What a session gives.
  public struct Result: Sendable {
    /// The report.
    public var report: LoadReport
    /// How the run went; `nil` if the workload's error ended it.
    public var end: LoadEnd?
    /// What kept the workload from going on; the report covers what was done before, says so, and passes nothing.
    public var workloadError: (any Error)?
    /// Why the journal could not be written to its end; the run went on without it.
    public var journalError: JournalError?
  }

  /// Creates a session.
  public init(
    plan: LoadPlan, workload: any Workload, transport: any Transport, description: RunDescription = RunDescription(),
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: JournalWriter? = nil
  ) {
    self.plan = plan
    self.workload = workload
    self.transport = transport
    self.description = description
    self.options = options
    self.journal = journal
  }

  /// Has every record written to a journal whose header says what is run.
  ///
  /// To be called after all else is set.
  ///
  /// - Parameters:
  ///   - path: The file; an existing one is replaced.
  ///   - tokenStamps: Which instants of tokens the journal keeps.
  /// - Throws: ``JournalError`` if the file cannot be made.
  public mutating func writeJournal(
    to path: String, tokenStamps: JournalHeader.TokenStamps = .all
  ) throws(JournalError) {
    journal = try JournalWriter(
      path: path, header: JournalHeader(beginning: whole, tokenStamps: tokenStamps), replacing: true)
  }

  /// The description, with what plan and workload say of themselves.
  private var whole: RunDescription {
    var whole = description.completed(by: plan, workload.target(over: transport))
    whole.dataset = whole.dataset ?? workload.dataset
    return whole
  }

  /// Carries out the plan.
  ///
  /// Cancelling the task stops the run at once; the result then covers what was done, and says so. Neither an error of
  /// the workload nor one of the journal takes the report away: both stand in the result, and in the report too.
  ///
  /// - Parameters:
  ///   - interval: How often progress is told.
  ///   - progress: Gets how far the run has come.
  ///   - receive: Gets every record besides, for a result file or figures of one's own.
  /// - Returns: The result.
  /// - Throws: What ``LoadReportBuilder`` throws for its options.
  public func run(
    every interval: Duration = .milliseconds(200), progress: @escaping @Sendable (ProgressSnapshot) -> Void = { _ in },
    _ receive: (RequestRecord) -> Void = { _ in }
  ) async throws -> Result {
    var builder = try LoadReportBuilder(run: whole, options: options)
    let generator = LoadGenerator(plan: plan, workload: workload, transport: transport)
    let tally = ProgressTally(plan: plan, began: transport.now)
    let reporter = Task {
      while !Task.isCancelled {
        progress(tally.snapshot(generator.progress, at: transport.now))
        try await MonotonicClock().sleep(until: .now.advanced(by: interval))
      }
    }
    // While nothing ends nobody else writes what is buffered.
    let flusher = Task { [journal] in
      while let journal, !Task.isCancelled {
        try await MonotonicClock().sleep(until: .now.advanced(by: JournalWriter.flushInterval))
        try journal.flush()  // the error comes again with the next line
      }
    }
    defer {
      reporter.cancel()
      flusher.cancel()
    }
    var journal = journal
    var journalError: JournalError?
    var workloadError: (any Error)?
    var end: LoadEnd?
    func write(_ action: (JournalWriter) throws(JournalError) -> Void) {
      guard let open = journal else { return }
      do throws(JournalError) { try action(open) } catch {
        journalError = error
        journal = nil
      }
    }
    do {
      end = try await generator.run { records in
        for record in records {
          builder.add(record)
          receive(record)
          write { (journal) throws(JournalError) in try journal.append(record) }
        }
        tally.add(records)
      }
    } catch {
      workloadError = error
    }
    let isComplete = end?.isComplete ?? false
    let overdue = end?.overdueRequests ?? 0
    let unpreparedTime = end?.unpreparedTime ?? .zero
    let failure = workloadError.map { JSONCoding.describe($0) } ?? end.flatMap { plan.failure($0) }
    flusher.cancel()
    _ = await flusher.result
    write { (journal) throws(JournalError) in
      try journal.close(
        complete: isComplete, overdue: overdue, unpreparedTime: unpreparedTime, failure: failure)
    }
    reporter.cancel()
    _ = await reporter.result  // no line of progress may come after the last one
    progress(tally.snapshot(generator.progress, at: transport.now))
    var report = try builder.report(
      end: failure.map { .failed(reason: $0) } ?? (isComplete ? .complete : .stopped), overdue: overdue,
      unpreparedTime: unpreparedTime, telemetry: await telemetry.stop())
    if let journalError { report.notes.append("The journal is not whole: \(journalError)") }
    return Result(
      report: report, end: end, workloadError: workloadError, journalError: journalError)
  }
}

/// What progress lines count.
private final class ProgressTally: Sendable {
  private struct Counts {
    var completed = 0
    var failed = 0
    var outputTokens = 0
    var warmUpEnded = 0
    var isWarmup: Bool
  }

  private let plan: LoadPlan
  private let began: MonotonicInstant
  private let counts: Mutex<Counts>

  init(plan: LoadPlan, began: MonotonicInstant) {
    self.plan = plan
    self.began = began
    counts = Mutex(Counts(isWarmup: plan.warmUp != .none))
  }

  func add(_ records: [RequestRecord]) {
    counts.withLock { counts in
      for record in records {
        guard record.phase == .measured else {
          counts.warmUpEnded += 1
          continue
        }
        counts.isWarmup = false
        if record.outcome.isSuccess {
          counts.completed += 1
        } else if !record.outcome.isCancellation {
          counts.failed += 1
        }
        counts.outputTokens = counts.outputTokens.addingHeld(record.tokens.completion ?? 0)
      }
    }
  }

  func snapshot(_ progress: LoadGenerator.Progress, at now: MonotonicInstant) -> ProgressSnapshot {
    let counts = counts.withLock(\.self)
    return ProgressSnapshot(
      elapsed: began.duration(to: now), planned: plan.stop.requests, plannedDuration: plan.stop.duration,
      sent: progress.started, completed: counts.isWarmup ? counts.warmUpEnded : counts.completed, failed: counts.failed,
      inFlight: progress.inFlight, outputTokens: counts.outputTokens, isWarmup: counts.isWarmup)
  }
}
