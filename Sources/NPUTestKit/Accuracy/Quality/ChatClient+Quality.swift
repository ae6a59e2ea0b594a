public import NPULoad
public import NPUServices

extension ChatClient {
  /// Puts chats on the service, reports on them, and examines every response beside the timing.
  ///
  /// ```swift
  /// let report = try await service.chat.load(
  ///   .closedLoop(concurrency: 8), .requests(200), prompts: .fixed("Why is the sky blue?"), quality: QualityOptions())
  /// try report.require("wrong_rate<1%")
  /// ```
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: What is asked.
  ///   - sampling: How responses are chosen, and how long they may be.
  ///   - quality: How responses are examined.
  ///   - options: What the report holds: percentiles, objectives, goodput.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report, with ``LoadReport/quality``.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource,
    sampling: SamplingParameters = SamplingParameters(), quality: QualityOptions,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    let pattern = ChatRequest(model: try await model.name, messages: [], sampling: sampling, streamOptions: .usage)
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let watch = QualityWatch(quality, plan: plan, isGreedy: sampling.temperature == 0)
    return try await watch.load(prompts, plan, options, journal: journal, over: transport) { prompts in
      var workload = ChatWorkload(service: service, route: route, pattern: pattern, prompts: prompts)
      workload.examiner = watch
      return workload
    }
  }
}
