internal import NPUBase
internal import NPUMetrics
public import NPUServices
public import NPUTransport

/// Has texts spoken and writes down what was said: text to speech to text, with the error rate of the way round.
public struct VoiceLoopWorkload: Workload {
  private let speech: @Sendable (any Transport) -> SpeechClient
  private let speechPattern: SpeechRequest
  private let transcription: @Sendable (any Transport) -> TranscriptionClient
  private let transcriptionPattern: TranscriptionRequest
  private let prompts: any PromptSource
  private let errors: TranscriptErrors
  private let naming: RequestNaming
  private let keepsText: Bool

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - speech: Speaks, through the transport of the load.
  ///   - speechPattern: What every request to it has in common; its text is replaced.
  ///   - transcription: Listens, through the transport of the load.
  ///   - transcriptionPattern: What every request to it has in common; its audio is replaced.
  ///   - prompts: What is said.
  ///   - errors: How the two texts are compared.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep what was heard.
  public init(
    speech: @escaping @Sendable (any Transport) -> SpeechClient, speechPattern: SpeechRequest,
    transcription: @escaping @Sendable (any Transport) -> TranscriptionClient,
    transcriptionPattern: TranscriptionRequest, prompts: any PromptSource,
    errors: TranscriptErrors = TranscriptErrors(), naming: RequestNaming = RequestNaming(), keepsText: Bool = false
  ) {
    self.speech = speech
    self.speechPattern = speechPattern
    self.transcription = transcription
    self.transcriptionPattern = transcriptionPattern
    self.prompts = prompts
    self.errors = errors
    self.naming = naming
    self.keepsText = keepsText
  }

  /// Names the service that speaks, and its model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let client = speech(transport)
    let listening = transcription(transport).common(of: transcriptionPattern, streams: false, over: transport)
    return WorkloadTarget(
      model: speechPattern.model, of: client.service, over: transport, endpointType: "voice-loop",
      request: [
        "speech": .object(client.common(of: speechPattern, over: transport)), "transcription": .object(listening),
      ])
  }

  /// Makes the next turn of the loop; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one that is no text.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let text = try await prompts.prompt(at: index).text(of: "speech")
    let name = naming.name(of: index)
    let loop = self
    return PreparedRequest(
      operation: ServiceOperation { try await loop.turn(text, name, over: $0) }, requestID: name,
      requested: RequestedLengths(entry: prompts.entry(at: index)))
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }

  private func turn(_ text: String, _ name: String, over transport: any Transport) async throws -> OperationResult {
    var saying = speechPattern
    saying.text = text
    let spoken = try await speech(transport).generate(saying, requestID: name)
    try spoken.checkSound(of: text)
    guard let file = spoken.waveFile else {
      throw ServiceError(
        kind: .unexpectedContent,
        message: "the speech is \(spoken.audio.otherFormat?.rawValue ?? "no WAV"); ask for wav")
    }
    var listening = transcriptionPattern
    listening.audio = .bytes(file, fileName: "speech.wav")
    let heard = try await transcription(transport).transcribe(listening, requestID: name)
    var measures = [Measure: Double].pace(audio: spoken.duration, processing: heard.latency)
    measures.add(try errors.counts(reference: text, hypothesis: heard.transcription.text))
    measures[.speechLatency] = spoken.latency?.milliseconds
    measures[.transcriptionLatency] = heard.latency?.milliseconds
    measures[.timeToFirstAudio] = spoken.timeToFirstAudio?.milliseconds
    var instants = spoken.instants
    instants.ended = heard.instants.ended
    return OperationResult(
      instants: instants, transfer: heard.metrics, measures: measures, text: keepsText ? heard.transcription.text : nil)
  }
}
