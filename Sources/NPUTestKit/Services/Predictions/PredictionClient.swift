import HTTPTypes
public import NPUTransport

/// A client for services of one's own on ModelArts, as its guides have them: a document from `/predict`, and a stream
/// of `{"token": …}` events from `/predict/stream`.
///
/// ```swift
/// let response = try await service.predictions.predict("The meaning of life is")
/// print(response.text ?? "")
/// ```
///
/// Such a stream has no end mark. It is whole when its body ends cleanly, so that a service that gives up and ends the
/// body as if all were said cannot be told from one that is done; records of loads have the note
/// ``ResponseNotes/unmarkedEnd``. A service that does say it, with `[DONE]`, `done` or a finish reason, is believed.
public struct PredictionClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The path below the endpoint; `nil` takes `/predict` and, for streams, `/predict/stream`.
  ///
  /// Requests to a path of one's own say with `stream` whether they want one.
  public var route: String?

  /// Creates a client.
  public init(transport: any Transport, service: ServiceConfiguration, route: String? = nil) {
    self.transport = transport
    self.service = service
    self.route = route
  }

  /// Prepares the exchange for a request as it stands, for callers that drive the transport themselves.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - streams: Whether the response is to be a stream.
  ///   - requestID: The identity to send in X-Request-Id.
  /// - Returns: Head, body and timeouts.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func transferRequest(
    for request: PredictionRequest, streams: Bool, requestID: String? = nil
  ) throws -> TransferRequest {
    try Self.transferRequest(for: request, to: service, route, streams: streams, requestID: requestID)
  }

  /// Prepares the exchange for a request without a client, as a load does, which has a transport of its own.
  package static func transferRequest(
    for request: PredictionRequest, to service: ServiceConfiguration, _ route: String?, streams: Bool,
    requestID: String?
  ) throws -> TransferRequest {
    let path = route ?? (streams ? "/predict/stream" : "/predict")
    let body = PredictionBody(request, streams: streams, hasStreamPath: route == nil)
    return try service.transferRequest(
      .post, path, json: try service.json(body, for: path),
      accept: streams ? "text/event-stream" : "application/json", requestID: requestID)
  }

  /// Sends a request as it stands and gives the response whatever its status: a refusal is what some tests look for.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` or `transport`.
  public func response(to request: PredictionRequest, requestID: String? = nil) async throws -> TransferResponse {
    try await exchange(request, requestID).response()
  }

  /// Asks for the whole response at once: any JSON object that is no error.
  ///
  /// - Throws: ``ServiceError``; a status that is not 2xx is one of kind `httpStatus`, and says what a code of the
  ///   gateway means.
  public func predict(_ request: PredictionRequest, requestID: String? = nil) async throws -> PredictionResponse {
    try await exchange(request, requestID).answer(
      PredictionResponse.self, PredictionRequest.judge, PredictionRequest.form)
  }

  /// Asks a text, and waits for the whole response.
  ///
  /// - Parameters:
  ///   - prompt: The text.
  ///   - sampling: How the response is chosen, and how long it may be.
  /// - Returns: The response.
  /// - Throws: ``ServiceError``.
  public func predict(
    _ prompt: String, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> PredictionResponse {
    try await predict(PredictionRequest(prompt: .text(prompt), sampling: sampling))
  }

  /// Asks for the response in a stream, which begins when it is iterated.
  public func stream(_ request: PredictionRequest, requestID: String? = nil) -> ChunkStream<PredictionChunk> {
    ChunkStream(transport: transport, judge: PredictionRequest.judge, form: PredictionRequest.form) {
      try transferRequest(for: request, streams: true, requestID: requestID)
    }
  }

  private func exchange(_ request: PredictionRequest, _ requestID: String?) throws -> ServiceExchange {
    ServiceExchange(
      transport: transport, request: try transferRequest(for: request, streams: false, requestID: requestID))
  }
}
