import HTTPTypes
public import NPUTransport

/// A client for chat models, `POST /v1/chat/completions`.
///
/// ```swift
/// let chat = ChatClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
/// let request = ChatRequest(model: "Qwen2-7B-Chat", messages: [.user("Hello")])
/// let response = try await chat.complete(request)
/// for try await chunk in chat.stream(request) { print(chunk.text ?? "", chunk.receivedAt) }
/// ```
public struct ChatClient: Sendable {
  /// Where services usually have it.
  public static let defaultRoute = "/v1/chat/completions"

  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The path below the endpoint.
  public var route: String

  /// The model that plain calls name.
  public let model: ServedModel

  /// Whether a whole response may have no text because its limit of tokens was spent on reasoning that the service does
  /// not show: for callers that judge such a response themselves.
  package var acceptsHiddenReasoning = false

  /// Creates a client.
  public init(
    transport: any Transport, service: ServiceConfiguration, route: String = defaultRoute,
    model: ServedModel? = nil
  ) {
    self.model = model ?? ServedModel(of: HealthClient(transport: transport, service: service))
    self.transport = transport
    self.service = service
    self.route = route
  }

  /// Prepares the exchange for a request as it stands, for callers that drive the transport themselves.
  ///
  /// Equal requests give equal bytes: the keys of the body are sorted.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - requestID: The identity to send in X-Request-Id.
  /// - Returns: Head, body and timeouts.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func transferRequest(for request: ChatRequest, requestID: String? = nil) throws -> TransferRequest {
    try Self.transferRequest(for: request, to: service, route, requestID: requestID)
  }

  /// Prepares the exchange for a request without a client, as a load does, which has a transport of its own.
  package static func transferRequest(
    for request: ChatRequest, to service: ServiceConfiguration, _ route: String, requestID: String?
  ) throws -> TransferRequest {
    try service.transferRequest(
      .post, route, json: try service.json(request, for: route),
      accept: request.stream == true ? "text/event-stream" : "application/json", requestID: requestID)
  }

  /// Sends a request as it stands and gives the response whatever its status: a refusal is what some tests look for.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` or `transport`.
  public func response(to request: ChatRequest, requestID: String? = nil) async throws -> TransferResponse {
    try await exchange(request, requestID).response()
  }

  /// Asks for the whole response at once; what the request says of streams is not sent.
  ///
  /// - Throws: ``ServiceError``; a status that is not 2xx is one of kind `httpStatus`.
  public func complete(_ request: ChatRequest, requestID: String? = nil) async throws -> ChatResponse {
    var request = request
    request.stream = nil
    request.streamOptions = nil
    var judge = request.judge
    judge.acceptsHiddenReasoning = acceptsHiddenReasoning
    return try await exchange(request, requestID).answer(ChatResponse.self, judge)
  }

  /// Reads a whole response that has arrived, by the same rules.
  package func answer(in response: TransferResponse, to request: ChatRequest) throws -> ChatResponse {
    try exchange(request, nil).answer(ChatResponse.self, request.judge, in: response)
  }

  /// Asks for the response in a stream, which begins when it is iterated.
  public func stream(_ request: ChatRequest, requestID: String? = nil) -> ChunkStream<ChatChunk> {
    ChunkStream(transport: transport, judge: request.judge) {
      var request = request
      request.stream = true
      return try transferRequest(for: request, requestID: requestID)
    }
  }

  private func exchange(_ request: ChatRequest, _ requestID: String?) throws -> ServiceExchange {
    ServiceExchange(transport: transport, request: try transferRequest(for: request, requestID: requestID))
  }
}
