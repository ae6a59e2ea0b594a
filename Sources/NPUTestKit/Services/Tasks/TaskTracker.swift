internal import NPUBase

/// Follows one task from look to look and decides how it ended; pure.
///
/// The published server answers every status with 500. Then the download tells: 400 while there is no result, 200 with
/// the image when there is one. A failed task cannot be seen that way and ends as stuck.
struct TaskTracker: Sendable {
  /// What to ask the service next.
  enum Question: Sendable, Hashable {
    case status, download
  }

  /// What came of a question.
  enum Observation: Sendable {
    /// The service told the state.
    case status(TaskStatus)
    /// The first result came.
    case result(GeneratedImage)
    /// The service answered with an error.
    case error(ServiceError)
  }

  /// What follows from an observation.
  enum Step: Sendable {
    /// This look gave something.
    case update(TaskUpdate)
    /// This look needs another question at once.
    case ask(Question)
    /// Asking on makes no sense.
    case fail(ServiceError)
  }

  /// After so many broken statuses in a row only the download is asked.
  private static let brokenStatusLimit = 3

  /// After so many looks in a row that were answered 404 in JSON the task is lost.
  private static let unknownLimit = 3

  private let policy: PollingPolicy
  private let deadline: MonotonicInstant
  private var brokenStatuses = 0
  private var unknowns = 0
  private var isOnDownload = false
  private var shown: (phase: TaskState.Phase, progress: Double?)
  private var lastChange: MonotonicInstant
  private var lastProblem: String?
  /// The first result, where the download was asked.
  private(set) var image: GeneratedImage?

  init(_ policy: PollingPolicy, since submitted: MonotonicInstant, deadline: MonotonicInstant) {
    self.policy = policy
    self.deadline = deadline
    shown = (.queued, nil)
    lastChange = submitted
  }

  /// The first question of a look.
  mutating func begin() -> Question {
    isOnDownload = brokenStatuses >= Self.brokenStatusLimit
    return isOnDownload ? .download : .status
  }

  /// Takes what came of the last question.
  mutating func take(_ observation: Observation, at now: MonotonicInstant) -> Step {
    let isUnknown = if case .error(let error) = observation { isUnknownTask(error) } else { false }
    unknowns = isUnknown ? unknowns + 1 : 0
    switch observation {
    case .status(let status):
      brokenStatuses = 0
      return .update(update(status, now))
    case .result(let image):
      self.image = image
      return .update(TaskUpdate(instant: now, phase: .completed, outcome: .completed))
    case .error(let error):
      return take(error, now)
    }
  }

  private mutating func update(_ status: TaskStatus, _ now: MonotonicInstant) -> TaskUpdate {
    let phase = status.state.phase
    var update = TaskUpdate(instant: now, phase: phase, progress: status.progress, status: status)
    switch phase {
    case .completed: update.outcome = .completed
    case .failed: update.outcome = .failed(reason: status.error ?? "the service gives no reason")
    case .cancelled: update.outcome = .cancelled
    case .queued, .processing, .unknown: update.outcome = verdict(phase, status.progress, now)
    }
    return update
  }

  /// Whether the service itself, and not a page of something before it, answers a status request with 404.
  private func isUnknownTask(_ error: ServiceError) -> Bool {
    guard error.kind == .httpStatus, error.status == 404, !isOnDownload, let form = error.bodyForm else { return false }
    return ![.html, .text, .empty].contains(form)
  }

  private mutating func take(_ error: ServiceError, _ now: MonotonicInstant) -> Step {
    let words = error.message.lowercased()
    if error.kind == .httpStatus, let status = error.status {
      switch status {
      case 404 where isOnDownload && words.contains("image"):
        // The task is done; its file lies where the service does not look for it.
        let problem = "the result cannot be downloaded: \(error.message)"
        return .update(TaskUpdate(instant: now, phase: .completed, outcome: .completed, problem: problem))
      case 404
      where error.bodyForm != .html && (words.contains("task") || words.contains("request"))
        || unknowns >= Self.unknownLimit:
        return .update(
          TaskUpdate(
            instant: now, phase: .unknown,
            outcome: .lost(message: "the service does not know the task any more: \(error.message)")))
      case 400 where isOnDownload:
        return .update(
          TaskUpdate(instant: now, phase: shown.phase, outcome: verdict(shown.phase, shown.progress, now)))
      case 400, 401, 403, 405, 422: return .fail(error)
      case 500 where !isOnDownload:
        brokenStatuses += 1
        isOnDownload = true
        return .ask(.download)
      default: break
      }
    }
    if error.kind == .invalidRequest || error.kind == .invalidEndpoint { return .fail(error) }
    lastProblem = "\(error.shortDescription): \(error.message)"
    return .update(
      TaskUpdate(
        instant: now, phase: .unknown, outcome: verdict(shown.phase, shown.progress, now), problem: lastProblem))
  }

  /// Whether a task that has not ended is stuck.
  private mutating func verdict(_ phase: TaskState.Phase, _ progress: Double?, _ now: MonotonicInstant) -> TaskOutcome?
  {
    if phase != shown.phase || progress != shown.progress {
      shown = (phase, progress)
      lastChange = now
    }
    let progressText = progress.map { " at \($0)%" } ?? ""
    let problem = lastProblem.map { "; the last problem was \($0)" } ?? ""
    if now >= deadline {
      return .stuck(
        reason: "still \(phase.rawValue)\(progressText) after \(policy.deadline)\(problem)")
    }
    if let patience = policy.patience, lastChange.duration(to: now) >= patience {
      return .stuck(reason: "\(phase.rawValue)\(progressText) without change for \(patience)\(problem)")
    }
    return nil
  }
}
