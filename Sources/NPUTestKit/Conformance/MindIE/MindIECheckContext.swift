import HTTPTypes
public import NPUServices
public import NPUTransport

/// What the checks of MindIE's own protocols need: the service, the protocol, and where its management address is.
public struct MindIECheckContext: CheckContext {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens for requests.
  public var service: ServiceConfiguration
  /// The protocol that is checked.
  public var wireProtocol: MindIERequest.WireProtocol
  /// The model; only Triton's paths name one.
  public var model: String?
  /// Where its probes of health are; by default beside the requests.
  public var management: ServiceConfiguration
  /// A text that every model continues at some length.
  public var prompt = "The numbers from one to thirty in words are: one, two, three,"

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens for requests.
  ///   - wireProtocol: The protocol that is checked.
  ///   - model: The model.
  ///   - management: Where its probes of health are; `nil` for beside the requests.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: MindIERequest.WireProtocol, model: String?,
    management: ServiceConfiguration? = nil
  ) {
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.model = model
    self.management = management ?? service
  }

  /// Creates the context of a service, with its model.
  ///
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public init(
    _ service: Service, wireProtocol: MindIERequest.WireProtocol, management: Service? = nil
  ) async throws {
    self.init(
      transport: service.transport, service: service.configuration, wireProtocol: wireProtocol,
      model: try await service.model.name, management: management?.configuration)
  }
}

extension MindIECheckContext {
  var client: MindIEClient {
    MindIEClient(transport: transport, service: service, wireProtocol: wireProtocol)
  }

  var health: HealthClient { HealthClient(transport: transport, service: management) }

  /// A greedy request, so that responses can be compared.
  func request(tokens: Int = 24) -> MindIERequest {
    MindIERequest(
      prompt: .text(prompt), model: model, sampling: SamplingParameters(temperature: 0, maxTokens: tokens))
  }

  /// Reads a stream to its end.
  func events(_ request: MindIERequest) async throws -> [MindIEChunk] {
    var events: [MindIEChunk] = []
    for try await event in client.stream(request) { events.append(event.value) }
    return events
  }

  /// Ends the check as not applicable in some protocols.
  func require(_ protocols: [MindIERequest.WireProtocol], _ reason: String) throws {
    if !protocols.contains(wireProtocol) {
      throw Finding.notApplicable("MindIE's \(wireProtocol.rawValue) protocol \(reason)")
    }
  }

  /// Sends a body as it is to the path of documents.
  func send(raw body: [UInt8]) async throws -> TransferResponse {
    let path = try client.transferRequest(for: request(), streams: false).head.path ?? "/"
    // The path is whole already.
    var request = try service.transferRequest(.post, "/", json: body)
    request.head.path = path
    return try await ServiceExchange(transport: transport, request: request).response()
  }
}

extension [MindIEChunk] {
  /// The whole response.
  var assembled: MindIEResponse {
    var accumulator = MindIEAccumulator()
    for event in self { accumulator.add(event) }
    return accumulator.response
  }
}
