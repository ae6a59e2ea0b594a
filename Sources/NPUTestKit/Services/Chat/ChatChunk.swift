public import NPUBase

/// One event of a streamed chat response.
public struct ChatChunk: Sendable, Hashable {
  /// The identity of the response.
  public var id: String?
  /// When it was made, in seconds since 1970 by the server's clock; MindIE counts on from chunk to chunk.
  public var created: Int?
  /// The model, as the server names it.
  public var model: String?
  /// The server's build, where it says.
  public var systemFingerprint: String?
  /// What is new in each choice; empty in a chunk that only carries token counts.
  public var choices: [Choice]
  /// The token counts so far, where the chunk carries them.
  public var usage: Usage?
  /// The tokens of the prompt, in the first chunk, on request.
  public var promptTokenIDs: [Int]?
  /// The prompt as the model saw it, in the first chunk, on request.
  public var promptText: String?
  /// The whole text so far, in the last chunk of MindIE.
  public var fullText: String?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// What is new in one choice.
  public struct Choice: Sendable, Hashable {
    /// Its index among the choices, from 0.
    public var index: Int
    /// What is new.
    public var delta: Delta
    /// Why it ended, in its last chunk.
    public var finishReason: FinishReason?
    /// Which stop condition ended it.
    public var stopReason: StopReason?
    /// The new tokens with log-probabilities, on request.
    public var logprobs: [TokenLogprob]?
    /// The new tokens, on request.
    public var tokenIDs: [Int]?

    /// Creates the change of one choice.
    public init(
      index: Int, delta: Delta, finishReason: FinishReason? = nil, stopReason: StopReason? = nil,
      logprobs: [TokenLogprob]? = nil, tokenIDs: [Int]? = nil
    ) {
      self.index = index
      self.delta = delta
      self.finishReason = finishReason
      self.stopReason = stopReason
      self.logprobs = logprobs
      self.tokenIDs = tokenIDs
    }
  }

  /// New pieces of a message; several may stand in one chunk.
  public struct Delta: Sendable, Hashable {
    /// Who speaks: in the first chunk, or in every chunk with MindIE.
    public var role: Role?
    /// A piece of the text; empty while a character is incomplete.
    public var content: String?
    /// A piece of the reasoning, whichever of its two names the server uses.
    public var reasoning: String?
    /// A piece of what the model says when it declines.
    public var refusal: String?
    /// Pieces of tool calls.
    public var toolCalls: [ToolCallFragment]

    /// Creates new pieces.
    public init(
      role: Role? = nil, content: String? = nil, reasoning: String? = nil, refusal: String? = nil,
      toolCalls: [ToolCallFragment] = []
    ) {
      self.role = role
      self.content = content
      self.reasoning = reasoning
      self.refusal = refusal
      self.toolCalls = toolCalls
    }

    /// Whether a token stands behind the change: text, reasoning, a refusal or a piece of a tool call that is not empty.
    public var bearsToken: Bool {
      [content, reasoning, refusal].contains { $0?.isEmpty == false } || !toolCalls.isEmpty
    }
  }

  /// Creates a chunk.
  public init(
    id: String?, created: Int? = nil, model: String? = nil, systemFingerprint: String? = nil, choices: [Choice],
    usage: Usage? = nil, promptTokenIDs: [Int]? = nil, promptText: String? = nil, fullText: String? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.created = created
    self.model = model
    self.systemFingerprint = systemFingerprint
    self.choices = choices
    self.usage = usage
    self.promptTokenIDs = promptTokenIDs
    self.promptText = promptText
    self.fullText = fullText
    self.extras = extras
  }

  /// The new text of the first choice in the chunk.
  public var text: String? { choices.first?.delta.content }
}

extension ChatChunk: StreamChunk {
  /// Which choices the chunk is about, and whether it ends them.
  var progress: [(index: Int, isFinished: Bool)] { choices.map { ($0.index, $0.finishReason != nil) } }

  /// Makes one chunk of a whole response.
  public init(_ whole: ChatResponse) {
    self.init(
      id: whole.id, created: whole.created, model: whole.model, systemFingerprint: whole.systemFingerprint,
      choices: whole.choices.map { choice in
        let message = choice.message
        let calls = message.toolCalls.enumerated().map { position, call in
          ToolCallFragment(
            index: position, id: call.id, type: call.type, name: call.name, arguments: call.arguments)
        }
        return Choice(
          index: choice.index,
          delta: Delta(
            role: message.role, content: message.content, reasoning: message.reasoning, refusal: message.refusal,
            toolCalls: calls),
          finishReason: choice.finishReason, stopReason: choice.stopReason, logprobs: choice.logprobs,
          tokenIDs: choice.tokenIDs)
      },
      usage: whole.usage, promptTokenIDs: whole.promptTokenIDs, promptText: whole.promptText, extras: whole.extras)
  }

  private static let known = ChatResponse.known.union(["full_text"])

  /// Reads a chunk; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      id: container.text("id"), created: container.integer("created"), model: container.text("model"),
      systemFingerprint: container.text("system_fingerprint"),
      choices: try container.decodeIfPresent([Choice].self, forKey: "choices") ?? [], usage: container.usage(),
      promptTokenIDs: container.lenient("prompt_token_ids"),
      promptText: container.text("prompt_text"),
      fullText: container.lenient("full_text"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}

extension ChatChunk.Choice: Decodable {
  /// Reads what is new in one choice; a text of its own, which completions have, goes before that of the delta.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    var delta = container.lenient("delta") ?? ChatChunk.Delta()
    let text = container.content("text")
    if let own = text.text { delta.content = own + (delta.content ?? "") }
    if let own = text.reasoning { delta.reasoning = own + (delta.reasoning ?? "") }
    self.init(
      index: container.choiceIndex(of: decoder), delta: delta,
      finishReason: container.finishReason(),
      stopReason: container.lenient("stop_reason"),
      logprobs: container.lenient("logprobs", as: ChatLogprobs.self)?.content,
      tokenIDs: container.lenient("token_ids"))
  }
}

extension ChatChunk.Delta: Decodable {
  /// Reads new pieces of a message.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let content = container.content("content")
    self.init(
      role: container.lenient("role"), content: content.text, reasoning: container.reasoning(content),
      refusal: container.lenient("refusal"), toolCalls: container.toolCalls())
  }
}
