public import NPUServices
public import NPUTransport

/// Asks for one image after another: prompts from a source, everything else from one request as a pattern.
public struct ImageWorkload: Workload {
  private let client: @Sendable (any Transport) -> ImageClient
  private let pattern: ImageRequest
  private let prompts: any PromptSource
  private let variesSeed: Bool
  private let decodesPixels: Bool
  private let naming: RequestNaming

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - client: Makes the client over the transport of the load.
  ///   - pattern: What every request has in common.
  ///   - prompts: What the images show.
  ///   - variesSeed: Whether the index of a request is added to the pattern's seed; otherwise all have the same.
  ///   - decodesPixels: Whether every image is decoded after its arrival, which only a PNG can be: a request for another
  ///     format fails. A PNG is walked through to its end anyhow. The
  ///     time does not count as latency, but the processor that it takes may be missed elsewhere.
  ///   - naming: What identities the requests get.
  public init(
    client: @escaping @Sendable (any Transport) -> ImageClient, pattern: ImageRequest, prompts: any PromptSource,
    variesSeed: Bool = false,
    decodesPixels: Bool = false, naming: RequestNaming = RequestNaming()
  ) {
    self.client = client
    self.pattern = pattern
    self.prompts = prompts
    self.variesSeed = variesSeed
    self.decodesPixels = decodesPixels
    self.naming = naming
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one that is no text.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    var request = pattern
    request.prompt = try await prompts.prompt(at: index).text(of: "an image")
    if variesSeed { request.seed = request.seed.map { $0 &+ index } }
    let name = naming.name(of: index)
    let (client, decodesPixels) = (client, decodesPixels)
    let operation = ServiceOperation { [request] transport in
      let answer = try await client(transport).generate(request, requestID: name)
      if decodesPixels { try Self.decode(answer.images) }
      return OperationResult(
        instants: answer.instants, transfer: answer.transfer,
        measures: [.images: Double(answer.images.count), .imageBytes: Double(answer.byteCount)])
    }
    return PreparedRequest(
      operation: operation, requestID: name, requested: RequestedLengths(entry: prompts.entry(at: index)))
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }

  private static func decode(_ images: [GeneratedImage]) throws {
    for image in images {
      guard image.format == .png else {
        throw ServiceError(
          kind: .unexpectedContent,
          message:
            "the image is \(image.format?.rawValue ?? "of no known format"), and only PNG can be decoded here; have "
            + "the service send PNG, or measure without decoding")
      }
      do {
        _ = try image.decoded()
      } catch {
        throw ServiceError(kind: .damagedMedia, message: "the PNG cannot be decoded: \(error)", underlying: error)
      }
    }
  }
}
