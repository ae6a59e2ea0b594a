public import NPUBase

/// What vLLM and its relatives accept on top of the OpenAI protocol, other than sampling.
///
/// A field left at `nil` is not sent. All are plain properties of ``ChatRequest`` and ``CompletionRequest`` as well.
public struct EngineParameters: Sendable, Hashable {
  /// What form the response must have.
  public var structuredOutputs: StructuredOutputs?
  /// A JSON schema for the response; the older way, for vLLM before structured outputs.
  public var guidedJSON: JSONValue?
  /// A regular expression for the response; the older way.
  public var guidedRegex: String?
  /// The only responses allowed; the older way.
  public var guidedChoice: [String]?
  /// A grammar for the response; the older way.
  public var guidedGrammar: String?
  /// Rank in the queue; lower goes first, where the server schedules by priority.
  public var priority: Int?
  /// The identity of the request at the engine.
  public var requestID: String?
  /// Whether log-probabilities name tokens by identity instead of text.
  public var returnTokensAsTokenIDs: Bool?
  /// Whether the response holds the identities of its tokens, the surest count of them.
  public var returnTokenIDs: Bool?
  /// Whether the response holds the prompt as the model saw it.
  public var returnPromptText: Bool?
  /// Whether the tokenizer adds its special tokens to the prompt.
  public var addSpecialTokens: Bool?
  /// Whether the response begins with the prompt, or with the last message in a chat.
  public var echo: Bool?
  /// A text that separates prefix caches: equal prompts with different salts share nothing.
  public var cacheSalt: String?
  /// How to move the key-value cache between servers.
  public var kvTransferParameters: JSONValue?
  /// Arguments for extensions of the server.
  public var vllmExtraArguments: [String: JSONValue]?

  /// Creates parameters of which none is set.
  public init() {}

  /// Writes the parameters that are set into the object of a request.
  func encode(into container: inout JSONEncodingContainer) throws {
    try container.set("structured_outputs", structuredOutputs)
    try container.set("guided_json", guidedJSON)
    try container.set("guided_regex", guidedRegex)
    try container.set("guided_choice", guidedChoice)
    try container.set("guided_grammar", guidedGrammar)
    try container.set("priority", priority)
    try container.set("request_id", requestID)
    try container.set("return_tokens_as_token_ids", returnTokensAsTokenIDs)
    try container.set("return_token_ids", returnTokenIDs)
    try container.set("return_prompt_text", returnPromptText)
    try container.set("add_special_tokens", addSpecialTokens)
    try container.set("echo", echo)
    try container.set("cache_salt", cacheSalt)
    try container.set("kv_transfer_params", kvTransferParameters)
    try container.set("vllm_xargs", vllmExtraArguments)
  }
}

/// The form that a response must have, enforced while it is generated; exactly one is to be set.
public struct StructuredOutputs: Sendable, Hashable, Encodable {
  /// A JSON schema.
  public var json: JSONValue?
  /// Any JSON object.
  public var jsonObject: Bool?
  /// A regular expression.
  public var regex: String?
  /// The only responses allowed.
  public var choice: [String]?
  /// A context-free grammar.
  public var grammar: String?
  /// A description of tagged parts.
  public var structuralTag: String?

  /// Creates a form.
  public init(
    json: JSONValue? = nil, jsonObject: Bool? = nil, regex: String? = nil, choice: [String]? = nil,
    grammar: String? = nil, structuralTag: String? = nil
  ) {
    self.json = json
    self.jsonObject = jsonObject
    self.regex = regex
    self.choice = choice
    self.grammar = grammar
    self.structuralTag = structuralTag
  }

  private enum CodingKeys: String, CodingKey {
    case json
    case jsonObject = "json_object"
    case regex
    case choice
    case grammar
    case structuralTag = "structural_tag"
  }
}
