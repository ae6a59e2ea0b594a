internal import NPUBase
public import NPUServices
public import NPUTransport

/// Hands one task after another to a task service and follows each to its end.
///
/// A request of the load is one task, or one batch that is submitted together; its latency is the time to finish. Tasks
/// that fail, are lost or stuck are failed requests of the classes `task_failed`, `task_lost`, `task_stuck` and
/// `task_cancelled`.
public struct TaskWorkload: Workload {
  private let client: @Sendable (any Transport) -> TaskClient
  private let pattern: TaskRequest
  private let prompts: any PromptSource
  private let policy: PollingPolicy
  private let batchSize: Int
  private let downloads: Bool

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - client: Makes the client over the transport of the load.
  ///   - pattern: What every task has in common.
  ///   - prompts: What the images show.
  ///   - policy: How often tasks are looked at, and when they count as stuck.
  ///   - batchSize: How many tasks are submitted together; 1 submits each by itself.
  ///   - downloads: Whether the results are fetched and checked after the end; the time does not count as latency.
  public init(
    client: @escaping @Sendable (any Transport) -> TaskClient, pattern: TaskRequest, prompts: any PromptSource,
    policy: PollingPolicy = PollingPolicy(),
    batchSize: Int = 1, downloads: Bool = true
  ) {
    self.client = client
    self.pattern = pattern
    self.prompts = prompts
    self.policy = policy
    self.batchSize = max(1, batchSize)
    self.downloads = downloads
  }

  /// Names the service.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let service = client(transport).service
    return WorkloadTarget(
      baseURL: service.endpoint.description, endpointType: "task",
      request: RequestPattern(pattern, without: ["prompt"], cleanedBy: Redactor(service, over: transport)).members)
  }

  /// Makes the next task or batch; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one that is no text.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    var tasks: [TaskRequest] = []
    for place in 0..<batchSize {
      var task = pattern
      task.prompt = try await prompts.prompt(at: index &* batchSize &+ place).text(of: "an image task")
      tasks.append(task)
    }
    return PreparedRequest(
      operation: ServiceOperation { [self, tasks] in try await run(tasks, by: client($0)) },
      requested: RequestedLengths(entry: batchSize == 1 ? prompts.entry(at: index) : nil))
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }

  private func run(_ tasks: [TaskRequest], by client: TaskClient) async throws -> OperationResult {
    let submitted = client.transport.now
    let tickets = batchSize == 1 ? [try await client.submit(tasks[0])] : try await client.submit(batch: tasks)
    let accepted = client.transport.now
    let ends = try await finish(tickets, by: client, TaskTiming(submitted: submitted, accepted: accepted))
    var summary = TaskSummary(submitted: submitted, accepted: accepted, ends: ends)
    if downloads, summary.outcome.isSuccess {
      for (task, end) in zip(tasks, ends) {
        let images = try await client.results(of: end, to: task)
        summary.add(images)
      }
      // A result that came with the look which saw the end was not fetched here: the rest would pass for all of it.
      if ends.allSatisfy({ $0.image == nil }) { summary.downloaded = client.transport.now }
    }
    return OperationResult(
      requestID: tickets.count == 1 ? tickets[0].id : nil, outcome: summary.outcome,
      instants: TransferInstants(started: submitted, sent: submitted, ended: summary.finished),
      measures: summary.measures)
  }

  /// Follows all tasks of a batch at once; the ends stand in the order of the tickets.
  private func finish(
    _ tickets: [TaskTicket], by client: TaskClient, _ timing: TaskTiming
  ) async throws -> [TaskEnd] {
    try await withThrowingTaskGroup(of: (Int, TaskEnd).self) { group in
      for (index, ticket) in tickets.enumerated() {
        group.addTask { (index, try await client.finish(ticket, policy: policy, timing: timing)) }
      }
      var ends: [(Int, TaskEnd)] = []
      for try await end in group { ends.append(end) }
      return ends.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

/// What the tasks of one request of a load came to.
struct TaskSummary: Sendable {
  var submitted: MonotonicInstant
  var accepted: MonotonicInstant
  var ends: [TaskEnd]
  var downloaded: MonotonicInstant?
  private var images: Int?
  private var imageBytes = 0

  init(submitted: MonotonicInstant, accepted: MonotonicInstant, ends: [TaskEnd]) {
    self.submitted = submitted
    self.accepted = accepted
    self.ends = ends
  }

  mutating func add(_ images: [GeneratedImage]) {
    self.images = (self.images ?? 0) + images.count
    imageBytes += images.reduce(0) { $0 + $1.bytes.count }
  }

  /// The end of the last task.
  var finished: MonotonicInstant? { ends.compactMap(\.timing.finished).max() }

  /// Success if every task is done, else how the first of the others ended.
  var outcome: Outcome {
    guard let bad = ends.first(where: { $0.outcome != .completed }) else { return Outcome(.success) }
    return Outcome(
      Outcome.Kind(rawValue: bad.outcome.shortDescription), message: "task \(bad.id): \(bad.outcome.message)")
  }

  var measures: [Measure: Double] {
    var measures: [Measure: Double] = [
      .tasks: Double(ends.count), .submission: submitted.duration(to: accepted).milliseconds,
      .polls: Double(ends.reduce(0) { $0 + $1.timing.polls }),
    ]
    if let finished {
      measures[.timeToFinish] = submitted.duration(to: finished).milliseconds
      measures[.download] = downloaded.map { finished.duration(to: $0).milliseconds }
    }
    if let images {
      measures[.images] = Double(images)
      measures[.imageBytes] = Double(imageBytes)
    }
    measures[.queueWait] = mean(\.queueTime)
    measures[.queueWaitUncertainty] = measures[.queueWait] == nil ? nil : mean(\.queueUncertainty)
    measures[.processing] = mean(\.processingTime)
    measures[.pollUncertainty] = mean(\.uncertainty)
    return measures
  }

  private func mean(_ time: KeyPath<TaskTiming, Duration?>) -> Double? {
    let times = ends.compactMap { $0.timing[keyPath: time]?.milliseconds }
    return times.isEmpty ? nil : times.reduce(0, +) / Double(times.count)
  }
}
