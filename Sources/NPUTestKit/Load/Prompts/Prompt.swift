/// What one request asks of a model, before it is made into a request of some protocol.
public struct Prompt: Sendable, Hashable {
  /// The question in one of the forms that services take.
  public enum Content: Sendable, Hashable {
    /// Plain text: the prompt of a completion, or the single user message of a chat.
    case text(String)
    /// The messages of a chat.
    case messages([PromptMessage])
    /// Token ids: the prompt of a completion, whose length is exact whatever the tokenizer.
    case tokens([Int])
  }

  /// The question.
  public var content: Content
  /// How many tokens it has, as far as that is known.
  public var input: PromptLength?
  /// How many tokens the response should have; missing leaves it to the workload.
  public var outputTokens: Int?

  /// Creates a prompt.
  public init(_ content: Content, input: PromptLength? = nil, outputTokens: Int? = nil) {
    self.content = content
    self.input = input
    self.outputTokens = outputTokens
  }
}

/// One message of a chat prompt.
public struct PromptMessage: Sendable, Hashable {
  /// Who speaks: system, user, assistant or another role that the service knows.
  public var role: String
  /// What is said.
  public var text: String

  /// Creates a message.
  public init(role: String, text: String) {
    self.role = role
    self.text = text
  }
}
