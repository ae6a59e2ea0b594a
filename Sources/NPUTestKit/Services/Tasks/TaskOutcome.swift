public import NPUBase

/// How a task ended.
public enum TaskOutcome: Sendable, Hashable {
  /// It is done and has results.
  case completed
  /// The service gave it up, and says why.
  case failed(reason: String)
  /// Somebody took it back.
  case cancelled
  /// The service does not know it any more: it was restarted, and its tasks were only in memory.
  case lost(message: String)
  /// It has not ended within the time of the policy, or shows no progress.
  case stuck(reason: String)

  /// The outcome alone, from a bounded set: the key by which reports group tasks.
  public var shortDescription: String {
    switch self {
    case .completed: "completed"
    case .failed: "task_failed"
    case .cancelled: "task_cancelled"
    case .lost: "task_lost"
    case .stuck: "task_stuck"
    }
  }

  /// What the service or the policy says; empty for a task that is done.
  public var message: String {
    switch self {
    case .completed: ""
    case .cancelled: "the task was cancelled"
    case .failed(let text), .lost(let text), .stuck(let text): text
    }
  }
}

/// What is known of a task after one more look at it.
public struct TaskUpdate: Sendable, Hashable {
  /// When the response had arrived.
  public var instant: MonotonicInstant
  /// What the task is doing; `unknown` where the service did not say.
  public var phase: TaskState.Phase
  /// Progress in percent, where the service gives it.
  public var progress: Double?
  /// What the service said, where it could be read.
  public var status: TaskStatus?
  /// How the task ended; `nil` while it has not.
  public var outcome: TaskOutcome?
  /// What went wrong with this look, if something did and the task goes on all the same.
  public var problem: String?

  /// Creates an update.
  public init(
    instant: MonotonicInstant, phase: TaskState.Phase, progress: Double? = nil, status: TaskStatus? = nil,
    outcome: TaskOutcome? = nil, problem: String? = nil
  ) {
    self.instant = instant
    self.phase = phase
    self.progress = progress
    self.status = status
    self.outcome = outcome
    self.problem = problem
  }
}
