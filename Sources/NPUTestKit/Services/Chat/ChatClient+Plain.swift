/// Calls that need no more than a text.
extension ChatClient {
  /// Makes the request for one message of the user, with the model of the client.
  ///
  /// - Parameters:
  ///   - prompt: The message.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The request, to be changed as needed.
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public func request(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> ChatRequest {
    ChatRequest(model: try await model.name, messages: [.user(prompt)], sampling: sampling)
  }

  /// Asks for the whole response to one message.
  ///
  /// - Parameters:
  ///   - prompt: The message.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The response.
  /// - Throws: ``ServiceError``.
  public func complete(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> ChatResponse {
    try await complete(try await request(prompt, sampling: sampling))
  }
}
