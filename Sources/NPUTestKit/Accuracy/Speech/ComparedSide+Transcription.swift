internal import NPUBase
public import NPUServices

extension ComparedSide<TranscriptionCase> {
  /// A service that is asked for transcriptions.
  ///
  /// - Parameters:
  ///   - client: The client of the service.
  ///   - pattern: What every request has in common: model, language and temperature; the audio comes from the case.
  public init(transcription client: TranscriptionClient, pattern: TranscriptionRequest) {
    let redactor = client.service.redactor(over: client.transport)
    self.init(asking: Self.manifest(client, pattern), cleanedBy: redactor) { asked in
      guard let audio = asked.audio else {
        throw CaseFault(
          kind: "no_audio", message: "the sound of case \(asked.id) is not at hand; a recording holds its digest alone")
      }
      var request = pattern
      request.audio = .bytes(audio, fileName: "audio.wav")
      let response = try await client.transcribe(request)
      return CaseResponse(
        RecordedResponse(text: response.transcription.text, seconds: response.instants.seconds))
    }
  }

  private static func manifest(_ client: TranscriptionClient, _ pattern: TranscriptionRequest) -> RecordingManifest {
    var parameters = SentParameters()
    parameters.set("language", pattern.language)
    parameters.set("prompt", pattern.prompt)
    parameters.set("response_format", pattern.responseFormat?.rawValue)
    parameters.set("temperature", pattern.temperature)
    if !pattern.granularities.isEmpty {
      parameters.set("granularities", JSONValue.array(pattern.granularities.map { .string($0.rawValue) }))
    }
    parameters.set(extras: pattern.extras.mapValues { .string($0) })
    return RecordingManifest(
      kind: .transcription, service: client.service.shownAddress(over: client.transport), model: pattern.model,
      parameters: parameters.json)
  }
}

extension TranscriptionRequest {
  /// What all requests of a recording have in common.
  ///
  /// - Parameter recording: A recording of transcriptions.
  public init(commonOf recording: Recording) {
    let parameters = recording.manifest.parameters
    self.init(
      audio: .bytes([]), language: parameters["language"]?.string,
      prompt: SentParameters.restored(text: parameters["prompt"]),
      responseFormat: parameters["response_format"]?.string.map { ResponseFormat(rawValue: $0) },
      temperature: parameters["temperature"]?.number,
      granularities: (parameters["granularities"]?.array ?? []).compactMap(\.string).map { Granularity(rawValue: $0) },
      extras: SentParameters.restored(parameters["extras"]).compactMapValues(\.string))
  }
}
