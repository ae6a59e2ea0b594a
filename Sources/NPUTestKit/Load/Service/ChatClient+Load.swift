public import NPUServices

extension ChatClient {
  /// Sends one message of the user and records the streamed response: all stamps, tokens, outcome.
  ///
  /// ```swift
  /// let record = try await service.chat.measure("Count to ten.")
  /// print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
  /// ```
  ///
  /// - Parameters:
  ///   - prompt: The message.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func measure(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> RequestRecord {
    try await measure(try await request(prompt, sampling: sampling))
  }

  /// Sends one request as a stream and records the response: all stamps, tokens, outcome.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func measure(_ request: ChatRequest) async throws -> RequestRecord {
    var request = request
    request.stream = true
    request.streamOptions = request.streamOptions ?? .usage
    return await PreparedRequest(
      request: try transferRequest(for: request),
      requested: RequestedLengths(outputTokens: request.maxTokens ?? request.maxCompletionTokens),
      expectation: StreamRecorder.Expectation(choices: request.choices, keepsText: true, mayBeEmpty: request.mayBeEmpty)
    ).record(over: transport)
  }

  /// Puts chats on the service and reports on them.
  ///
  /// ```swift
  /// let report = try await service.chat.load(
  ///   .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("Why is the sky blue?"))
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
    let pattern = ChatRequest(model: try await model.name, messages: [], sampling: sampling)
    return try await load(
      pattern, LoadPlan(arrival: arrival, stop: stop), prompts: prompts, options: options, journal: journal)
  }

  /// Puts chats of one pattern on the service, as a plan says.
  ///
  /// - Parameters:
  ///   - pattern: What every request has in common; its messages come before those of the prompt.
  ///   - plan: How much, how fast, how long, with ramp and warm-up.
  ///   - prompts: What is asked.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ pattern: ChatRequest, _ plan: LoadPlan, prompts: some PromptSource,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    var pattern = pattern
    pattern.streamOptions = pattern.streamOptions ?? .usage
    return try await transport.load(
      ChatWorkload(service: service, route: route, pattern: pattern, prompts: prompts), plan, options,
      journal: journal)
  }
}
