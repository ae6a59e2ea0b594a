/// Calls that need no more than a text.
extension CompletionClient {
  /// Makes the request to continue a text, with the model of the client.
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The request, to be changed as needed.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func request(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> CompletionRequest {
    CompletionRequest(model: try await model.name, prompt: .text(prompt), sampling: sampling)
  }

  /// Has a text continued, and waits for the whole response.
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The response.
  /// - Throws: ``ServiceError``.
  public func complete(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> CompletionResponse {
    try await complete(try await request(prompt, sampling: sampling))
  }
}
