public import NPUServices

extension SpeechClient {
  /// Has a text spoken once and records the request: stamps, outcome, time to first audio, real-time factor.
  ///
  /// - Parameter text: The text.
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func measure(_ text: String) async throws -> RequestRecord {
    try await measure(try await request(text))
  }

  /// Sends one request and records it.
  ///
  /// - Throws: ``PromptError`` for a request without a text.
  public func measure(_ request: SpeechRequest) async throws -> RequestRecord {
    try await SpeechWorkload(client: recipe, pattern: request, prompts: PromptList(fixed: request.text))
      .firstRecord(over: transport)
  }

  /// Has texts spoken under load and reports on it.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: The texts.
  ///   - pattern: What every request has in common; its text is replaced. `nil` asks for WAV from the model of the
  ///     client.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource, pattern: SpeechRequest? = nil,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let pattern = if let pattern { pattern } else { try await request("") }
    return try await transport.load(
      SpeechWorkload(client: recipe, pattern: pattern, prompts: prompts), plan, options,
      journal: journal)
  }
}
