public import NPUServices

extension ServiceCheckContext {
  /// Creates the context of any HTTP service.
  public init(_ service: Service) { self.init(transport: service.transport, service: service.configuration) }
}

extension LLMCheckContext {
  /// Creates the context of a language model: the model of the service.
  ///
  /// - Throws: ``ServiceError`` if no model is known and nobody answers.
  public init(_ service: Service) async throws {
    self.init(
      transport: service.transport, service: service.configuration, model: try await service.model.name)
  }
}

extension ImageCheckContext {
  /// Creates the context of an image service, whose protocol is found out by asking.
  ///
  /// - Throws: ``ServiceError`` if nobody answers.
  public init(_ service: Service) async throws {
    let found = try await Self.findProtocol(transport: service.transport, service: service.configuration)
    self.init(
      transport: service.transport, service: service.configuration, wireProtocol: found ?? .diffusers)
  }
}

extension TranscriptionCheckContext {
  /// Creates the context of a transcription service.
  public init(_ service: Service, wireProtocol: TranscriptionRequest.WireProtocol = .openAI) {
    self.init(transport: service.transport, service: service.configuration, wireProtocol: wireProtocol)
  }
}

extension SpeechCheckContext {
  /// Creates the context of a speech service.
  public init(_ service: Service, wireProtocol: SpeechRequest.WireProtocol = .openAI) {
    self.init(transport: service.transport, service: service.configuration, wireProtocol: wireProtocol)
  }
}

extension TaskCheckContext {
  /// Creates the context of a task service.
  public init(_ service: Service) { self.init(transport: service.transport, service: service.configuration) }
}
