/// Calls that need no more than the audio.
extension TranscriptionClient {
  /// Makes the request to write down audio, with the model of the client where the protocol names one.
  ///
  /// - Parameters:
  ///   - audio: The audio, in memory or in a file.
  ///   - language: Its language as a code such as `en`; `nil` lets the service find it out.
  /// - Returns: The request, to be changed as needed.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func request(_ audio: AudioInput, language: String? = nil) async throws -> TranscriptionRequest {
    TranscriptionRequest(
      audio: audio, model: wireProtocol == .openAI ? try await model.name : nil, language: language)
  }

  /// Has audio written down.
  ///
  /// - Throws: ``ServiceError``.
  public func transcribe(_ audio: AudioInput, language: String? = nil) async throws -> TranscriptionResponse {
    try await transcribe(try await request(audio, language: language))
  }
}
