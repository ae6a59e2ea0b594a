internal import NPUBase
public import NPUServices
public import NPUTransport

/// Has one text after another spoken.
public struct SpeechWorkload: Workload {
  private let client: @Sendable (any Transport) -> SpeechClient
  private let pattern: SpeechRequest
  private let prompts: any PromptSource
  private let jitterBuffer: Duration
  private let naming: RequestNaming
  /// What examines the sounds, beside the timing.
  package var examiner: (any MediaExaminer)?

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - client: Makes the client over the transport of the load.
  ///   - pattern: What every request has in common; its text is replaced.
  ///   - prompts: What is said.
  ///   - jitterBuffer: How much audio a player keeps before it begins, for the gaps that a listener would hear.
  ///   - naming: What identities the requests get.
  public init(
    client: @escaping @Sendable (any Transport) -> SpeechClient, pattern: SpeechRequest, prompts: any PromptSource,
    jitterBuffer: Duration = .milliseconds(200), naming: RequestNaming = RequestNaming()
  ) {
    self.client = client
    self.pattern = pattern
    self.prompts = prompts
    self.jitterBuffer = jitterBuffer
    self.naming = naming
  }

  /// Names the service and the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let client = self.client(transport)
    return WorkloadTarget(
      model: pattern.model, of: client.service, over: transport,
      endpointType: "tts-\(client.wireProtocol.rawValue)", request: client.common(of: pattern, over: transport))
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one that is no text.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    var request = pattern
    request.text = try await prompts.prompt(at: index).text(of: "speech")
    let name = naming.name(of: index)
    let (client, jitterBuffer, keepsSound) = (client, jitterBuffer, examiner != nil)
    let operation = ServiceOperation { [request] transport in
      let response = try await client(transport).generate(request, requestID: name)
      try response.checkSound(of: request.text)
      var result = OperationResult(
        instants: response.instants, transfer: response.metrics,
        measures: response.measures(jitterBuffer: request.delivery == .whole ? nil : jitterBuffer)
      )
      if keepsSound { result.media = .speech(response.waveFile) }
      return result
    }
    var prepared = PreparedRequest(
      operation: operation, requestID: name, requested: RequestedLengths(entry: prompts.entry(at: index)))
    prepared.examine(by: examiner, ExaminedMediaRequest(index: index, key: request.text))
    return prepared
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }
}

extension SpeechClient {
  /// What requests of a pattern have in common.
  func common(of pattern: SpeechRequest, over transport: any Transport) -> [String: JSONValue] {
    RequestPattern(
      SpeechRequestBody(request: pattern, wireProtocol: wireProtocol), without: ["model", "input", "text"],
      cleanedBy: Redactor(service, over: transport)
    ).members
  }
}

extension SpeechResponse {
  /// Refuses a response without a sound to a text that has something to say.
  func checkSound(of text: String) throws {
    guard let duration, duration == .zero, !text.allSatisfy(\.isWhitespace) else { return }
    throw ServiceError(
      kind: .emptyResponse, message: "a text of \(text.count) characters was spoken in no time: the audio has no sample"
    )
  }

  /// What a report says of the response.
  ///
  /// - Parameter jitterBuffer: What a player keeps before it begins; `nil` where the sound comes whole, without gaps.
  /// - Returns: The measures by name.
  func measures(jitterBuffer: Duration?) -> [Measure: Double] {
    var measures = [Measure: Double].pace(audio: duration, processing: latency)
    if let first = timeToFirstAudio { measures[.timeToFirstAudio] = first.milliseconds }
    guard duration != nil, let jitterBuffer else { return measures }
    let playback = playback(jitterBuffer: jitterBuffer)
    measures[.underruns] = Double(playback.underruns)
    measures[.underrunSilence] = playback.silence.milliseconds
    if let gap = cadence.max() { measures[.longestAudioGap] = gap.milliseconds }
    return measures
  }
}
