import HTTPTypes
internal import NPUBase
public import NPUTransport

/// A client for continuations in MindIE's own protocols.
///
/// ```swift
/// let response = try await service.mindIE(.tgi).generate("The meaning of life is")
/// print(response.text ?? "", response.finishReason?.rawValue ?? "")
/// ```
///
/// The OpenAI routes of MindIE are those of ``ChatClient`` and ``CompletionClient``.
public struct MindIEClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// In which protocol.
  public var wireProtocol: MindIERequest.WireProtocol
  /// The path below the endpoint; `nil` takes that of the protocol.
  ///
  /// TGI's other route, `/`, streams where its requests say so.
  public var route: String?
  /// The model that plain calls name.
  public let model: ServedModel

  /// Creates a client.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: MindIERequest.WireProtocol,
    route: String? = nil, model: ServedModel? = nil
  ) {
    self.model = model ?? ServedModel(of: HealthClient(transport: transport, service: service))
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route
  }

  /// Prepares the exchange for a request as it stands, for callers that drive the transport themselves.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - streams: Whether the response is to be a stream.
  ///   - requestID: The identity to send in X-Request-Id.
  /// - Returns: Head, body and timeouts.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`, as for what the protocol has no name for.
  public func transferRequest(
    for request: MindIERequest, streams: Bool, requestID: String? = nil
  ) throws -> TransferRequest {
    try Self.transferRequest(
      for: request, wireProtocol, to: service, route, streams: streams, requestID: requestID)
  }

  /// Prepares the exchange for a request without a client, as a load does, which has a transport of its own.
  package static func transferRequest(
    for request: MindIERequest, _ wireProtocol: MindIERequest.WireProtocol, to service: ServiceConfiguration,
    _ route: String?, streams: Bool, requestID: String?
  ) throws -> TransferRequest {
    let path = try route ?? usualRoute(of: request, wireProtocol, service, streams: streams)
    if let refusal = request.refusal(in: wireProtocol) {
      throw ServiceError(
        kind: .invalidRequest, message: refusal, request: "POST \(service.endpoint.address(for: path))")
    }
    let body = MindIEBody(request, wireProtocol, streams: streams, hasStreamPath: route == nil)
    return try service.transferRequest(
      .post, path, json: try service.json(body, for: path),
      accept: streams ? "text/event-stream" : "application/json", requestID: requestID)
  }

  private static func usualRoute(
    of request: MindIERequest, _ wireProtocol: MindIERequest.WireProtocol, _ service: ServiceConfiguration,
    streams: Bool
  ) throws -> String {
    switch wireProtocol {
    case .tgi: return streams ? "/generate_stream" : "/generate"
    case .vllm: return "/generate"
    case .infer: return "/infer"
    case .triton: return try modelRoute(request.model, service) + (streams ? "/generate_stream" : "/generate")
    }
  }

  /// The path of a model in Triton's protocol.
  static func modelRoute(_ model: String?, _ service: ServiceConfiguration) throws -> String {
    let name = model ?? ""
    // What MindIE's router takes for a name.
    guard !name.isEmpty, name.utf8.allSatisfy(isPartOfName), name != ".", name != ".." else {
      let found = model.map { "found \"\(Excerpt.of($0, limit: 100))\"" } ?? "none was named and the service lists none"
      throw ServiceError(
        kind: .invalidRequest,
        message: "Triton's paths hold the name of the model, in letters, digits, \"_\", \"-\" and \".\"; \(found)",
        request: "POST \(service.endpoint.address(for: "/v2/models"))")
    }
    return "/v2/models/\(name)"
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E: true
    default: false
    }
  }

  /// Sends a request as it stands and gives the response whatever its status: a refusal is what some tests look for.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` or `transport`.
  public func response(to request: MindIERequest, requestID: String? = nil) async throws -> TransferResponse {
    try await exchange(request, requestID).response()
  }

  /// Asks for the whole response at once.
  ///
  /// - Throws: ``ServiceError``; a status that is not 2xx is one of kind `httpStatus`.
  public func generate(_ request: MindIERequest, requestID: String? = nil) async throws -> MindIEResponse {
    let exchange = try exchange(request, requestID)
    var response = try await exchange.answer(
      MindIEResponse.self, request.judge(wireProtocol), wireProtocol.form)
    guard wireProtocol == .vllm, case .text(let prompt) = request.prompt else { return response }
    let prefix = Array((prompt + " ").utf8)
    response.texts = response.texts.map { text in
      text.utf8.starts(with: prefix) ? String(decoding: text.utf8.dropFirst(prefix.count), as: UTF8.self) : text
    }
    guard response.texts.contains(where: { !$0.isEmpty }) else {
      throw ServiceError(
        kind: .emptyResponse, message: "the response repeats the prompt and adds nothing to it",
        request: exchange.name)
    }
    return response
  }

  /// Asks for the response in a stream, which begins when it is iterated.
  public func stream(_ request: MindIERequest, requestID: String? = nil) -> ChunkStream<MindIEChunk> {
    ChunkStream(transport: transport, judge: request.judge(wireProtocol), form: wireProtocol.form) {
      try transferRequest(for: request, streams: true, requestID: requestID)
    }
  }

  private func exchange(_ request: MindIERequest, _ requestID: String?) throws -> ServiceExchange {
    ServiceExchange(
      transport: transport, request: try transferRequest(for: request, streams: false, requestID: requestID))
  }
}

/// Calls that need no more than a text.
extension MindIEClient {
  /// Makes the request to continue a text, with the model of the client where the protocol names one.
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The request, to be changed as needed.
  /// - Throws: ``ServiceError`` if a model is needed, none is known and nobody answers.
  public func request(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> MindIERequest {
    MindIERequest(
      prompt: .text(prompt), model: wireProtocol == .triton ? try await model.name : nil, sampling: sampling)
  }

  /// Has a text continued, and waits for the whole response.
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The response.
  /// - Throws: ``ServiceError``.
  public func generate(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> MindIEResponse {
    try await generate(try await request(prompt, sampling: sampling))
  }
}
