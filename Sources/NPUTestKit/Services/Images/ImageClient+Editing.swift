import HTTPTypes
internal import NPUTransport

extension ImageClient {
  /// Asks for changed images and checks what comes.
  ///
  /// - Parameters:
  ///   - request: What to change and how.
  ///   - route: The path below the endpoint.
  /// - Returns: The results.
  /// - Throws: ``ServiceError``; `CancellationError`.
  public func edit(_ request: ImageEditRequest, route: String = "/v1/images/edits") async throws -> ImageResponse {
    try await submit(request.form, route, request.expectation)
  }

  /// Asks for images like another one and checks what comes.
  ///
  /// - Parameters:
  ///   - request: The image, and how many others to make.
  ///   - route: The path below the endpoint.
  /// - Returns: The results.
  /// - Throws: ``ServiceError``; `CancellationError`.
  public func variations(
    of request: ImageVariationRequest, route: String = "/v1/images/variations"
  ) async throws -> ImageResponse {
    try await submit(request.edit.form, route, request.edit.expectation)
  }

  private func submit(
    _ form: MultipartForm, _ route: String, _ expectation: ImageExpectation
  ) async throws -> ImageResponse {
    var request = try service.transferRequest(.post, route, accept: "image/png, application/json;q=0.9, */*;q=0.1")
    request.limits = request.limits.allowing(bodyBytes: expectation.bodyBytes)
    request.body = .form(form)
    let exchange = ServiceExchange(transport: transport, request: request)
    return try await answer(to: try await exchange.response(), of: exchange, expectation)
  }
}
