/// Calls that need no more than a text.
extension SpeechClient {
  /// Makes the request to speak a text as WAV, with the model of the client where the protocol names one.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - voice: Who says it; `nil` leaves it to the service.
  /// - Returns: The request, to be changed as needed.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func request(_ text: String, voice: String? = nil) async throws -> SpeechRequest {
    var request = SpeechRequest(text: text, voice: voice, format: .wav)
    if wireProtocol == .openAI { request.model = try await model.name }
    return request
  }

  /// Has a text spoken, and waits for all of the audio.
  ///
  /// - Throws: ``ServiceError``.
  public func generate(_ text: String, voice: String? = nil) async throws -> SpeechResponse {
    try await generate(try await request(text, voice: voice))
  }
}
