import HTTPTypes
internal import NPUMetrics
public import NPUTransport

/// A client for speech: a service speaks a text, `POST /v1/audio/speech` or `POST /synthesize`.
///
/// ```swift
/// let speech = SpeechClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8002"))
/// let response = try await speech.generate(SpeechRequest(text: "今天天气真不错。", format: .wav))
/// print(response.duration ?? .zero, response.timeToFirstAudio ?? .zero)
/// ```
public struct SpeechClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The protocol of the service.
  public var wireProtocol: SpeechRequest.WireProtocol
  /// The path below the endpoint.
  public var route: String
  /// How the service writes samples without a header; the response's content type has precedence.
  public var pcm: PCMFormat
  /// How many bytes the body of a response may have, since its audio is held in memory.
  ///
  /// Without a value the smaller of 256 MiB, an hour and a half of 24,000 samples a second, and the limit of the
  /// service.
  public var bodyLimit: Int?

  private static let usualBodyLimit = 256 << 20

  /// The model that plain calls name.
  public let model: ServedModel

  /// Creates a client.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - wireProtocol: The protocol of the service.
  ///   - route: The path, where it is not the usual one of the protocol.
  ///   - pcm: How the service writes samples without a header.
  ///   - bodyLimit: How many bytes the body of a response may have, where it is not the usual limit.
  ///   - model: The model that plain calls name; `nil` takes the first that the service lists.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: SpeechRequest.WireProtocol = .openAI,
    route: String? = nil, pcm: PCMFormat = .openAI, bodyLimit: Int? = nil, model: ServedModel? = nil
  ) {
    self.model = model ?? ServedModel(of: HealthClient(transport: transport, service: service))
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route ?? (wireProtocol == .openAI ? "/v1/audio/speech" : "/synthesize")
    self.pcm = pcm
    self.bodyLimit = bodyLimit
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
  public func transferRequest(for request: SpeechRequest, requestID: String? = nil) throws -> TransferRequest {
    var prepared = try service.transferRequest(
      .post, route, json: try service.json(SpeechRequestBody(request: request, wireProtocol: wireProtocol), for: route),
      accept: request.delivery == .events ? "text/event-stream" : "audio/*, */*;q=0.1", requestID: requestID)
    prepared.limits.bodyBytes = bodyLimit ?? min(Self.usualBodyLimit, service.limits.bodyBytes)
    return prepared
  }

  /// Sends a request as it stands and gives the response whatever its status: a refusal is what some tests look for.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` or `transport`.
  public func response(to request: SpeechRequest, requestID: String? = nil) async throws -> TransferResponse {
    try await ServiceExchange(
      transport: transport, request: try transferRequest(for: request, requestID: requestID)
    ).response()
  }

  /// Asks for the audio piece by piece as it arrives; the exchange begins when the stream is iterated.
  public func stream(_ request: SpeechRequest, requestID: String? = nil) -> SpeechStream {
    SpeechStream(transport: transport) { try transferRequest(for: request, requestID: requestID) }
  }

  /// Asks for the audio and waits for all of it, however it is delivered.
  ///
  /// - Returns: The audio with its length, and the instants at which its pieces came.
  /// - Throws: ``ServiceError``: a status that is not 2xx is one of kind `httpStatus`; audio that is cut or of no known
  ///   format is `damagedMedia`, no bytes at all are `emptyResponse`, a page is `wrongContentType`.
  public func generate(_ request: SpeechRequest, requestID: String? = nil) async throws -> SpeechResponse {
    try await generate(request, requestID: requestID, budget: .process)
  }

  /// The same within a budget for the bodies of all responses that are being collected.
  func generate(_ request: SpeechRequest, requestID: String?, budget: BodyBudget) async throws -> SpeechResponse {
    var pieces = stream(request, requestID: requestID).makeAsyncIterator()
    var arrivals: [SpeechResponse.Arrival] = []
    var bytes: [UInt8] = []
    // From the end on the bytes are the caller's.
    defer { budget.give(back: bytes.count) }
    while let piece = try await pieces.next() {
      guard budget.take(piece.bytes.count) else {
        let request = pieces.requestName
        let error = TransportError(
          kind: .bodyTooLarge, message: budget.refusal(after: bytes.count), request: request)
        throw ServiceError(wrapping: error, status: pieces.head?.status.code, request: request)
      }
      arrivals.append(SpeechResponse.Arrival(receivedAt: piece.receivedAt, count: piece.bytes.count))
      bytes += piece.bytes
    }
    let head = pieces.head ?? HTTPResponse(status: .ok)
    let contentType = head.headerFields[.contentType] ?? ""
    do throws(AudioError) {
      let audio = try SpeechAudio(
        bytes, format: request.format, pcm: pcm.refined(byContentType: contentType),
        isRaw: pieces.isEventStream || MediaType.of(head).isRawAudio)
      return SpeechResponse(
        arrivals, bytes: bytes, audio: audio, usage: pieces.usage, instants: pieces.instants, metrics: pieces.metrics)
    } catch {
      throw SpeechAudio.failure(error, bytes, head: head, request: pieces.requestName).redacted(by: pieces.redactor)
    }
  }
}
