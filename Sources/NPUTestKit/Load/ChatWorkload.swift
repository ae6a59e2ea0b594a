/// Streams one chat after another: prompts from a source, everything else from one request as a pattern.
public struct ChatWorkload: Workload {
  private let client: ChatClient
  private let pattern: ChatRequest
  private let prompts: any PromptSource
  private let naming: RequestNaming
  private let keepsText: Bool

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - client: Where the chats go. Its transport is not used; the load has its own.
  ///   - pattern: What every request has in common: model, sampling, limits. Its messages come before those of the prompt.
  ///   - prompts: What is asked.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep the generated text.
  public init(
    client: ChatClient, pattern: ChatRequest, prompts: any PromptSource, naming: RequestNaming = RequestNaming(),
    keepsText: Bool = false
  ) {
    self.client = client
    self.pattern = pattern
    self.prompts = prompts
    self.naming = naming
    self.keepsText = keepsText
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or the prompt is a list of token ids, which a chat cannot take.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let prompt = try await prompts.prompt(at: index)
    var request = pattern
    switch prompt.content {
    case .text(let text): request.messages.append(.user(text))
    case .messages(let messages):
      request.messages += messages.map { ChatMessage(role: Role(rawValue: $0.role), content: .text($0.text)) }
    case .tokens:
      throw PromptError(
        kind: .invalidSetting, message: "A chat takes no token ids; send them to the completions endpoint.")
    }
    if let limit = prompt.outputTokens { request.maxTokens = limit }
    request.stream = true
    let name = naming.name(of: index)
    return PreparedRequest(
      request: try client.transferRequest(for: request, requestID: name), requestID: name,
      requested: RequestedLengths(
        promptTokens: prompt.input?.tokens, promptSource: prompt.input?.source,
        outputTokens: request.maxTokens ?? request.maxCompletionTokens),
      expectation: StreamRecorder.Expectation(choices: request.n ?? 1, keepsText: keepsText))
  }
}
