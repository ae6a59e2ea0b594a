import HTTPTypes
internal import NPUBase
internal import NPUTransport

/// The tokens with which a model continued others.
public struct MindIETokenResponse: Sendable, Hashable {
  /// The identity of the request.
  public var id: String?
  /// The tokens.
  public var tokens: [Int]

  /// Creates a response.
  public init(id: String? = nil, tokens: [Int]) {
    self.id = id
    self.tokens = tokens
  }
}

extension MindIEClient {
  /// Has tokens continued, `POST /v2/models/{model}/infer`: the one route of MindIE that gives tokens and no text.
  ///
  /// The route has no stream. It belongs to Triton's protocol and is asked whatever the protocol of the client.
  ///
  /// - Parameters:
  ///   - tokens: The prompt.
  ///   - sampling: How the response is chosen, and how long it may be.
  ///   - id: The identity of the request, which its response repeats.
  /// - Returns: The tokens of the response.
  /// - Throws: ``ServiceError``.
  public func inferTokens(
    _ tokens: [Int], sampling: SamplingParameters = SamplingParameters(), id: String? = nil
  ) async throws -> MindIETokenResponse {
    var request = MindIERequest(prompt: "", model: try await model.name, sampling: sampling)
    request.id = id
    let route = try Self.modelRoute(request.model, service) + "/infer"
    if let refusal = request.refusal(in: .triton) {
      throw ServiceError(
        kind: .invalidRequest, message: refusal, request: "POST \(service.endpoint.address(for: route))")
    }
    let exchange = ServiceExchange(
      transport: transport,
      request: try service.transferRequest(
        .post, route, json: try service.json(TokenBody(tokens: tokens, request: request), for: route)))
    let response = try await exchange.document(MindIETokenResponse.self)
    guard !response.tokens.isEmpty else {
      throw ServiceError(kind: .emptyResponse, message: "the response holds no token", request: exchange.name)
    }
    return response
  }
}

/// The tensor of a prompt, and the name of the one that is asked for.
private struct TokenBody: Encodable {
  var tokens: [Int]
  var request: MindIERequest

  func encode(to encoder: any Encoder) throws {
    let parameters = JSONValue.object(MindIEBody(request, .triton, streams: false).parameters)
    let input: [String: JSONValue] = [
      "name": "input0", "shape": .array([.int(1), .int(Int64(tokens.count))]), "datatype": "UINT32",
      "data": .array(tokens.map { .int(Int64($0)) }),
      // The manual has the parameters beside the tensors; the server reads those in the tensor.
      "parameters": parameters,
    ]
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.set("id", request.id)
    try container.encode([input], forKey: "inputs")
    try container.encode([["name": "output0"]], forKey: "outputs")
    try container.encode(parameters, forKey: "parameters")
  }
}

extension MindIETokenResponse: Decodable {
  /// Reads a response; the first tensor holds the tokens.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let outputs = try container.decode([Tensor].self, forKey: "outputs")
    guard let first = outputs.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "the list of outputs is empty"))
    }
    self.init(id: container.text("id"), tokens: first.data)
  }

  private struct Tensor: Decodable {
    var data: [Int]
  }
}
