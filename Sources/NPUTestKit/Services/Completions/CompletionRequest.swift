public import NPUBase

/// A request to continue a text, `POST /v1/completions`.
///
/// Sampling and engine parameters are properties of the request itself as well as of their groups. A field left at
/// `nil` is not sent, and nothing is checked. vLLM generates 16 tokens unless ``SamplingParameters/maxTokens`` says
/// otherwise.
@dynamicMemberLookup
public struct CompletionRequest: Sendable, Hashable {
  /// What to continue.
  public enum Prompt: Sendable, Hashable {
    /// One text.
    case text(String)
    /// Several texts; the continuations come in their order, `n` for each.
    case texts([String])
    /// One text as tokens.
    case tokens([Int])
    /// Several texts as tokens.
    case tokenLists([[Int]])
  }

  /// The model; some servers have only one and need no name.
  public var model: String?
  /// What to continue.
  public var prompt: Prompt
  /// How many of the likeliest tokens to give at each place; 0 gives the chosen one alone.
  public var logprobs: Int?
  /// What comes after the response; vLLM refuses it.
  public var suffix: String?
  /// How many candidates to generate, of which the best is returned.
  public var bestOf: Int?
  /// Whether the response comes in a stream; clients set it as needed.
  public var stream: Bool?
  /// What the stream carries besides the response; servers refuse it without a stream.
  ///
  /// Measurements ask for usage where this is `nil`; ``StreamOptions/omitted`` keeps them from it.
  public var streamOptions: StreamOptions?
  /// The form that the response must have.
  public var responseFormat: ResponseFormat?
  /// The end user, for the records of the server.
  public var user: String?
  /// How to choose tokens.
  public var sampling: SamplingParameters
  /// What vLLM accepts beyond the protocol; with echo the response begins with the prompt.
  public var engine: EngineParameters
  /// Any other field; one of the name of a typed field replaces it, with a wrong value if need be.
  public var extras: [String: JSONValue]

  /// Creates a request.
  public init(
    model: String?, prompt: Prompt, sampling: SamplingParameters = SamplingParameters(), logprobs: Int? = nil,
    streamOptions: StreamOptions? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.model = model
    self.prompt = prompt
    self.sampling = sampling
    self.logprobs = logprobs
    self.streamOptions = streamOptions
    engine = EngineParameters()
    self.extras = extras
  }

  /// How many choices a whole response has, by what is asked for.
  package var choices: Int {
    let prompts =
      switch prompt {
      case .text, .tokens: 1
      case .texts(let texts): texts.count
      case .tokenLists(let lists): lists.count
      }
    return (extras["n"]?.integer ?? sampling.n ?? 1).multipliedReportingOverflow(by: prompts).partialValue
  }

  /// Whether the request asks for no token at all, as to learn the log-probabilities of its prompt.
  package var mayBeEmpty: Bool { sampling.maxTokens == 0 }

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
}

extension CompletionRequest.Prompt: Encodable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// One text written in source.
  public init(stringLiteral value: String) { self = .text(value) }

  /// Writes a text, a list of texts, a list of integers, or a list of those.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .texts(let texts): try container.encode(texts)
    case .tokens(let tokens): try container.encode(tokens)
    case .tokenLists(let lists): try container.encode(lists)
    }
  }
}

extension CompletionRequest: Encodable {
  /// Writes the object of the protocol.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.set("model", model)
    try container.encode(prompt, forKey: "prompt")
    try container.set("logprobs", logprobs)
    try container.set("suffix", suffix)
    try container.set("best_of", bestOf)
    try container.set("stream", stream)
    try container.set("stream_options", streamOptions?.sent)
    try container.set("response_format", responseFormat)
    try container.set("user", user)
    try sampling.encode(into: &container)
    try engine.encode(into: &container)
    try container.set(extras: extras)
  }
}
