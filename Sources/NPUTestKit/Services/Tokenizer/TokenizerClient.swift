import HTTPTypes
internal import NPUBase
public import NPUTransport

/// Turns texts into tokens and back with a server's own tokenizer.
///
/// ```swift
/// let tokenizer = TokenizerClient(transport: transport, service: service.configuration, wireProtocol: .vllm)
/// let count = try await tokenizer.tokenize("Hello").value?.count
/// ```
public struct TokenizerClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The protocol of the server.
  public var wireProtocol: TokenizerRequest.WireProtocol

  /// Creates a client.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: TokenizerRequest.WireProtocol = .vllm
  ) {
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
  }

  /// Prepares the exchange for a request.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`, as for messages to a server that takes only text.
  public func transferRequest(for request: TokenizerRequest) throws -> TransferRequest {
    let route = wireProtocol == .mindIE ? "/v1/tokenizer" : "/tokenize"
    if case .messages = request.input, wireProtocol != .vllm {
      throw ServiceError(
        kind: .invalidRequest, message: "the \(wireProtocol.rawValue) tokenizer takes text, not messages",
        request: "POST \(service.endpoint.address(for: route))")
    }
    let body = TokenizerBody(request: request, wireProtocol: wireProtocol)
    return try service.transferRequest(.post, route, json: try service.json(body, for: route))
  }

  /// Turns a text into tokens.
  ///
  /// - Throws: ``ServiceError``.
  public func tokenize(_ text: String, model: String? = nil) async throws -> Availability<TokenizerResponse> {
    try await tokenize(TokenizerRequest(.text(text), model: model))
  }

  /// Turns a text or a conversation into tokens.
  ///
  /// - Throws: ``ServiceError``.
  public func tokenize(_ request: TokenizerRequest) async throws -> Availability<TokenizerResponse> {
    let exchange = ServiceExchange(transport: transport, request: try transferRequest(for: request))
    return try await exchange.availability(of: TokenizerResponse.self)
  }

  /// Turns tokens into a text; MindIE has no route for it.
  ///
  /// - Throws: ``ServiceError``.
  public func detokenize(_ tokens: [Int], model: String? = nil) async throws -> Availability<String> {
    if wireProtocol == .mindIE { return .notSupported(status: nil, message: "MindIE cannot turn tokens into text") }
    var body: [String: JSONValue] = ["tokens": .array(tokens.map { .int(Int64($0)) })]
    if wireProtocol == .vllm, let model { body["model"] = .string(model) }
    let route = "/detokenize"
    let request = try service.transferRequest(.post, route, json: try service.json(JSONValue.object(body), for: route))
    let exchange = ServiceExchange(transport: transport, request: request)
    switch try await exchange.availability(of: DetokenizedText.self) {
    case .available(let document): return .available(document.text)
    case .notSupported(let status, let message): return .notSupported(status: status, message: message)
    }
  }
}

/// The text of tokens, under the name of either protocol.
private struct DetokenizedText: Decodable {
  var text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    guard let text = container.text("prompt") ?? container.text("content") else {
      throw DecodingError.keyNotFound(
        JSONKey("prompt"), .init(codingPath: decoder.codingPath, debugDescription: "no text of the tokens"))
    }
    self.text = text
  }
}
