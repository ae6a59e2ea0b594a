extension Measure {
  /// Tasks of the request, 1 unless they are submitted in batches.
  public static let tasks = Measure(rawValue: "tasks")
  /// From submission to the arrival of the ticket.
  public static let submission = Measure(rawValue: "submit_ms")
  /// From submission to the end of the task as seen, of a batch to the end of its last task.
  public static let timeToFinish = Measure(rawValue: "time_to_finish_ms")
  /// The wait in the queue: by the service's own stamps, else time to finish less the work; the mean over a batch.
  public static let queueWait = Measure(rawValue: "queue_wait_ms")
  /// By how much the wait in the queue may be wrong: as the end, unless the service stamps it more finely; the mean over a batch.
  public static let queueWaitUncertainty = Measure(rawValue: "queue_wait_uncertainty_ms")
  /// The work: by the service's own measure where it gives one, else as seen; the mean over a batch.
  public static let processing = Measure(rawValue: "processing_ms")
  /// By how much the end may have been earlier than it was seen: the distance of the last two looks.
  public static let pollUncertainty = Measure(rawValue: "poll_uncertainty_ms")
  /// How often the service was asked for the state.
  public static let polls = Measure(rawValue: "polls")
  /// From the end of the task to its last result fetched.
  public static let download = Measure(rawValue: "download_ms")
}
