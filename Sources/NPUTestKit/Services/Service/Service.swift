internal import HTTPTypes
internal import NPUBase
public import NPUTransport

/// A service under test: where it listens, how it is spoken to, and the transport that carries the requests.
///
/// ```swift
/// let service = try Service("http://127.0.0.1:8000", apiKey: .environment("OPENAI_API_KEY"))
/// let response = try await service.chat.complete("Say hello.")
/// print(response.text ?? "")
/// ```
///
/// Each kind of service has its client, which shares address, credentials and transport: ``chat``, ``completions``,
/// ``mindIE(_:)``, ``predictions``, ``images``, ``transcription``, ``speech``, ``tasks``, ``health`` and ``tokenizer``.
/// The transport is the service's own; its thread and connections go with the last copy of the service and its clients.
public struct Service: Sendable {
  /// What every request has in common.
  public var configuration: ServiceConfiguration {
    // The list of models is asked for in the same way as everything else, with the credentials of now.
    didSet { model = ServedModel(model.chosen, of: HealthClient(transport: transport, service: configuration)) }
  }
  /// What carries the requests.
  public let transport: any Transport
  /// The model that requests name unless they say otherwise.
  public private(set) var model: ServedModel

  /// Creates a service from its base address.
  ///
  /// - Parameters:
  ///   - baseURL: Scheme, host, and as needed port and path, such as `http://127.0.0.1:8000`; or a socket, such as
  ///     `unix:/run/vllm.sock`.
  ///   - apiKey: The key, sent as a bearer token.
  ///   - model: The model to ask for; `nil` takes the first that the service lists.
  ///   - transport: How connections are made: certificates, proxy, HTTP version.
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint`; ``TransportError`` if the system gives no network thread.
  public init(
    _ baseURL: String, apiKey: Secret? = nil, model: String? = nil,
    transport: TransportConfiguration = TransportConfiguration()
  ) throws {
    self.init(
      try ServiceConfiguration(baseURL, apiKey: apiKey), model: model,
      transport: try CurlTransport(configuration: transport))
  }

  /// Creates a service from its base address and what proves to it who asks.
  ///
  /// - Parameters:
  ///   - baseURL: Scheme, host, and as needed port and path.
  ///   - authentication: How requests prove who sends them: a key, a token, a signature.
  ///   - model: The model to ask for; `nil` takes the first that the service lists.
  ///   - transport: How connections are made: certificates, proxy, HTTP version.
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint`; ``TransportError`` if the system gives no network thread.
  public init(
    _ baseURL: String, authentication: Authentication, model: String? = nil,
    transport: TransportConfiguration = TransportConfiguration()
  ) throws {
    self.init(
      ServiceConfiguration(endpoint: try Endpoint(baseURL), authentication: authentication), model: model,
      transport: try CurlTransport(configuration: transport))
  }

  /// Creates a service from a configuration and the transport that is to carry its requests.
  public init(_ configuration: ServiceConfiguration, model: String? = nil, transport: any Transport) {
    self.configuration = configuration
    self.transport = transport
    self.model = ServedModel(model, of: HealthClient(transport: transport, service: configuration))
  }

  /// The service that an environment variable names; `nil` if the variable is missing or empty, so that a test can be
  /// skipped.
  ///
  /// ```swift
  /// @Test(.enabled(if: ProcessInfo.processInfo.environment["NPUTESTKIT_CHAT_URL"] != nil))
  /// func hello() async throws {
  ///   let service = try #require(try Service.fromEnvironment("NPUTESTKIT_CHAT_URL"))
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - name: The variable that holds the base address.
  ///   - keyVariable: The variable that holds the key, if there is one.
  ///   - model: The model to ask for; `nil` takes the first that the service lists.
  /// - Returns: The service; `nil` without an address.
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint` if the variable holds no base address.
  public static func fromEnvironment(
    _ name: String, apiKey keyVariable: String = "OPENAI_API_KEY", model: String? = nil
  ) throws -> Service? {
    guard let address = EnvironmentVariable.value(name) else { return nil }
    return try Service(address, apiKey: .environment(keyVariable), model: model)
  }
}

extension Service {
  /// Chats, `POST /v1/chat/completions`.
  public var chat: ChatClient { ChatClient(transport: transport, service: configuration, model: model) }

  /// Completions, `POST /v1/completions`.
  public var completions: CompletionClient {
    CompletionClient(transport: transport, service: configuration, model: model)
  }

  /// Continuations in one of MindIE's own protocols; its OpenAI routes are ``chat`` and ``completions``.
  public func mindIE(_ wireProtocol: MindIERequest.WireProtocol) -> MindIEClient {
    MindIEClient(transport: transport, service: configuration, wireProtocol: wireProtocol, model: model)
  }

  /// What MindIE says of itself; the service is to be that of its management address.
  public var mindIEManagement: MindIEManagementClient {
    MindIEManagementClient(transport: transport, service: configuration)
  }

  /// Services of one's own on ModelArts, `POST /predict` and `/predict/stream`.
  public var predictions: PredictionClient { PredictionClient(transport: transport, service: configuration) }

  /// Images in the protocol of the diffusers servers, `POST /generate`; ``images(_:)`` chooses another.
  public var images: ImageClient { images(.diffusers) }

  /// Images.
  public func images(_ wireProtocol: ImageRequest.WireProtocol) -> ImageClient {
    ImageClient(transport: transport, service: configuration, wireProtocol: wireProtocol)
  }

  /// Speech to text in OpenAI's protocol; ``transcription(_:)`` chooses another.
  public var transcription: TranscriptionClient { transcription(.openAI) }

  /// Speech to text.
  public func transcription(_ wireProtocol: TranscriptionRequest.WireProtocol) -> TranscriptionClient {
    TranscriptionClient(transport: transport, service: configuration, wireProtocol: wireProtocol, model: model)
  }

  /// Text to speech in OpenAI's protocol; ``speech(_:)`` chooses another.
  public var speech: SpeechClient { speech(.openAI) }

  /// Text to speech.
  public func speech(_ wireProtocol: SpeechRequest.WireProtocol) -> SpeechClient {
    SpeechClient(transport: transport, service: configuration, wireProtocol: wireProtocol, model: model)
  }

  /// Tasks that are submitted, followed and fetched.
  public var tasks: TaskClient { TaskClient(transport: transport, service: configuration) }

  /// The state, the models and the version of the service.
  public var health: HealthClient { HealthClient(transport: transport, service: configuration) }

  /// The tokenizer in vLLM's protocol; ``tokenizer(_:)`` chooses another.
  public var tokenizer: TokenizerClient { tokenizer(.vllm) }

  /// The tokenizer.
  public func tokenizer(_ wireProtocol: TokenizerRequest.WireProtocol) -> TokenizerClient {
    TokenizerClient(transport: transport, service: configuration, wireProtocol: wireProtocol)
  }
}
