extension ImageClient {
  /// Asks for one image.
  ///
  /// - Parameters:
  ///   - prompt: What it shows.
  ///   - width: Its width in pixels; `nil` leaves it to the service.
  ///   - height: Its height in pixels; `nil` leaves it to the service.
  ///   - seed: What decides chance; the same seed gives the same image.
  /// - Returns: The images.
  /// - Throws: ``ServiceError``.
  public func generate(
    _ prompt: String, width: Int? = nil, height: Int? = nil, seed: Int? = nil
  ) async throws -> ImageResponse {
    try await generate(ImageRequest(prompt: prompt, width: width, height: height, seed: seed))
  }
}
