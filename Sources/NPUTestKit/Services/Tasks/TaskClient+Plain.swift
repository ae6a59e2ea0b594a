extension TaskClient {
  /// Submits a task, follows it to its end and fetches its results.
  ///
  /// - Parameters:
  ///   - task: What is to be done.
  ///   - policy: How often its state is asked for, and for how long.
  /// - Returns: The images.
  /// - Throws: ``ServiceError``, also for a task that fails, is lost or gets stuck.
  public func complete(_ task: TaskRequest, policy: PollingPolicy = PollingPolicy()) async throws -> [GeneratedImage] {
    try await results(of: run(task, policy: policy), to: task)
  }

  /// Has an image made from a prompt by a task.
  ///
  /// - Throws: ``ServiceError``, also for a task that fails, is lost or gets stuck.
  public func complete(_ prompt: String, policy: PollingPolicy = PollingPolicy()) async throws -> [GeneratedImage] {
    try await complete(TaskRequest(prompt: prompt), policy: policy)
  }
}
