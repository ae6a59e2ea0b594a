public import NPUServices

extension TaskClient {
  /// Submits one task, follows it to its end and records it: stamps, outcome, queue wait, time to finish.
  ///
  /// - Parameters:
  ///   - task: What is to be done.
  ///   - policy: How often its state is asked for, and for how long.
  /// - Returns: The record; a task that failed has its outcome in it.
  /// - Throws: ``PromptError`` for a task without a prompt.
  public func measure(_ task: TaskRequest, policy: PollingPolicy = PollingPolicy()) async throws -> RequestRecord {
    try await TaskWorkload(client: recipe, pattern: task, prompts: PromptList(fixed: task.prompt ?? ""), policy: policy)
      .firstRecord(over: transport)
  }

  /// Puts tasks on the service and reports on them; the latency of a task is the time to finish.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: What the images show.
  ///   - pattern: What every task has in common; its prompt is replaced.
  ///   - policy: How often the state of a task is asked for, and for how long.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; tasks that failed are counted in it.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource,
    pattern: TaskRequest = TaskRequest(prompt: nil), policy: PollingPolicy = PollingPolicy(),
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    return try await transport.load(
      TaskWorkload(client: recipe, pattern: pattern, prompts: prompts, policy: policy), plan, options,
      journal: journal)
  }
}
