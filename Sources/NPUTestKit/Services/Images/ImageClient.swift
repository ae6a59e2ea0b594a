import HTTPTypes
internal import NPUBase
public import NPUTransport

/// Asks an image service for images.
///
/// ```swift
/// let images = ImageClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
/// var request = ImageRequest(prompt: "a white cat", width: 512, height: 512, steps: 30, seed: 42)
/// let image = try await images.generate(request).images[0]
/// print(image.bytes.count, try image.decoded().pixels.width)
/// ```
public struct ImageClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The protocol of the service.
  public var wireProtocol: ImageRequest.WireProtocol
  /// The path below the endpoint.
  public var route: String
  /// Whether a response with another number or another size of images than asked for is an error; default true.
  public var checksResponses = true
  /// How much an archive of images may unpack to.
  package var archiveLimits = ZIPLimits()

  /// Creates a client.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - wireProtocol: The protocol of the service.
  ///   - route: The path, where it is not the usual one of the protocol.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: ImageRequest.WireProtocol = .diffusers,
    route: String? = nil
  ) {
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route ?? (wireProtocol == .diffusers ? "/generate" : "/v1/images/generations")
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
  public func transferRequest(for request: ImageRequest, requestID: String? = nil) throws -> TransferRequest {
    var prepared = try service.transferRequest(
      .post, route, json: try service.json(ImageRequestBody(request: request, wireProtocol: wireProtocol), for: route),
      accept: "image/png, application/json;q=0.9, */*;q=0.1", requestID: requestID)
    prepared.limits = prepared.limits.allowing(bodyBytes: request.expectation.bodyBytes)
    return prepared
  }

  /// Sends a request as it stands and gives the response whatever its status: a refusal is what some tests look for.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` or `transport`.
  public func response(to request: ImageRequest, requestID: String? = nil) async throws -> TransferResponse {
    try await exchange(request, requestID).response()
  }

  /// Asks for images and checks what comes: whole files, as many and as large as asked for.
  ///
  /// Images that the service gives as addresses are fetched, at most as many as asked for, and all within the total
  /// timeout of the service. Pixels are decoded by whoever asks an image for them.
  ///
  /// - Throws: ``ServiceError`` that says what is wrong; `CancellationError`.
  public func generate(_ request: ImageRequest, requestID: String? = nil) async throws -> ImageResponse {
    let exchange = try exchange(request, requestID)
    return try await answer(to: try await exchange.response(), of: exchange, request.expectation)
  }

  /// Reads a response that came some other way.
  ///
  /// - Parameters:
  ///   - response: The response.
  ///   - request: What was asked.
  /// - Returns: Its images; those of which only the address came have no bytes.
  /// - Throws: ``ServiceError``.
  public func answer(in response: TransferResponse, to request: ImageRequest) throws -> ImageResponse {
    let name = "POST \(service.endpoint.address(for: route))"
    let reader = ImageResponseReader(request: name, limits: archiveLimits)
    var answer = try Redactor(service, over: transport).cleaning { try reader.read(response.head, response.body) }
    answer.transfer = response.metrics
    answer.instants = response.instants
    if checksResponses { try check(answer.images, request.expectation, name, response.head) }
    return answer
  }

  private func exchange(_ request: ImageRequest, _ requestID: String?) throws -> ServiceExchange {
    ServiceExchange(transport: transport, request: try transferRequest(for: request, requestID: requestID))
  }
}

extension ImageClient {
  /// Reads a response, fetches what it only names, and checks it.
  func answer(
    to response: TransferResponse, of exchange: ServiceExchange, _ expectation: ImageExpectation
  ) async throws -> ImageResponse {
    let reader = ImageResponseReader(request: exchange.name, limits: archiveLimits)
    var answer = try exchange.redactor.cleaning { try reader.read(response.head, response.body) }
    answer.transfer = response.metrics
    answer.instants = response.instants
    let addresses = answer.images.enumerated().compactMap { index, image in
      image.bytes.isEmpty ? image.url.map { (index, $0) } : nil
    }
    // A service cannot make us fetch more than was asked for, nor for longer than one response may take.
    let limit = max(1, expectation.count ?? 1)
    guard addresses.count <= limit else {
      throw ServiceError(
        kind: .unexpectedContent,
        message:
          "the response names the addresses of \(addresses.count) images, of which at most \(limit) are fetched, "
          + "as many as were asked for",
        status: response.head.status.code, request: exchange.name, requestID: ServiceError.requestID(of: response.head)
      ).redacted(by: exchange.redactor)
    }
    let started = response.instants.started ?? transport.now
    let deadline = service.timeouts.total.map { started.advanced(by: $0) }
    for (index, url) in addresses {
      let fetched = try await fetch(url, until: deadline)
      answer.images[index].bytes = fetched.bytes
      answer.images[index].format = fetched.format
      answer.images[index].info = fetched.info
      answer.images[index].header = fetched.header
      answer.instants.ended = transport.now
    }
    if checksResponses { try check(answer.images, expectation, exchange.name, response.head) }
    return answer
  }

  /// Fetches an image from the address that a response named.
  ///
  /// Credentials and extra header fields go along only to the endpoint itself.
  ///
  /// - Throws: ``ServiceError``.
  public func fetch(_ url: String) async throws -> GeneratedImage {
    try await fetch(url, until: nil)
  }

  private func fetch(_ url: String, until deadline: MonotonicInstant?) async throws -> GeneratedImage {
    var request = try service.transferRequest(fetching: url, accept: "image/*")
    if let deadline {
      let rest = transport.now.duration(to: deadline)
      guard rest > .zero else {
        let error = TransportError(
          kind: .totalTimeout, message: "the time for the whole response was over before this image was asked for",
          request: request.identity)
        throw ServiceError(wrapping: error, request: request.identity).redacted(by: Redactor(service, over: transport))
      }
      request.timeouts.total = rest
    }
    let exchange = ServiceExchange(transport: transport, request: request)
    let response = try await exchange.response()
    let reader = ImageResponseReader(request: exchange.name, limits: archiveLimits)
    let answer = try exchange.redactor.cleaning { try reader.read(response.head, response.body) }
    guard answer.form == .file, let image = answer.images.first else {
      throw ServiceError(
        kind: .wrongContentType, message: "the address gives \(answer.mediaType), not an image",
        status: response.head.status.code, request: exchange.name
      ).redacted(by: exchange.redactor)
    }
    return image
  }

  func check(
    _ images: [GeneratedImage], _ expectation: ImageExpectation, _ request: String, _ head: HTTPResponse
  ) throws {
    do {
      try expectation.check(images)
    } catch var error as ServiceError {
      error.status = head.status.code
      error.request = request
      error.requestID = ServiceError.requestID(of: head)
      throw error.redacted(by: Redactor(service, over: transport))
    }
  }
}
