extension LoadReport {
  /// The headline figures of a task service.
  ///
  /// - `tasks_per_minute`, `images_per_minute`: of completed requests, * 60 / window, by wall clock.
  /// - `task_failed`, `task_lost`, `task_stuck`, `task_cancelled`: requests that ended so; other failures, as of submissions,
  ///   are in `failed` and in the report's list.
  /// - `queue_share`: the mean wait in the queue / the mean time to finish, 0 to 1.
  ///
  /// Times to finish, waits and work are measures of the report: ``Measure/timeToFinish``, ``Measure/queueWait``,
  /// ``Measure/processing``, each late by ``Measure/pollUncertainty`` at most.
  ///
  /// - Returns: The figures; those that are not defined have no value.
  public func taskFigures() -> [ServiceFigure] {
    func perMinute(_ measure: Measure) -> Double? {
      window.duration > 0 ? (figures(of: measure)?.total ?? 0) * 60 / window.duration : nil
    }
    var share: Double?
    if let wait = figures(of: .queueWait)?.figures.mean, let whole = figures(of: .timeToFinish)?.figures.mean, whole > 0
    {
      share = wait / whole
    }
    let counts = ["task_failed", "task_lost", "task_stuck", "task_cancelled"].map { name in
      let count = requests.failures.first { $0.name == name }?.count ?? 0
      return ServiceFigure(name, name.replacing("task_", with: "Tasks "), Double(count), decimals: 0)
    }
    return [
      ServiceFigure("tasks_per_minute", "Tasks per minute", perMinute(.tasks)),
      ServiceFigure("images_per_minute", "Images per minute", perMinute(.images)),
      ServiceFigure("queue_share", "Share of the wait in the time to finish", share, decimals: 3),
    ] + counts
  }
}
