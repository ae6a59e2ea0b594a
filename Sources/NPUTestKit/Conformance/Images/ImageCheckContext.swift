import HTTPTypes
public import NPUServices
public import NPUTransport

/// What the checks of an image service need: the way to it, its protocol, and how large and how long images are made.
///
/// Checks make many images; a small ``size`` and few ``steps`` keep a run short.
public struct ImageCheckContext: CheckContext {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens.
  public var service: ServiceConfiguration
  /// The protocol of the service.
  public var wireProtocol: ImageRequest.WireProtocol
  /// The path; `nil` for the one of the protocol.
  public var route: String?
  /// The model; `nil` for services of one model.
  public var model: String?
  /// The size of an image for which none is asked; `nil` if it is not known.
  public var defaultSize: ImageSize?
  /// The size of most images of the checks; `nil` to ask for none.
  public var size: ImageSize?
  /// The size that the check of sizes asks for; its sides differ.
  public var customSize = ImageSize(width: 768, height: 1024)
  /// A size that models cannot make exactly: its sides are no multiples of 8.
  public var oddSize = ImageSize(width: 509, height: 509)
  /// The steps of most images; `nil` for what the service does by itself.
  public var steps: Int?
  /// The numbers of steps that the check of steps asks for.
  public var stepCounts = [10, 30, 50]
  /// How many images of one seed are asked for at once.
  public var parallelRequests = 8
  /// How often that is done: a race shows now and then only.
  public var parallelRounds = 5
  /// The name or path of weights that the service has; `nil` if none is known.
  public var loraPath: String?
  /// What the images show.
  public var prompt = "a lighthouse on a rocky coast at dawn"
  /// What an image is told not to show.
  public var negativePrompt = "lighthouse, tower, rocks"

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - wireProtocol: The protocol of the service; ``findProtocol(transport:service:)`` asks the service.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: ImageRequest.WireProtocol = .diffusers
  ) {
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
  }

  /// Width and height in pixels.
  public struct ImageSize: Sendable, Hashable, CustomStringConvertible {
    /// The width in pixels.
    public var width: Int
    /// The height in pixels.
    public var height: Int

    /// Creates a size.
    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }

    /// Width and height with an `x` between.
    public var description: String { "\(width)x\(height)" }
  }

  /// Finds out which of the two routes a service has, without having it make an image.
  ///
  /// A route that takes POST alone answers GET by 405 or another status but 404.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  /// - Returns: The protocol; `nil` if the service has neither route.
  /// - Throws: ``ServiceError`` if nobody answers.
  public static func findProtocol(
    transport: any Transport, service: ServiceConfiguration
  ) async throws -> ImageRequest.WireProtocol? {
    for wireProtocol in ImageRequest.WireProtocol.allCases {
      let client = ImageClient(transport: transport, service: service, wireProtocol: wireProtocol)
      let request = try service.transferRequest(.get, client.route)
      let response = try await ServiceExchange(transport: transport, request: request).response()
      if response.head.status.code != 404 { return wireProtocol }
    }
    return nil
  }
}

extension ImageCheckContext {
  /// A client that checks each response.
  var client: ImageClient {
    ImageClient(transport: transport, service: service, wireProtocol: wireProtocol, route: route)
  }

  /// A request of the usual size and steps.
  func request(seed: Int?) -> ImageRequest {
    ImageRequest(
      prompt: prompt, model: model, width: size?.width, height: size?.height, steps: steps, seed: seed)
  }

  /// Sends bytes as they are.
  func send(raw body: [UInt8]) async throws -> TransferResponse {
    let request = try service.transferRequest(.post, client.route, json: body)
    return try await ServiceExchange(transport: transport, request: request).response()
  }
}
