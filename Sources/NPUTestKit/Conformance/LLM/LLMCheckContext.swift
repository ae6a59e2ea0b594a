import HTTPTypes
internal import NPUBase
public import NPUServices
public import NPUTransport

/// What the checks of a language model need: the service, the model, and what its responses are measured by.
public struct LLMCheckContext: CheckContext {
  /// A conversation and how its response is judged.
  public struct SemanticCase: Sendable {
    /// The conversation; its last message is the user's.
    public var messages: [ChatMessage]
    /// How the response is judged.
    public var judge: ResponseJudge

    /// Creates a case.
    public init(_ messages: [ChatMessage], judge: ResponseJudge) {
      self.messages = messages
      self.judge = judge
    }
  }

  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens.
  public var service: ServiceConfiguration
  /// The model; `nil` for servers of one model that need no name.
  public var model: String?
  /// How many requests are sent at once by the check of concurrency.
  public var concurrentRequests = 50
  /// Most tokens of prompt and response together; `nil` to believe the list of models.
  public var contextLength: Int?
  /// Most tokens of a response that is judged by what it means; a model that reasons needs more.
  public var semanticTokens = 256
  /// Whether the system prompt is followed.
  public var systemPromptCase = SemanticCase(
    [
      .system("Answer every message with the word \"heron\" and nothing else."),
      .user("What is the capital of France?"),
    ],
    judge: .keywords("heron"))
  /// Whether the model knows what was said before.
  public var memoryCase = SemanticCase(
    [
      .user("The code word is \"magnolia\". Remember it."), .assistant("I will remember it."),
      .user("What is the code word? Answer with this word alone."),
    ], judge: .keywords("magnolia"))
  /// A text beyond ASCII that the model is asked to repeat.
  public var foreignText = "你好，世界！昇腾服务器今天运行得很好。🚀 naïve café"

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - model: The model; `nil` for servers of one model.
  public init(transport: any Transport, service: ServiceConfiguration, model: String?) {
    self.transport = transport
    self.service = service
    self.model = model
  }
}

extension LLMCheckContext {
  /// A client for chats, which leaves it to the checks what hidden reasoning says of a service.
  var chat: ChatClient {
    var client = ChatClient(transport: transport, service: service)
    client.acceptsHiddenReasoning = true
    return client
  }

  /// A client for the state of the service.
  var health: HealthClient { HealthClient(transport: transport, service: service) }

  /// A greedy request, so that responses can be compared.
  func request(_ messages: [ChatMessage], tokens: Int = 32) -> ChatRequest {
    ChatRequest(model: model, messages: messages, sampling: SamplingParameters(temperature: 0, maxTokens: tokens))
  }

  /// A greedy request of one message.
  func request(_ text: String, tokens: Int = 32) -> ChatRequest { request([.user(text)], tokens: tokens) }

  /// A request that every model answers at some length.
  func longRequest(tokens: Int = 48) -> ChatRequest {
    request("Count from one to thirty in words, separated by commas.", tokens: tokens)
  }

  /// Reads a stream of some length to its end, which another request may break off.
  func readStream() async throws {
    for try await _ in chat.stream(longRequest()) {}
  }

  /// Sends bytes as they are.
  func send(raw body: [UInt8]) async throws -> TransferResponse {
    let request = try service.transferRequest(.post, chat.route, json: body)
    return try await ServiceExchange(transport: transport, request: request).response()
  }
}

extension ChatResponse {
  /// Everything that the first choice says, reasoning included: what sampling decided.
  var generated: String {
    guard let message = choices.first?.message else { return "" }
    return (message.reasoning ?? "") + (message.content ?? "")
  }

  /// How many tokens took the whole limit without any text: reasoning that the service does not show.
  ///
  /// `nil` for every other response, and for one whose usage counts no token or says that none of them is reasoning.
  /// Such a response has no text for a reason, but no text that could be judged either.
  var hiddenReasoning: Int? {
    guard generated.isBlank, choices.first?.message.toolCalls.isEmpty ?? true,
      choices.first?.finishReason == .length, let count = usage?.reasoningTokens ?? usage?.completionTokens, count > 0
    else { return nil }
    return count
  }

  /// Ends the check as inconclusive if hidden reasoning took all tokens.
  func presumeShown() throws {
    guard let hiddenReasoning else { return }
    throw Finding.inconclusive(
      "no text came: the limit of the check was spent on \(hiddenReasoning) tokens that the service counts and does not "
        + "show, as of hidden reasoning; switch the reasoning off, or judge the service by the other checks")
  }

  /// Ends the check as failed if the response says nothing, and hidden reasoning is no reason for that: for checks that
  /// judge what was counted rather than what was said.
  func demandTokens() throws {
    if hiddenReasoning == nil { try demandText() }
  }

  /// Ends the check if there is nothing to read in the response: as failed, unless hidden reasoning took all tokens.
  func demandText() throws {
    try presumeShown()
    try Finding.demand(
      !generated.isBlank, "the response says nothing, neither as content nor as reasoning: it reads \(shown)")
  }

  /// Everything that the first choice says, for messages.
  var shown: String { "\"\(Excerpt.of(generated, limit: 160))\"" }
}

extension Refusal {
  /// Sends the request; a response that is no error fails the check.
  ///
  /// - Returns: How it was refused.
  func judge(_ body: [UInt8], in context: LLMCheckContext) async throws -> String {
    try await judge { try await context.send(raw: body) }
  }

  /// Makes sure that the service still answers.
  func demandResponse(in context: LLMCheckContext) async throws {
    try await demandResponse { _ = try await context.chat.complete(context.request("Say hello.", tokens: 4)) }
  }
}

extension Probe where Context == LLMCheckContext {
  /// Whether anybody answers, and takes the key where one is needed: health routes are open to everybody.
  static var authorized: Probe {
    Probe(Probe.reachable.name) { context in
      if case .notSupported(let reason) = try await Probe.reachable.ask(context) { return .notSupported(reason) }
      do {
        _ = try await context.health.models()
      } catch let error as ServiceError where error.status == 401 || error.status == 403 {
        return .notSupported(
          "the service at \(context.service.endpoint) refuses the credentials: \(error). Check the API key.")
      } catch is ServiceError {
        // Whatever else is wrong with the list of models is a matter of the checks.
      }
      return .supported
    }
  }
}
