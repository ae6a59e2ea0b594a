public import HTTPTypes
public import NPUTransport

/// Requests of services that the kit has no client for.
extension Service {
  /// Prepares a request with the address, credentials, header fields and limits of the service.
  ///
  /// - Parameters:
  ///   - method: The HTTP method.
  ///   - route: The path below the base address, such as `/rerank`.
  ///   - body: The body.
  ///   - contentType: What the body is; `nil` for none and for forms, whose type the transport sets.
  /// - Returns: The request, ready to be sent.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func request(
    _ method: HTTPRequest.Method, _ route: String, body: TransferBody = .empty, contentType: String? = nil
  ) throws -> TransferRequest {
    try configuration.transferRequest(
      method, route, body: body, contentType: contentType, accept: "*/*", requestID: nil)
  }

  /// Prepares a request with a JSON body.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`, also for a body that cannot be written as JSON.
  public func request(
    _ method: HTTPRequest.Method, _ route: String, json body: some Encodable
  ) throws -> TransferRequest {
    try configuration.transferRequest(method, route, json: try configuration.json(body, for: route), accept: "*/*")
  }

  /// Sends a request and gives the response of a status that is 2xx.
  ///
  /// - Throws: ``ServiceError``; a status that is not 2xx is one of kind `httpStatus`.
  public func response(to request: TransferRequest) async throws -> TransferResponse {
    let exchange = ServiceExchange(transport: transport, request: request)
    let response = try await exchange.response()
    guard response.head.status.kind == .successful else {
      throw ServiceError(
        response: response.head, body: response.body, request: exchange.name, elapsed: response.instants.untilHead
      )
      .redacted(by: exchange.redactor)
    }
    return response
  }
}
