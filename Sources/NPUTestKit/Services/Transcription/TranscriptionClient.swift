import HTTPTypes
public import NPUBase
public import NPUTransport

/// A client for transcription: a service writes down speech, `POST /v1/audio/transcriptions` or `POST /transcribe`.
///
/// ```swift
/// let client = TranscriptionClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8001"))
/// let response = try await client.transcribe(TranscriptionRequest(audio: .file(path: "meeting.wav"), language: "zh"))
/// print(response.transcription.text)
/// ```
public struct TranscriptionClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The protocol of the service.
  public var wireProtocol: TranscriptionRequest.WireProtocol
  /// The path below the endpoint.
  public var route: String

  /// The model that plain calls name.
  public let model: ServedModel

  /// Creates a client.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - wireProtocol: The protocol of the service.
  ///   - route: The path, where it is not the usual one of the protocol.
  ///   - model: The model that plain calls name; `nil` takes the first that the service lists.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: TranscriptionRequest.WireProtocol = .openAI,
    route: String? = nil, model: ServedModel? = nil
  ) {
    self.model = model ?? ServedModel(of: HealthClient(transport: transport, service: service))
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route ?? (wireProtocol == .openAI ? "/v1/audio/transcriptions" : "/transcribe")
  }

  /// Prepares the exchange for a request as it stands, for callers that drive the transport themselves.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - requestID: The identity to send in X-Request-Id.
  /// - Returns: Head, form and timeouts.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func transferRequest(for request: TranscriptionRequest, requestID: String? = nil) throws -> TransferRequest {
    try service.transferRequest(
      .post, route, body: .form(request.form(wireProtocol)), contentType: nil,
      accept: request.stream == true ? "text/event-stream" : "application/json, text/plain;q=0.9, */*;q=0.1",
      requestID: requestID)
  }

  /// Sends a request as it stands and gives the response whatever its status: a refusal is what some tests look for.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` or `transport`.
  public func response(to request: TranscriptionRequest, requestID: String? = nil) async throws -> TransferResponse {
    try await exchange(request, requestID).response()
  }

  /// Asks for the whole transcription at once; what the request says of streams is not sent.
  ///
  /// - Returns: The transcription, with the steps of the exchange.
  /// - Throws: ``ServiceError``: a status that is not 2xx is one of kind `httpStatus`; a page, an empty response and an
  ///   error under status 200 have kinds of their own.
  public func transcribe(
    _ request: TranscriptionRequest, requestID: String? = nil
  ) async throws -> TranscriptionResponse {
    var request = request
    request.stream = nil
    let exchange = try exchange(request, requestID)
    let response = try await exchange.response()
    let transcription = try read(response, to: request, exchange)
    return TranscriptionResponse(transcription: transcription, instants: response.instants, metrics: response.metrics)
  }

  /// Makes sure that a response that has arrived holds a transcription.
  package func check(_ response: TransferResponse, to request: TranscriptionRequest) throws {
    _ = try read(response, to: request, try exchange(request, nil))
  }

  private func read(
    _ response: TransferResponse, to request: TranscriptionRequest, _ exchange: ServiceExchange
  ) throws -> Transcription {
    try exchange.redactor.cleaning {
      try TranscriptionReader.read(
        response, format: wireProtocol == .openAI ? request.responseFormat : nil, request: exchange.name)
    }
  }

  /// Asks for the transcription in a stream, which begins when it is iterated.
  public func stream(
    _ request: TranscriptionRequest, requestID: String? = nil
  ) -> ChunkStream<TranscriptionChunk> {
    // A silent recording has no text.
    ChunkStream(transport: transport, judge: AnswerJudge(mayBeEmpty: true)) {
      var request = request
      request.stream = true
      return try transferRequest(for: request, requestID: requestID)
    }
  }

  /// Asks for the transcription in a stream and puts it together, with the instants at which text came.
  ///
  /// - Throws: ``ServiceError``, also where the stream ended before the transcription did.
  public func transcribeStreaming(
    _ request: TranscriptionRequest, requestID: String? = nil
  ) async throws -> TranscriptionResponse {
    var chunks = stream(request, requestID: requestID).makeAsyncIterator()
    var text = ""
    var whole: Transcription?
    var usage: Usage?
    var instants: [MonotonicInstant] = []
    while let chunk = try await chunks.next() {
      text += chunk.delta
      whole = chunk.whole ?? whole
      usage = chunk.usage ?? usage
      if !chunk.delta.isEmpty { instants.append(chunk.receivedAt) }
    }
    var transcription = whole ?? Transcription(text: text)
    transcription.usage = transcription.usage ?? usage
    return TranscriptionResponse(
      transcription: transcription, textInstants: instants, instants: chunks.instants, metrics: chunks.metrics)
  }

  private func exchange(_ request: TranscriptionRequest, _ requestID: String?) throws -> ServiceExchange {
    ServiceExchange(transport: transport, request: try transferRequest(for: request, requestID: requestID))
  }
}

/// A transcription with the steps of the exchange that brought it.
public struct TranscriptionResponse: Sendable, Hashable {
  /// The transcription.
  public var transcription: Transcription
  /// When each piece of text arrived; empty unless the response was streamed.
  public var textInstants: [MonotonicInstant]
  /// When each step of the exchange happened.
  public var instants: TransferInstants
  /// What the transport measured.
  public var metrics: TransferMetrics

  /// Creates a response.
  public init(
    transcription: Transcription, textInstants: [MonotonicInstant] = [],
    instants: TransferInstants = TransferInstants(), metrics: TransferMetrics = TransferMetrics()
  ) {
    self.transcription = transcription
    self.textInstants = textInstants
    self.instants = instants
    self.metrics = metrics
  }

  /// The time from the start of the exchange, before the upload, to the end of the response; `nil` where the transport
  /// did not say.
  public var latency: Duration? {
    guard let started = instants.started, let ended = instants.ended else { return nil }
    return started.duration(to: ended)
  }
}
