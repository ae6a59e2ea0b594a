internal import NPUBase
internal import NPUDigest
internal import NPUServices
internal import NPUTransport

/// A list of items, each of which a service is asked for once, whatever happens to the process meanwhile.
///
/// ```swift
/// let service = try Service("http://127.0.0.1:8000")
/// let batch = Batch(
///   LinesInput("requests.jsonl"), ServiceWork(.chat, of: service), to: .folder("results"),
///   plan: BatchPlan(concurrency: 16, resumes: true))
/// let report = try await batch.run()
/// print(report.completed, report.failed)
/// ```
///
/// Every item has one outcome, in a line of `outcomes.jsonl`, over all parts of the batch. An item that was under way when
/// the process was killed has none yet: it is asked for again, or never, as ``BatchPlan/asksAtMostOnce`` says.
public struct Batch: Sendable {
  /// Where the items come from.
  public var input: any BatchInput
  /// What is asked for each.
  public var work: any BatchWork
  /// Where files go.
  public var output: BatchOutput
  /// The folder of the batch's own, where it keeps what it knows.
  public var folder: String
  /// How it is run.
  public var plan: BatchPlan

  /// Describes a batch.
  ///
  /// - Parameters:
  ///   - input: Where the items come from.
  ///   - work: What is asked for each.
  ///   - output: Where files go.
  ///   - folder: The folder of the batch's own; `nil` for that of the output if it is one, else `batch`.
  ///   - plan: How it is run.
  public init(
    _ input: any BatchInput, _ work: any BatchWork, to output: BatchOutput, folder: String? = nil,
    plan: BatchPlan = BatchPlan()
  ) {
    self.input = input
    self.work = work
    self.output = output
    self.plan = plan
    switch output {
    case .folder(let path): self.folder = folder ?? path
    case .store: self.folder = folder ?? "batch"
    }
  }

  /// Runs the batch, or what is left of it.
  ///
  /// Where the task is cancelled, what is under way is broken off and has no outcome.
  ///
  /// - Parameter told: Told of each outcome, and how many there are.
  /// - Returns: What it has come to.
  /// - Throws: ``BatchError`` for what could not be begun or gone on with; `CancellationError` before the first item.
  public func run(_ told: @Sendable (BatchOutcome, _ done: Int) -> Void = { _, _ in }) async throws -> BatchReport {
    let started = work.transport.now
    try BatchError.local { () throws(FileError) in try Folder.prepare(folder) }
    try await output.check()
    let index = try await input.index(in: folder)
    let header = try BatchJournal.Header(index, work.settings, files: plan.writesFiles)
    let journal = try BatchJournal(in: folder, header, ids: index.entries.map(\.id), resumes: plan.resumes)
    defer { journal.close() }
    var course = Course()
    do {
      try settleInterrupted(journal, index, told)
      try await askAll(journal, index, &course, told)
    } catch {
      course.stop(for: error)
    }
    let end: BatchReport.End =
      course.error != nil
      ? .error : course.isCancelled ? .cancelled : course.hasGivenUp ? .failuresInARow : .complete
    var report = BatchReport(
      journal.state, items: index.entries.count, end: end, error: course.error,
      seconds: started.duration(to: work.transport.now) / .seconds(1), outcomes: journal.outcomesPath)
    if end == .complete {
      do { try await publish(report, journal) } catch {
        (report.end, report.error) = (.error, BatchError(stopped: error))
      }
    }
    return report
  }

  /// What a part knows of its course.
  private struct Course {
    var failuresInARow = 0
    var hasGivenUp = false
    var isCancelled = false
    var error: BatchError?

    var isOver: Bool { hasGivenUp || isCancelled || error != nil }

    mutating func stop(for reason: any Error) {
      if reason is CancellationError {
        isCancelled = true
      } else if error == nil {
        error = BatchError(stopped: reason)
      }
    }
  }

  /// How the turn of an item ended.
  private enum Turn: Sendable {
    case outcome(BatchOutcome)
    /// It has no outcome, and nothing more is to be begun.
    case stopped(any Error)
  }

  private func settleInterrupted(
    _ journal: BatchJournal, _ index: BatchIndex, _ told: (BatchOutcome, Int) -> Void
  ) throws {
    guard plan.asksAtMostOnce else { return }
    for place in journal.state.interrupted {
      let outcome = BatchOutcome(
        index: place, id: index.entries[place].id, status: .interrupted, attempts: 0,
        error: BatchOutcome.Failure(
          kind: "interrupted",
          message: "the batch was killed while the item was under way; whether the service has done it is not known"),
        files: [])
      try journal.append(outcome)
      told(outcome, journal.state.done)
    }
  }

