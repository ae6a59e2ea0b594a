public import NPUBase

/// One message of a conversation, as it is sent.
public struct ChatMessage: Sendable, Hashable {
  /// What a message says.
  public enum Content: Sendable, Hashable {
    /// Plain text.
    case text(String)
    /// Parts: text and media in the order in which the model sees them.
    case parts([ContentPart])
  }

  /// Who speaks.
  public var role: Role
  /// What is said; `nil` is sent as null, as for an assistant that only calls tools.
  public var content: Content?
  /// The name of the speaker.
  public var name: String?
  /// The tools that the assistant called.
  public var toolCalls: [ToolCall]?
  /// Which call the message answers, for the role of a tool.
  public var toolCallID: String?
  /// What the assistant reasoned; servers since vLLM 0.16 take it back under this name.
  public var reasoning: String?
  /// Any other field; one of the name of a typed field replaces it.
  public var extras: [String: JSONValue]

  /// Creates a message.
  public init(
    role: Role, content: Content?, name: String? = nil, toolCalls: [ToolCall]? = nil, toolCallID: String? = nil,
    reasoning: String? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.role = role
    self.content = content
    self.name = name
    self.toolCalls = toolCalls
    self.toolCallID = toolCallID
    self.reasoning = reasoning
    self.extras = extras
  }

  /// Instructions to the model.
  public static func system(_ text: String) -> ChatMessage { ChatMessage(role: .system, content: .text(text)) }
  /// Text of the user.
  public static func user(_ text: String) -> ChatMessage { ChatMessage(role: .user, content: .text(text)) }
  /// Text and media of the user, in order.
  public static func user(_ parts: ContentPart...) -> ChatMessage { ChatMessage(role: .user, content: .parts(parts)) }
  /// Text of the assistant.
  public static func assistant(_ text: String) -> ChatMessage { ChatMessage(role: .assistant, content: .text(text)) }
  /// The result of a tool.
  public static func tool(_ text: String, callID: String) -> ChatMessage {
    ChatMessage(role: .tool, content: .text(text), toolCallID: callID)
  }

  /// Takes a response into the conversation; its reasoning is left out, as chat templates expect.
  public init(_ answer: ChatResponse.Message) {
    self.init(
      role: answer.role ?? .assistant, content: answer.content.map { .text($0) },
      toolCalls: answer.toolCalls.isEmpty ? nil : answer.toolCalls)
  }
}

extension ChatMessage: Encodable {
  /// Writes the message as the protocol has it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.encode(role, forKey: "role")
    switch content {
    case .text(let text): try container.encode(text, forKey: "content")
    case .parts(let parts): try container.encode(parts, forKey: "content")
    case nil: try container.encodeNil(forKey: "content")
    }
    try container.set("name", name)
    try container.set("tool_calls", toolCalls)
    try container.set("tool_call_id", toolCallID)
    try container.set("reasoning", reasoning)
    try container.set(extras: extras)
  }
}
