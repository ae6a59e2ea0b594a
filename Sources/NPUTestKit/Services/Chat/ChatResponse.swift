public import NPUBase

/// The whole response of a chat model.
public struct ChatResponse: Sendable, Hashable {
  /// The identity of the response.
  public var id: String?
  /// When it was made, in seconds since 1970 by the server's clock.
  public var created: Int?
  /// The model, as the server names it.
  public var model: String?
  /// The server's build, where it says.
  public var systemFingerprint: String?
  /// The choices, as many as were asked for.
  public var choices: [Choice]
  /// The token counts.
  public var usage: Usage?
  /// The log-probabilities of the prompt, on request.
  public var promptLogprobs: PromptLogprobs?
  /// The tokens of the prompt, on request.
  public var promptTokenIDs: [Int]?
  /// The prompt as the model saw it, on request.
  public var promptText: String?
  /// Every other field that has a value, such as `timings` of llama-server or `prefill_time` of MindIE.
  public var extras: [String: JSONValue]

  /// One choice.
  public struct Choice: Sendable, Hashable {
    /// Its index among the choices, from 0.
    public var index: Int
    /// What the model said.
    public var message: Message
    /// Why it ended.
    public var finishReason: FinishReason?
    /// Which stop condition ended it.
    public var stopReason: StopReason?
    /// Its tokens with log-probabilities, on request; an empty list differs from none.
    public var logprobs: [TokenLogprob]?
    /// Its tokens, on request.
    public var tokenIDs: [Int]?

    /// Creates a choice.
    public init(
      index: Int, message: Message, finishReason: FinishReason?, stopReason: StopReason? = nil,
      logprobs: [TokenLogprob]? = nil, tokenIDs: [Int]? = nil
    ) {
      self.index = index
      self.message = message
      self.finishReason = finishReason
      self.stopReason = stopReason
      self.logprobs = logprobs
      self.tokenIDs = tokenIDs
    }
  }

  /// What a model said.
  public struct Message: Sendable, Hashable {
    /// Who speaks.
    public var role: Role?
    /// The text; `nil` where the model only called tools.
    public var content: String?
    /// What the model reasoned, whichever of its two names the server uses.
    public var reasoning: String?
    /// What the model said when it declined.
    public var refusal: String?
    /// The tools it called.
    public var toolCalls: [ToolCall]

    /// Creates a message.
    public init(
      role: Role? = .assistant, content: String?, reasoning: String? = nil, refusal: String? = nil,
      toolCalls: [ToolCall] = []
    ) {
      self.role = role
      self.content = content
      self.reasoning = reasoning
      self.refusal = refusal
      self.toolCalls = toolCalls
    }
  }

  /// Creates a response.
  public init(
    id: String?, created: Int? = nil, model: String? = nil, systemFingerprint: String? = nil, choices: [Choice],
    usage: Usage? = nil, promptLogprobs: PromptLogprobs? = nil, promptTokenIDs: [Int]? = nil,
    promptText: String? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.created = created
    self.model = model
    self.systemFingerprint = systemFingerprint
    self.choices = choices
    self.usage = usage
    self.promptLogprobs = promptLogprobs
    self.promptTokenIDs = promptTokenIDs
    self.promptText = promptText
    self.extras = extras
  }

  /// The text of the first choice.
  public var text: String? { choices.first?.message.content }

  static let known: Set<String> = [
    "id", "object", "created", "model", "system_fingerprint", "choices", "usage", "prompt_logprobs",
    "prompt_token_ids", "prompt_text",
  ]
}

extension ChatResponse: Decodable {
  /// Reads a response; only the list of choices is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      id: container.text("id"), created: container.integer("created"), model: container.text("model"),
      systemFingerprint: container.text("system_fingerprint"),
      choices: try container.decode([Choice].self, forKey: "choices"), usage: container.usage(),
      promptLogprobs: container.lenient("prompt_logprobs"),
      promptTokenIDs: container.lenient("prompt_token_ids"),
      promptText: container.text("prompt_text"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}

extension ChatResponse.Choice: Decodable {
  /// Reads one choice; only its message is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      index: container.choiceIndex(of: decoder),
      message: try container.decode(ChatResponse.Message.self, forKey: "message"),
      finishReason: container.finishReason(),
      stopReason: container.lenient("stop_reason"),
      logprobs: container.lenient("logprobs", as: ChatLogprobs.self)?.content,
      tokenIDs: container.lenient("token_ids"))
  }
}

extension ChatResponse.Message: Decodable {
  /// Reads a message.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let content = container.content("content")
    self.init(
      role: container.lenient("role"), content: content.text, reasoning: container.reasoning(content),
      refusal: container.lenient("refusal"), toolCalls: container.toolCalls().map(ToolCall.init))
  }
}

/// The wrapper in which the protocol puts the tokens of a response.
struct ChatLogprobs: Decodable {
  var content: [TokenLogprob]?
}
