public import NPUServices

extension ImageClient {
  /// Asks once for images and records the request: stamps, outcome, number and bytes of the images.
  ///
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: ``PromptError`` for a request without a prompt.
  public func measure(_ request: ImageRequest) async throws -> RequestRecord {
    let workload = ImageWorkload(
      client: recipe, pattern: request, prompts: PromptList(fixed: request.prompt ?? ""), pixels: .decodable)
    return try await workload.firstRecord(over: transport)
  }

  /// Asks once for an image and records the request.
  ///
  /// - Parameter prompt: What it shows.
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: As for a request.
  public func measure(_ prompt: String) async throws -> RequestRecord {
    try await measure(ImageRequest(prompt: prompt))
  }

  /// Puts requests for images on the service and reports on them.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: What the images show.
  ///   - pattern: What every request has in common; its prompt is replaced.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource,
    pattern: ImageRequest = ImageRequest(prompt: nil),
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    return try await transport.load(
      ImageWorkload(client: recipe, pattern: pattern, prompts: prompts, pixels: .decodable), plan, options,
      journal: journal)
  }
}
