import HTTPTypes
internal import NPUBase
public import NPUTransport

/// Asks MindIE what it is set to and what it is doing.
///
/// Its probes, its settings and its figures are on the management address, which is another port than that of requests
/// unless the server was told otherwise: 1026 and 1025 by default. ``HealthClient`` asks the probes.
public struct MindIEManagementClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the management address is.
  public var service: ServiceConfiguration

  /// Creates a client.
  public init(transport: any Transport, service: ServiceConfiguration) {
    self.transport = transport
    self.service = service
  }

  /// The limits of the server and its models, `GET /info`.
  ///
  /// - Throws: ``ServiceError``.
  public func info() async throws -> Availability<MindIEInfo> { try await get("/info") }

  /// How much room there is for requests, `GET /v2/models/{model}/getSlotCount`.
  ///
  /// - Throws: ``ServiceError``; of kind `invalidRequest` for a name that cannot stand in the path.
  public func slots(of model: String) async throws -> Availability<MindIESlots> {
    try await get(try MindIEClient.modelRoute(model, service) + "/getSlotCount")
  }

  /// The last times and the queue as the server sees them, `GET /metrics-json`.
  ///
  /// - Throws: ``ServiceError``.
  public func figures() async throws -> Availability<MindIEFigures> { try await get("/metrics-json") }

  /// The server's name, version and batch limits, `GET /v2`, on the address of requests.
  ///
  /// - Throws: ``ServiceError``.
  public func server() async throws -> Availability<TritonServer> { try await get("/v2") }

  /// The tensors of a model, `GET /v2/models/{model}`, on the address of requests.
  ///
  /// - Throws: ``ServiceError``; of kind `invalidRequest` for a name that cannot stand in the path.
  public func model(_ name: String) async throws -> Availability<TritonModel> {
    try await get(try MindIEClient.modelRoute(name, service))
  }

  /// How a model is set up, `GET /v2/models/{model}/config`, on the address of requests.
  ///
  /// - Throws: ``ServiceError``; of kind `invalidRequest` for a name that cannot stand in the path.
  public func configuration(of model: String) async throws -> Availability<TritonModelConfiguration> {
    try await get(try MindIEClient.modelRoute(model, service) + "/config")
  }

  private func get<Document: Decodable>(
    _ route: String, as type: Document.Type = Document.self
  ) async throws -> Availability<Document> {
    let request = try service.transferRequest(.get, route)
    return try await ServiceExchange(transport: transport, request: request).availability(of: type)
  }
}
