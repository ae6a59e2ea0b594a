public import NPUServices

extension MindIEClient {
  /// Has a text continued and records the streamed response: all stamps, tokens, outcome.
  ///
  /// ```swift
  /// let record = try await service.mindIE(.tgi).measure("The meaning of life is")
  /// print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
  /// ```
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: ``ServiceError`` if a model is needed, none is known and nobody answers.
  public func measure(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> RequestRecord {
    try await measure(try await request(prompt, sampling: sampling))
  }

  /// Sends one request as a stream and records the response: all stamps, tokens, outcome.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func measure(_ request: MindIERequest) async throws -> RequestRecord {
    await PreparedRequest(
      request: try transferRequest(for: request, streams: true),
      requested: RequestedLengths(outputTokens: request.sampling.maxTokens),
      expectation: request.expectation(wireProtocol, keepsText: true)
    ).record(over: transport)
  }

  /// Puts continuations on the service and reports on them.
  ///
  /// ```swift
  /// let report = try await service.mindIE(.triton).load(
  ///   .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
  /// try report.require("ttft:p99<500ms", "failure_rate<1%")
  /// ```
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: What is asked.
  ///   - sampling: How responses are chosen, and how long they may be.
  ///   - options: What the report holds: percentiles, objectives, goodput.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource,
    sampling: SamplingParameters = SamplingParameters(),
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    try await load(
      try await request("", sampling: sampling), LoadPlan(arrival: arrival, stop: stop), prompts: prompts,
      options: options, journal: journal)
  }

  /// Puts continuations of one pattern on the service, as a plan says.
  ///
  /// - Parameters:
  ///   - pattern: What every request has in common; its prompt is replaced.
  ///   - plan: How much, how fast, how long, with ramp and warm-up.
  ///   - prompts: What is asked.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ pattern: MindIERequest, _ plan: LoadPlan, prompts: some PromptSource,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    try await transport.load(
      MindIEWorkload(
        service: service, wireProtocol: wireProtocol, route: route, pattern: pattern, prompts: prompts), plan, options,
      journal: journal)
  }
}
