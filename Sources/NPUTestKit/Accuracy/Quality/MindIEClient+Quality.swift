public import NPULoad
public import NPUServices

extension MindIEClient {
  /// Puts continuations on the service, reports on them, and examines every response beside the timing.
  ///
  /// ```swift
  /// let report = try await service.mindIE(.tgi).load(
  ///   .closedLoop(concurrency: 8), .requests(200), prompts: .fixed("The sky is blue because"),
  ///   quality: QualityOptions())
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
    let pattern = try await request("", sampling: sampling)
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let watch = QualityWatch(quality, plan: plan, isGreedy: sampling.temperature == 0)
    return try await watch.load(prompts, plan, options, journal: journal, over: transport) { prompts in
      var workload = MindIEWorkload(
        service: service, wireProtocol: wireProtocol, route: route, pattern: pattern, prompts: prompts)
      workload.examiner = watch
      return workload
    }
  }
}
