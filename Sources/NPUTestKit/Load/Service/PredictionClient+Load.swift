public import NPUServices

extension PredictionClient {
  /// Asks a text and records the streamed response: all stamps, tokens, outcome.
  ///
  /// ```swift
  /// let record = try await service.predictions.measure("The meaning of life is")
  /// print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
  /// ```
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func measure(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> RequestRecord {
    try await measure(PredictionRequest(prompt: .text(prompt), sampling: sampling))
  }

  /// Sends one request as a stream and records the response: all stamps, tokens, outcome.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func measure(_ request: PredictionRequest) async throws -> RequestRecord {
    try await prepared(request).record(over: transport)
  }

  /// Prepares one request whose streamed response is recorded with its text.
  package func prepared(_ request: PredictionRequest) throws -> PreparedRequest {
    PreparedRequest(
      request: try transferRequest(for: request, streams: true),
      requested: RequestedLengths(outputTokens: request.sampling.maxTokens),
      expectation: PredictionRequest.expectation(keepsText: true))
  }

  /// Puts requests on the service and reports on their streamed responses.
  ///
  /// ```swift
  /// let report = try await service.predictions.load(
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
      PredictionRequest(prompt: "", sampling: sampling), LoadPlan(arrival: arrival, stop: stop), prompts: prompts,
      options: options, journal: journal)
  }

  /// Puts requests of one pattern on the service, as a plan says.
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
    _ pattern: PredictionRequest, _ plan: LoadPlan, prompts: some PromptSource,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    try await transport.load(
      PredictionWorkload(service: service, route: route, pattern: pattern, prompts: prompts), plan, options,
      journal: journal)
  }
}
