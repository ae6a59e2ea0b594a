import HTTPTypes
internal import NPUBase
public import NPUTransport

/// Asks a service for its state, its models, its version and its load.
///
/// ```swift
/// let health = HealthClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
/// if try await health.check().isServing { print(try await health.models().value?.models.map(\.id) ?? []) }
/// ```
public struct HealthClient: Sendable {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens; MindIE has its probes on the management port.
  public var service: ServiceConfiguration

  /// Creates a client.
  public init(transport: any Transport, service: ServiceConfiguration) {
    self.transport = transport
    self.service = service
  }

  /// Prepares the exchange for a probe.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func transferRequest(for probe: HealthProbe) throws -> TransferRequest {
    try service.transferRequest(.get, probe.route)
  }

  /// Asks for the state; every state is a result, even that nobody answers.
  ///
  /// - Throws: ``ServiceError`` if the request cannot be sent, or `CancellationError`.
  public func check(_ probe: HealthProbe = .health) async throws -> HealthReport {
    let exchange = ServiceExchange(transport: transport, request: try transferRequest(for: probe))
    do {
      let response = try await exchange.response()
      var report = HealthReport(status: response.head.status.code, body: response.body)
      report.message = exchange.redactor.clean(report.message)
      return report
    } catch let error as ServiceError {
      guard let cause = error.underlying as? TransportError else { throw error }
      switch cause.kind {
      case .invalidRequest, .cancelled, .shutDown: throw error
      default: return HealthReport(state: .unreachable, status: nil, message: cause.description)
      }
    }
  }

  /// The models that the service has.
  ///
  /// - Throws: ``ServiceError``.
  public func models() async throws -> Availability<ModelList> { try await get("/v1/models") }

  /// The version of the server's software, from vLLM.
  ///
  /// - Throws: ``ServiceError``.
  public func version() async throws -> Availability<String> {
    try await get("/version", as: VersionDocument.self).map(\.version)
  }

  /// The number of requests in the server, from vLLM.
  ///
  /// - Throws: ``ServiceError``.
  public func load() async throws -> Availability<Int> {
    try await get("/load", as: LoadDocument.self).map(\.requests)
  }

  private func get<Document: Decodable>(
    _ route: String, as type: Document.Type = Document.self
  ) async throws -> Availability<Document> {
    let request = try service.transferRequest(.get, route)
    return try await ServiceExchange(transport: transport, request: request).availability(of: type)
  }
}

extension Availability {
  /// The same response in another form.
  fileprivate func map<Other>(_ transform: (Value) -> Other) -> Availability<Other> {
    switch self {
    case .available(let value): .available(transform(value))
    case .notSupported(let status, let message): .notSupported(status: status, message: message)
    }
  }
}

private struct VersionDocument: Decodable {
  var version: String

  init(from decoder: any Decoder) throws {
    version = try decoder.container(keyedBy: JSONKey.self).decode(FlexibleText.self, forKey: "version").text
  }
}

private struct LoadDocument: Decodable {
  var requests: Int

  init(from decoder: any Decoder) throws {
    requests = try decoder.container(keyedBy: JSONKey.self).decode(Int.self, forKey: "server_load")
  }
}
