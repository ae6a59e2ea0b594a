public import NPUServices

extension TranscriptionClient {
  /// Has audio written down once and records the request: stamps, outcome, real-time factor, errors against the
  /// reference.
  ///
  /// - Parameters:
  ///   - sample: The audio with its length and, where known, what is said in it.
  ///   - pattern: What the request holds beside the audio; `nil` names the model of the client.
  /// - Returns: The record; a request that failed has its outcome in it.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func measure(_ sample: AudioSample, pattern: TranscriptionRequest? = nil) async throws -> RequestRecord {
    let pattern = if let pattern { pattern } else { try await request(sample.input) }
    return try await TranscriptionWorkload(client: recipe, pattern: pattern, samples: [sample], keepsText: true)
      .firstRecord(over: transport)
  }

  /// Has audio written down under load and reports on it.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - samples: The audio, from the first again after the last; at least one.
  ///   - pattern: What every request has in common; its audio is replaced. `nil` names the model of the client.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out; ``PromptError`` without samples.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, samples: [AudioSample], pattern: TranscriptionRequest? = nil,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    guard let first = samples.first else {
      throw PromptError(kind: .noPrompts, message: "There is no audio to write down; give at least one sample.")
    }
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let pattern = if let pattern { pattern } else { try await request(first.input) }
    return try await transport.load(
      TranscriptionWorkload(client: recipe, pattern: pattern, samples: samples), plan, options,
      journal: journal)
  }
}
