public import NPUServices

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
  /// Whether it is a canary, whose response is known and must be allowed to end.
  package var isCanary = false

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
  /// What is said and shown.
  public var content: ChatMessage.Content

  /// Creates a message.
  public init(role: String, content: ChatMessage.Content) {
    self.role = role
    self.content = content
  }

  /// Creates a message of text.
  public init(role: String, text: String) { self.init(role: role, content: .text(text)) }

  /// What is said; without the media of the message.
  public var text: String {
    switch content {
    case .text(let text): text
    case .parts(let parts): parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }
  }

  /// Whether there is anything beside text.
  public var hasMedia: Bool {
    guard case .parts(let parts) = content else { return false }
    return parts.contains { if case .text = $0 { false } else { true } }
  }
}
