public import NPUBase

/// The whole continuation of a text.
public struct CompletionResponse: Sendable, Hashable {
  /// The identity of the response.
  public var id: String?
  /// When it was made, in seconds since 1970 by the server's clock.
  public var created: Int?
  /// The model, as the server names it.
  public var model: String?
  /// The server's build, where it says.
  public var systemFingerprint: String?
  /// The continuations: for several prompts, those of each prompt together.
  public var choices: [Choice]
  /// The token counts.
  public var usage: Usage?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// One continuation.
  public struct Choice: Sendable, Hashable {
    /// Its place: the number of its prompt times `n`, plus its number within the prompt.
    public var index: Int
    /// The text; it begins with the prompt if that was asked for.
    public var text: String
    /// Why it ended.
    public var finishReason: FinishReason?
    /// Which stop condition ended it.
    public var stopReason: StopReason?
    /// Its tokens with log-probabilities, on request.
    public var logprobs: CompletionLogprobs?
    /// Its tokens, on request.
    public var tokenIDs: [Int]?
    /// The log-probabilities of the prompt, on request.
    public var promptLogprobs: PromptLogprobs?
    /// The tokens of the prompt, on request.
    public var promptTokenIDs: [Int]?

    /// Creates a continuation.
    public init(
      index: Int, text: String, finishReason: FinishReason?, stopReason: StopReason? = nil,
      logprobs: CompletionLogprobs? = nil, tokenIDs: [Int]? = nil, promptLogprobs: PromptLogprobs? = nil,
      promptTokenIDs: [Int]? = nil
    ) {
      self.index = index
      self.text = text
      self.finishReason = finishReason
      self.stopReason = stopReason
      self.logprobs = logprobs
      self.tokenIDs = tokenIDs
      self.promptLogprobs = promptLogprobs
      self.promptTokenIDs = promptTokenIDs
    }
  }

  /// Creates a response.
  public init(
    id: String?, created: Int? = nil, model: String? = nil, systemFingerprint: String? = nil, choices: [Choice],
    usage: Usage? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.created = created
    self.model = model
    self.systemFingerprint = systemFingerprint
    self.choices = choices
    self.usage = usage
    self.extras = extras
  }

  /// The text of the first continuation.
  public var text: String? { choices.first?.text }

  static let known: Set<String> = ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"]
}

extension CompletionResponse: Decodable {
  /// Reads a response; only the list of choices is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      id: container.text("id"), created: container.integer("created"), model: container.text("model"),
      systemFingerprint: container.text("system_fingerprint"),
      choices: try container.decode([Choice].self, forKey: "choices"),
      usage: container.usage(),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}

extension CompletionResponse.Choice: Decodable {
  /// Reads one continuation; a text that is null is empty, one that is absent is an error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    guard container.contains("text") else {
      throw DecodingError.keyNotFound(
        JSONKey("text"), .init(codingPath: decoder.codingPath, debugDescription: "a completion has a text"))
    }
    self.init(container, decoder)
  }

  /// Reads what is there, as a chunk need not have all of it.
  init(_ container: JSONDecodingContainer, _ decoder: any Decoder) {
    let text = container.content("text")
    self.init(
      index: container.choiceIndex(of: decoder), text: (text.reasoning ?? "") + (text.text ?? ""),
      finishReason: container.finishReason(),
      stopReason: container.lenient("stop_reason"),
      logprobs: container.lenient("logprobs"),
      tokenIDs: container.lenient("token_ids"),
      promptLogprobs: container.lenient("prompt_logprobs"),
      promptTokenIDs: container.lenient("prompt_token_ids"))
  }
}
