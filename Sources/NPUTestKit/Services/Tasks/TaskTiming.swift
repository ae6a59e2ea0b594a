public import NPUBase

/// The instants of a task as its client saw them.
///
/// `submitted` is when the service was asked to take the task, `accepted` when it had answered. Everything later is
/// seen by asking, so it is late by up to one wait of the policy; ``uncertainty`` says by how much at most.
public struct TaskTiming: Sendable, Hashable {
  /// When the service was asked to take the task.
  public var submitted: MonotonicInstant
  /// When the ticket had arrived; `nil` for a task that is followed without having been submitted here.
  public var accepted: MonotonicInstant?
  /// When the task was first seen being worked on, or done.
  public var processing: MonotonicInstant?
  /// When the task was last seen not done.
  public var lastUnfinished: MonotonicInstant?
  /// When its end was seen.
  public var finished: MonotonicInstant?
  /// How often the service was asked.
  public var polls: Int
  /// How long the work took, by the service's own measure.
  public var serviceProcessing: Duration?
  /// The wait in the queue by the service's own stamps, where it gives them.
  public var serviceQueue: Duration?
  /// By how much ``serviceQueue`` may be wrong: a second where the stamps are whole seconds, else zero.
  public var serviceQueueUncertainty: Duration?

  /// Creates the instants of a task that has just been submitted.
  public init(submitted: MonotonicInstant, accepted: MonotonicInstant? = nil) {
    self.submitted = submitted
    self.accepted = accepted
    polls = 0
  }

  /// Takes one more look at the task.
  public mutating func add(_ update: TaskUpdate) {
    polls += 1
    if update.phase == .processing || update.phase == .completed { processing = processing ?? update.instant }
    if update.outcome == nil { lastUnfinished = update.instant } else { finished = update.instant }
    if let time = update.status?.processingTime { serviceProcessing = time }
    if let status = update.status, let time = status.queueTime {
      serviceQueue = time
      serviceQueueUncertainty = status.hasWholeSeconds ? .seconds(1) : .zero
    }
  }

  /// From submission to the end, as seen.
  public var timeToFinish: Duration? { finished.map { submitted.duration(to: $0) } }

  /// The work: by the service's own measure, else from the first look that saw it to the one that saw its end.
  public var processingTime: Duration? {
    if let serviceProcessing { return serviceProcessing }
    // A task that was never seen at work gives no time of its work.
    guard let processing, let finished, processing < finished else { return nil }
    return processing.duration(to: finished)
  }

  /// The wait in the queue: by the service's own stamps unless looks tell it better, else time to finish less the work.
  ///
  /// Never negative, and wrong by ``queueUncertainty`` at most.
  public var queueTime: Duration? {
    if isQueueStamped { return serviceQueue }
    guard let timeToFinish, let processingTime else { return nil }
    return max(.zero, timeToFinish - processingTime)
  }

  /// By how much the wait may be wrong: of the service's stamps by their grain, else ``uncertainty``.
  public var queueUncertainty: Duration? { isQueueStamped ? serviceQueueUncertainty : uncertainty }

  /// Stamps in whole seconds say less than looks that are closer together.
  private var isQueueStamped: Bool {
    guard serviceQueue != nil, let grain = serviceQueueUncertainty else { return false }
    return uncertainty.map { grain <= $0 } ?? true
  }

  /// By how much the end may have been earlier than it was seen: the distance between the last two looks.
  public var uncertainty: Duration? { finished.map { (lastUnfinished ?? submitted).duration(to: $0) } }
}

/// A task that has ended, and all that is known of it.
public struct TaskEnd: Sendable, Hashable {
  /// Which task.
  public var id: String
  /// How it ended.
  public var outcome: TaskOutcome
  /// What the service said last.
  public var status: TaskStatus?
  /// When what happened.
  public var timing: TaskTiming
  /// The first result, where it came along with the response that the task is done.
  public var image: GeneratedImage?

  /// Creates the end of a task.
  public init(
    id: String, outcome: TaskOutcome, status: TaskStatus? = nil, timing: TaskTiming, image: GeneratedImage? = nil
  ) {
    self.id = id
    self.outcome = outcome
    self.status = status
    self.timing = timing
    self.image = image
  }
}
