public import NPUBase

/// Text to be turned into tokens.
public struct TokenizerRequest: Sendable, Hashable {
  /// The protocol of a server's tokenizer.
  public enum WireProtocol: String, Sendable, Hashable, CaseIterable {
    /// `POST /tokenize` with a prompt or messages.
    case vllm
    /// `POST /tokenize` with a content.
    case llamaServer = "llama_server"
    /// `POST /v1/tokenizer` with inputs.
    case mindIE = "mindie"
  }

  /// What is to be turned into tokens.
  public enum Input: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A conversation, by the model's template; vLLM only.
    case messages([ChatMessage])
  }

  /// What is to be turned into tokens.
  public var input: Input
  /// The model; only vLLM takes it.
  public var model: String?
  /// Whether the tokenizer adds its special tokens; `nil` leaves it to the server.
  public var addSpecialTokens: Bool?
  /// Whether the texts of the tokens are wanted beside their identities.
  public var wantsTokenTexts: Bool
  /// Any other field; one of the name of a typed field replaces it.
  public var extras: [String: JSONValue]

  /// Creates a request.
  public init(
    _ input: Input, model: String? = nil, addSpecialTokens: Bool? = nil, wantsTokenTexts: Bool = false,
    extras: [String: JSONValue] = [:]
  ) {
    self.input = input
    self.model = model
    self.addSpecialTokens = addSpecialTokens
    self.wantsTokenTexts = wantsTokenTexts
    self.extras = extras
  }
}

/// The body of a request in one protocol.
struct TokenizerBody: Encodable {
  var request: TokenizerRequest
  var wireProtocol: TokenizerRequest.WireProtocol

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    switch (request.input, wireProtocol) {
    case (.text(let text), .vllm): try container.encode(text, forKey: "prompt")
    case (.text(let text), .llamaServer): try container.encode(text, forKey: "content")
    case (.text(let text), .mindIE): try container.encode(text, forKey: "inputs")
    case (.messages(let messages), _): try container.encode(messages, forKey: "messages")
    }
    switch wireProtocol {
    case .vllm:
      try container.set("model", request.model)
      try container.set("add_special_tokens", request.addSpecialTokens)
      if request.wantsTokenTexts { try container.encode(true, forKey: "return_token_strs") }
    case .llamaServer:
      try container.set("add_special", request.addSpecialTokens)
      if request.wantsTokenTexts { try container.encode(true, forKey: "with_pieces") }
    case .mindIE:
      if request.wantsTokenTexts { try container.encode(true, forKey: "do_decode") }
    }
    try container.set(extras: request.extras)
  }
}
