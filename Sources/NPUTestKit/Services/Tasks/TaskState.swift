public import NPUBase

/// The state of a task in the service's own word.
///
/// Services of one family use different words for the same thing; ``phase`` says what a word means.
public struct TaskState: OpenString {
  /// The word as it came.
  public var rawValue: String
  /// Wraps any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Waiting, in the word of the documentation.
  public static let queued: TaskState = "queued"
  /// Waiting, in the word of the published server.
  public static let pending: TaskState = "pending"
  /// Being worked on.
  public static let processing: TaskState = "processing"
  /// Done.
  public static let completed: TaskState = "completed"
  /// Given up by the service.
  public static let failed: TaskState = "failed"

  /// What a state means.
  public enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
    /// The task waits for its turn.
    case queued
    /// The task is being worked on.
    case processing
    /// The task is done and has results.
    case completed
    /// The service has given the task up.
    case failed
    /// Somebody has taken the task back.
    case cancelled
    /// A word that is not known here.
    case unknown

    /// Whether nothing more happens to the task.
    public var isFinal: Bool { self == .completed || self == .failed || self == .cancelled }
  }

  /// What the word means, whatever its case.
  public var phase: Phase {
    switch rawValue.lowercased() {
    case "queued", "pending", "waiting", "submitted", "created", "init": .queued
    case "processing", "running", "in_progress", "started", "active": .processing
    case "completed", "complete", "succeed", "succeeded", "success", "done", "finished": .completed
    case "failed", "failure", "fail", "error": .failed
    case "cancelled", "canceled", "revoked": .cancelled
    default: .unknown
    }
  }
}
