extension LoadReport {
  /// The headline figures of a task service.
  ///
  /// - `tasks_per_minute`, `images_per_minute`: of completed requests, * 60 / window, by wall clock; images are counted only
  ///   where they are fetched.
  /// - `task_failed`, `task_lost`, `task_stuck`, `task_cancelled`: requests that ended so, which are batches where tasks are
  ///   submitted together; other failures, as of submissions, are in `failed` and in the report's list.
  /// - `queue_share`: the mean wait in the queue / the mean time to finish, 0 to 1; not defined where the wait is no longer than
  ///   its uncertainty.
  ///
  /// Times to finish, waits and work are measures of the report: ``Measure/timeToFinish``, ``Measure/queueWait``,
  /// ``Measure/processing``, each late by ``Measure/pollUncertainty`` at most, and the wait wrong by
  /// ``Measure/queueWaitUncertainty`` at most.
  ///
  /// - Parameter batchSize: How many tasks were submitted together; more than 1 makes the titles speak of batches.
  /// - Returns: The figures; those that are not defined have no value.
  public func taskFigures(batchSize: Int = 1) -> [ServiceFigure] {
    func perMinute(_ measure: Measure) -> Double? {
      guard window.duration > 0, let total = figures(of: measure)?.total else { return nil }
      return total * 60 / window.duration
    }
    var share: Double?
    let doubt = figures(of: .queueWaitUncertainty)?.figures.mean ?? 0
    if let wait = figures(of: .queueWait)?.figures.mean, let whole = figures(of: .timeToFinish)?.figures.mean,
      whole > 0,
      doubt < wait || doubt == 0
    {
      share = wait / whole
    }
    func title(_ name: String) -> String {
      let ending = name.replacing("task_", with: "")
      // A batch ends as the first of its bad tasks did.
      return batchSize > 1 ? "Batches with a \(ending) task" : "Tasks \(ending)"
    }
    let counts = ["task_failed", "task_lost", "task_stuck", "task_cancelled"].map { name in
      let count = requests.failures.first { $0.name == name }?.count ?? 0
      return ServiceFigure(name, title(name), Double(count), decimals: 0)
    }
    return [
      ServiceFigure("tasks_per_minute", "Tasks per minute", perMinute(.tasks)),
      ServiceFigure("images_per_minute", "Images per minute", perMinute(.images)),
      ServiceFigure("queue_share", "Share of the wait in the time to finish", share, decimals: 3),
    ] + counts
  }
}
