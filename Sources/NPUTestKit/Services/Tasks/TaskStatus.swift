public import NPUBase

/// What a service says of a task.
public struct TaskStatus: Sendable, Hashable {
  /// The identity; `nil` where the response does not repeat it.
  public var id: String?
  /// The state, in the service's word.
  public var state: TaskState
  /// How far the work is, in percent as the service says; it may jump and need not reach 100.
  public var progress: Double?
  /// Where the results are, in the service's own view of its address; see ``TaskClient/result(at:)``.
  public var resultURLs: [String]
  /// Why the task failed; `nil` if there is no reason or it is empty.
  public var error: String?
  /// When the task came, by the service's clock.
  public var createdAt: ServiceTimestamp?
  /// When the task ended, by the service's clock.
  public var completedAt: ServiceTimestamp?
  /// How long the work took by the service's own measure, without the wait.
  public var processingTime: Duration?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a status.
  public init(
    id: String? = nil, state: TaskState, progress: Double? = nil, resultURLs: [String] = [], error: String? = nil,
    createdAt: ServiceTimestamp? = nil, completedAt: ServiceTimestamp? = nil, processingTime: Duration? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.state = state
    self.progress = progress
    self.resultURLs = resultURLs
    self.error = error
    self.createdAt = createdAt
    self.completedAt = completedAt
    self.processingTime = processingTime
    self.extras = extras
  }

  /// The wait in the queue by the service's clock: from creation to completion, less the work.
  ///
  /// Unknown unless the service gives all three. Its stamps may be whole seconds, so that the wait is good to a second
  /// then; never negative.
  public var queueTime: Duration? {
    guard let createdAt, let completedAt, let processingTime, let whole = createdAt.duration(to: completedAt) else {
      return nil
    }
    return max(.zero, whole - processingTime)
  }

  /// Whether neither stamp has a fraction of a second, so that their distance is good to a second.
  var hasWholeSeconds: Bool {
    [createdAt, completedAt].compactMap(\.self).allSatisfy { $0.sinceEpoch.components.attoseconds == 0 }
  }
}

extension TaskStatus: Decodable {
  private static let known: Set<String> = [
    "requestId", "request_id", "task_id", "taskId", "id", "status", "progress", "result_urls", "error", "created_at",
    "completed_at", "processing_time",
  ]

  /// Reads a status of either shape; only the state is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let extras = container.extras(known: Self.known)
    let reason = container.text("error") ?? extras["reason"]?.string
    self.init(
      id: try? container.taskIdentity(), state: try container.decode(TaskState.self, forKey: "status"),
      progress: container.number("progress"), resultURLs: container.lenient("result_urls") ?? [],
      error: reason.flatMap { $0.isEmpty ? nil : Excerpt.of($0) }, createdAt: container.lenient("created_at"),
      completedAt: container.lenient("completed_at"),
      processingTime: container.number("processing_time").flatMap(Duration.ofService),
      extras: extras.filter { $0.value != .null })
  }
}
