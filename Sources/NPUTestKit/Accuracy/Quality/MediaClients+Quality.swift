public import NPULoad
public import NPUServices
internal import NPUTransport

extension ImageClient {
  /// Puts requests for images on the service, reports on them, and examines every image beside the timing.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: What the images show.
  ///   - pattern: What every request has in common; its prompt is replaced. Only with a seed can images under load be
  ///     compared with those alone.
  ///   - quality: How images are examined.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report, with ``LoadReport/quality``.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource,
    pattern: ImageRequest, quality: MediaQualityOptions,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let watch = MediaWatch(quality, plan: plan)
    var workload = ImageWorkload(client: recipe, pattern: pattern, prompts: prompts)
    workload.examiner = watch
    return try await watch.load(workload, over: transport, plan, options, journal: journal)
  }
}

extension SpeechClient {
  /// Has texts spoken under load, reports on it, and examines every sound beside the timing.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - prompts: The texts.
  ///   - pattern: What every request has in common; its text is replaced. `nil` asks for WAV from the model of the
  ///     client.
  ///   - quality: How sounds are examined.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report, with ``LoadReport/quality``.
  /// - Throws: What keeps the load from being carried out.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, prompts: some PromptSource, pattern: SpeechRequest? = nil,
    quality: MediaQualityOptions, options: LoadReportBuilder.Options = LoadReportBuilder.Options(),
    journal: String? = nil
  ) async throws -> LoadReport {
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let watch = MediaWatch(quality, plan: plan)
    let pattern = if let pattern { pattern } else { try await request("") }
    var workload = SpeechWorkload(client: recipe, pattern: pattern, prompts: prompts)
    workload.examiner = watch
    return try await watch.load(workload, over: transport, plan, options, journal: journal)
  }
}

extension TranscriptionClient {
  /// Has audio written down under load, reports on it, and examines every transcription beside the timing.
  ///
  /// - Parameters:
  ///   - arrival: How fast: so many at a time, or by a schedule.
  ///   - stop: How long.
  ///   - samples: The audio, from the first again after the last; at least one.
  ///   - pattern: What every request has in common; its audio is replaced. `nil` names the model of the client.
  ///   - quality: How transcriptions are examined.
  ///   - errors: How transcriptions are made comparable.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report, with ``LoadReport/quality``.
  /// - Throws: What keeps the load from being carried out; ``PromptError`` without samples.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition, samples: [AudioSample], pattern: TranscriptionRequest? = nil,
    quality: MediaQualityOptions, errors: TranscriptErrors = TranscriptErrors(),
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil
  ) async throws -> LoadReport {
    guard let first = samples.first else {
      throw PromptError(kind: .noPrompts, message: "There is no audio to write down; give at least one sample.")
    }
    let plan = try LoadPlan(arrival: arrival, stop: stop)
    let watch = MediaWatch(quality, plan: plan, errors: errors)
    let pattern = if let pattern { pattern } else { try await request(first.input) }
    var workload = TranscriptionWorkload(client: recipe, pattern: pattern, samples: samples, errors: errors)
    workload.examiner = watch
    return try await watch.load(workload, over: transport, plan, options, journal: journal)
  }
}

extension MediaWatch {
  /// Asks alone, carries out the load, and compares.
  fileprivate func load(
    _ workload: any Workload, over transport: any Transport, _ plan: LoadPlan, _ options: LoadReportBuilder.Options,
    journal: String?
  ) async throws -> LoadReport {
    try await askAlone(workload, over: transport)
    var report = try await transport.load(workload, plan, options, journal: journal)
    report.quality?.aloneVersusLoad = try comparison()
    return report
  }
}
