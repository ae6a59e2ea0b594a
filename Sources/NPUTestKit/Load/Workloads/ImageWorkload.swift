public import NPUServices
public import NPUTransport

/// Asks for one image after another: prompts from a source, everything else from one request as a pattern.
public struct ImageWorkload: Workload {
  private let client: @Sendable (any Transport) -> ImageClient
  private let pattern: ImageRequest
  private let prompts: any PromptSource
  private let variesSeed: Bool
  private let pixels: Pixels
  private let naming: RequestNaming
  /// What examines the images, beside the timing.
  package var examiner: (any MediaExaminer)?

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - client: Makes the client over the transport of the load.
  ///   - pattern: What every request has in common.
  ///   - prompts: What the images show.
  ///   - variesSeed: Whether the index of a request is added to the pattern's seed; otherwise all have the same.
  ///   - decodesPixels: Whether every image is decoded after its arrival; its structure is followed to the end anyhow.
  ///     The time does not count as latency, but the processor that it takes may be missed elsewhere. An image of
  ///     another format than PNG fails the request then: damage of its pixels would not be seen.
  ///   - naming: What identities the requests get.
  public init(
    client: @escaping @Sendable (any Transport) -> ImageClient, pattern: ImageRequest, prompts: any PromptSource,
    variesSeed: Bool = false,
    decodesPixels: Bool = false, naming: RequestNaming = RequestNaming()
  ) {
    self.init(
      client: client, pattern: pattern, prompts: prompts, variesSeed: variesSeed, pixels: decodesPixels ? .all : .none,
      naming: naming)
  }

  /// How far the pixels of images are looked at.
  enum Pixels: Sendable {
    case none
    /// Those that can be decoded; the others are counted.
    case decodable
    /// All; an image that cannot be decoded here fails its request.
    case all
  }

  init(
    client: @escaping @Sendable (any Transport) -> ImageClient, pattern: ImageRequest, prompts: any PromptSource,
    variesSeed: Bool = false, pixels: Pixels, naming: RequestNaming = RequestNaming()
  ) {
    self.client = client
    self.pattern = pattern
    self.prompts = prompts
    self.variesSeed = variesSeed
    self.pixels = pixels
    self.naming = naming
  }

  /// Names the service and the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let client = self.client(transport)
    return WorkloadTarget(
      model: pattern.model, of: client.service, over: transport,
      endpointType: "image-\(client.wireProtocol.rawValue)",
      request: RequestPattern(
        ImageRequestBody(request: pattern, wireProtocol: client.wireProtocol), without: ["model", "prompt"],
        cleanedBy: Redactor(client.service, over: transport)
      ).members)
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one that is no text.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    var request = pattern
    request.prompt = try await prompts.prompt(at: index).text(of: "an image")
    if variesSeed { request.seed = request.seed.map { $0 &+ index } }
    let name = naming.name(of: index)
    let (client, pixels, keepsImages) = (client, pixels, examiner != nil)
    let operation = ServiceOperation { [request] transport in
      let answer = try await client(transport).generate(request, requestID: name)
      var measures: [Measure: Double] = [
        .images: Double(answer.images.count), .imageBytes: Double(answer.byteCount),
      ]
      if pixels != .none {
        let rest = try Self.decode(answer.images, demanding: pixels == .all)
        if rest > 0 { measures[.undecodedImages] = Double(rest) }
      }
      var result = OperationResult(instants: answer.instants, transfer: answer.transfer, measures: measures)
      // An image that nobody has fetched is no image without content.
      if keepsImages { result.media = .images(answer.images.map(\.bytes).filter { !$0.isEmpty }) }
      return result
    }
    var prepared = PreparedRequest(
      operation: operation, requestID: name, requested: RequestedLengths(entry: prompts.entry(at: index)))
    let key = request.seed.map { "\($0) \(request.prompt ?? "")" }
    prepared.examine(by: examiner, ExaminedMediaRequest(index: index, key: key))
    return prepared
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }

  /// Decodes every PNG.
  ///
  /// - Returns: How many images are of another format.
  private static func decode(_ images: [GeneratedImage], demanding isDemanded: Bool) throws -> Int {
    var rest = 0
    for image in images {
      guard image.format == .png else {
        guard !isDemanded else {
          throw ServiceError(
            kind: .unexpectedContent,
            message:
              "the pixels of \(image.format?.shown ?? "an unknown format") are not decoded here, so that their damage "
              + "would not be seen; ask the service for PNG, or do not have the pixels decoded")
        }
        rest += 1
        continue
      }
      do {
        _ = try image.decoded()
      } catch {
        throw ServiceError(kind: .damagedMedia, message: "the PNG cannot be decoded: \(error)", underlying: error)
      }
    }
    return rest
  }
}
