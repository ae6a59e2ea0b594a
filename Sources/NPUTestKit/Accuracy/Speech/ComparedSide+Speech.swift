internal import NPUBase
internal import NPUMetrics
public import NPUServices

extension ComparedSide<SpeechCase> {
  /// A service that is asked for speech.
  ///
  /// - Parameters:
  ///   - client: The client of the service.
  ///   - pattern: What every request has in common: model, voice, speed and seed; the text comes from the case. The sound
  ///     must come as WAV or as samples, for nothing else is decoded here.
  public init(speech client: SpeechClient, pattern: SpeechRequest) {
    let redactor = client.service.redactor(over: client.transport)
    self.init(asking: Self.manifest(client, pattern), cleanedBy: redactor) { asked in
      var request = pattern
      request.text = asked.text
      let response = try await client.generate(request)
      guard let file = response.waveFile else {
        let found = response.audio.otherFormat.map { "it came as \($0.rawValue)" }
        throw CaseFault(
          kind: "unsupported_format",
          message: "\(found ?? "its parts make no single WAV file"); sounds are compared as WAV or as raw samples")
      }
      return CaseResponse(RecordedResponse(seconds: response.latency?.seconds), file: file)
    }
  }

  private static func manifest(_ client: SpeechClient, _ pattern: SpeechRequest) -> RecordingManifest {
    var parameters = SentParameters()
    parameters.set("voice", pattern.voice)
    parameters.set("format", pattern.format?.rawValue)
    if pattern.delivery != .whole { parameters.set("delivery", pattern.delivery.rawValue) }
    parameters.set("speed", pattern.speed)
    parameters.set("instructions", pattern.instructions)
    parameters.set("language", pattern.language)
    parameters.set("seed", pattern.seed)
    parameters.set("sample_rate", pattern.sampleRate)
    parameters.set(extras: pattern.extras)
    return RecordingManifest(
      kind: .speech, service: client.service.shownAddress(over: client.transport), model: pattern.model,
      parameters: parameters.json)
  }
}

extension SpeechRequest {
  /// What all requests of a recording have in common.
  ///
  /// - Parameter recording: A recording of speech.
  public init(commonOf recording: Recording) {
    let parameters = recording.manifest.parameters
    self.init(
      text: "", voice: SentParameters.restored(text: parameters["voice"]),
      format: parameters["format"]?.string.map { AudioFormat(rawValue: $0) },
      delivery: parameters["delivery"]?.string.flatMap { Delivery(rawValue: $0) } ?? .whole,
      speed: parameters["speed"]?.number, instructions: SentParameters.restored(text: parameters["instructions"]),
      language: parameters["language"]?.string, seed: parameters["seed"]?.integer,
      sampleRate: parameters["sample_rate"]?.integer, extras: SentParameters.restored(parameters["extras"]))
  }
}
