public import NPUBase

/// A request to a chat model, `POST /v1/chat/completions`.
///
/// Sampling, engine and template parameters are properties of the request itself as well as of their groups:
///
/// ```swift
/// var request = ChatRequest(model: "Qwen2-7B-Chat", messages: [.user("Hello")])
/// request.temperature = 0
/// request.ignoreEOS = true
/// ```
///
/// A field left at `nil` is not sent. Nothing is checked: a test must be able to send what a server should refuse.
@dynamicMemberLookup
public struct ChatRequest: Sendable, Hashable {
  /// The model; some servers have only one and need no name.
  public var model: String?
  /// The conversation.
  public var messages: [ChatMessage]
  /// The functions that the model may call.
  public var tools: [Tool]?
  /// Whether and which function the model must call.
  public var toolChoice: ToolChoice?
  /// Whether the model may call several functions at once.
  public var parallelToolCalls: Bool?
  /// The form that the response must have.
  public var responseFormat: ResponseFormat?
  /// Most tokens to generate, in the newer name of the protocol.
  public var maxCompletionTokens: Int?
  /// Whether the response carries log-probabilities.
  public var logprobs: Bool?
  /// How many of the likeliest tokens to give at each place; needs ``logprobs``.
  public var topLogprobs: Int?
  /// Whether the response comes in a stream; clients set it as needed.
  public var stream: Bool?
  /// What the stream carries besides the response; servers refuse it without a stream.
  ///
  /// Measurements ask for usage where this is `nil`; ``StreamOptions/omitted`` keeps them from it.
  public var streamOptions: StreamOptions?
  /// The end user, for the records of the server.
  public var user: String?
  /// How to choose tokens.
  public var sampling: SamplingParameters
  /// What vLLM accepts beyond the protocol.
  public var engine: EngineParameters
  /// How to make a prompt of the messages, and how to reason.
  public var template: ChatTemplateParameters
  /// Any other field; one of the name of a typed field replaces it, with a wrong value if need be.
  public var extras: [String: JSONValue]

  /// Creates a request.
  public init(
    model: String?, messages: [ChatMessage], sampling: SamplingParameters = SamplingParameters(),
    tools: [Tool]? = nil, toolChoice: ToolChoice? = nil, responseFormat: ResponseFormat? = nil,
    streamOptions: StreamOptions? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.model = model
    self.messages = messages
    self.sampling = sampling
    self.tools = tools
    self.toolChoice = toolChoice
    self.responseFormat = responseFormat
    self.streamOptions = streamOptions
    engine = EngineParameters()
    template = ChatTemplateParameters()
    self.extras = extras
  }

  /// How many choices a whole response has, by what is asked for.
  package var choices: Int { extras["n"]?.integer ?? sampling.n ?? 1 }

  /// Whether the request asks for no token at all.
  package var mayBeEmpty: Bool { (maxCompletionTokens ?? sampling.maxTokens) == 0 }

  /// What judges the response.
  var judge: AnswerJudge { AnswerJudge(choices: choices, mayBeEmpty: mayBeEmpty) }

  /// A sampling parameter.
  public subscript<Value>(dynamicMember path: WritableKeyPath<SamplingParameters, Value>) -> Value {
    get { sampling[keyPath: path] }
    set { sampling[keyPath: path] = newValue }
  }

  /// An engine parameter.
  public subscript<Value>(dynamicMember path: WritableKeyPath<EngineParameters, Value>) -> Value {
    get { engine[keyPath: path] }
    set { engine[keyPath: path] = newValue }
  }

  /// A template parameter.
  public subscript<Value>(dynamicMember path: WritableKeyPath<ChatTemplateParameters, Value>) -> Value {
    get { template[keyPath: path] }
    set { template[keyPath: path] = newValue }
  }
}

extension ChatRequest: Encodable {
  /// Writes the object of the protocol.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.set("model", model)
    try container.encode(messages, forKey: "messages")
    try container.set("tools", tools)
    try container.set("tool_choice", toolChoice)
    try container.set("parallel_tool_calls", parallelToolCalls)
    try container.set("response_format", responseFormat)
    try container.set("max_completion_tokens", maxCompletionTokens)
    try container.set("logprobs", logprobs)
    try container.set("top_logprobs", topLogprobs)
    try container.set("stream", stream)
    try container.set("stream_options", streamOptions?.sent)
    try container.set("user", user)
    try sampling.encode(into: &container)
    try engine.encode(into: &container)
    try template.encode(into: &container)
    try container.set(extras: extras)
  }
}