  private func askAll(
    _ journal: BatchJournal, _ index: BatchIndex, _ course: inout Course, _ told: (BatchOutcome, Int) -> Void
  ) async throws {
    var pending = journal.state.pending[...]
    try await withThrowingTaskGroup(of: Turn.self) { group in
      func begin() throws {
        guard !Task.isCancelled, let place = pending.popFirst() else { return }
        try journal.begin(place)
        let entry = index.entries[place]
        group.addTask { await turn(place, entry) }
      }
      do {
        for _ in 0..<min(max(1, plan.concurrency), pending.count) { try begin() }
      } catch {
        course.stop(for: error)
      }
      while let turn = try await group.next() {
        do {
          switch turn {
          case .outcome(let outcome):
            try journal.append(outcome)
            told(outcome, journal.state.done)
            course.failuresInARow = outcome.status == .failed ? course.failuresInARow + 1 : 0
            if let most = plan.failuresInARow, course.failuresInARow >= most { course.hasGivenUp = true }
          case .stopped(let error): throw error
          }
          if !course.isOver { try begin() }
        } catch {
          // What is under way is still waited for: the service has been asked.
          course.stop(for: error)
        }
      }
    }
    if Task.isCancelled, !journal.state.pending.isEmpty { course.isCancelled = true }
    if course.hasGivenUp, journal.state.pending.isEmpty { course.hasGivenUp = false }
  }

  // MARK: - One item

  private func turn(_ place: Int, _ entry: BatchIndex.Entry) async -> Turn {
    do {
      let item = try await input.item(entry, in: folder)
      defer { input.release(item, in: folder) }
      return .outcome(try await outcome(of: item, place))
    } catch {
      return .stopped(error)
    }
  }

  private func outcome(of item: BatchItem, _ place: Int) async throws -> BatchOutcome {
    var outcome = BatchOutcome(index: place, id: item.id, status: .failed, attempts: 0, files: [])
    let clock = work.transport
    while true {
      outcome.attempts += 1
      let started = clock.now
      do {
        let answer = try await work.perform(item)
        outcome.latency = (answer.latency ?? started.duration(to: clock.now)) / .milliseconds(1)
        outcome.httpStatus = answer.status
        outcome.status = .completed
        try await keep(answer, &outcome)
        return outcome
      } catch let error as ServiceError {
        if let limit = Self.ownLimit(error) { throw limit }
        if Task.isCancelled { throw CancellationError() }
        outcome.latency = started.duration(to: clock.now) / .milliseconds(1)
        outcome.httpStatus = error.status
        guard let pause = plan.retries.pause(after: error, number: outcome.attempts) else {
          outcome.error = BatchOutcome.Failure(kind: error.shortDescription, message: Excerpt.of(error.message))
          return outcome
        }
        try await clock.wait(until: clock.now.advanced(by: pause))
      }
    }
  }

  /// What says nothing of the service, and would fail every other item too.
  private static func ownLimit(_ error: ServiceError) -> BatchError? {
    guard let cause = error.underlying as? TransportError,
      TransportError.clientLimits.contains(cause.kind) || [.authentication, .shutDown].contains(cause.kind)
    else { return nil }
    return BatchError(kind: .file, message: "no request can be sent: \(cause)")
  }

  /// Puts what came where it belongs.
  private func keep(_ answer: BatchAnswer, _ outcome: inout BatchOutcome) async throws {
    var files = answer.files
    if let document = answer.document {
      if plan.writesFiles {
        if let text = document.string {
          files.append(.init(ending: "txt", bytes: Array(text.utf8), contentType: "text/plain; charset=utf-8"))
        } else {
          let bytes = try JSONCoding.encode(document) + [0x0A]
          files.append(.init(ending: "json", bytes: bytes, contentType: "application/json"))
        }
      } else {
        outcome.response = document
      }
    }
    for (number, file) in files.enumerated() {
      let place = files.count == 1 ? "" : "~\(number)"
      let name = "outputs/\(OutputName.path(outcome.id))\(place).\(file.ending)"
      try await output.put(file.bytes, as: name, contentType: file.contentType)
      outcome.files.append(
        BatchOutcome.File(name: name, bytes: file.bytes.count, sha256: ContentDigest.text(of: file.bytes)))
    }
  }

  /// Copies the outcomes and the report to where the files are.
  private func publish(_ report: BatchReport, _ journal: BatchJournal) async throws {
    try await output.publish(
      journal.outcomesPath, as: BatchJournal.outcomesName, contentType: "application/x-ndjson")
    let bytes = try JSONCoding.encode(report).escapingSteering + [0x0A]
    try await output.put(bytes, as: "summary.json", contentType: "application/json")
  }
}
