internal import NPUBase
internal import NPULoad
internal import NPUMetrics
internal import NPUServices
internal import NPUTransport

/// The requests of probe traffic: a few different ones, each small, each with an answer that can be known.
///
/// The answer of an image or a sound is the checksum of its bytes: enough to tell that it is the one of before.
struct ProbeSupply: Sendable, Hashable {
  let kind: ProbedService
  let protocols: DrillProtocols
  /// Whether a chat shows an image beside its text.
  let showsImage: Bool

  /// Words that no answer has by chance; each prompt has one of them in every token.
  private static let nonces = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath"]
  /// A sound for each, made once: to make one takes longer than a fast service takes to hear it.
  private static let sounds: [String: [UInt8]] = {
    var sounds: [String: [UInt8]] = [:]
    for (seed, name) in nonces.enumerated() {
      sounds[name] = try? TestAudio.speechLike(seed: UInt64(seed) + 1, .seconds(2)).wav()
    }
    return sounds
  }()
  /// Tokens that a prompt asks for.
  private static let tokens = 12

  /// The names of the requests; fewer where one takes long.
  var names: [String] {
    switch kind {
    case .llm: Self.nonces
    case .asr, .tts: Array(Self.nonces.prefix(3))
    case .image, .tasks: Array(Self.nonces.prefix(2))
    }
  }

  /// The name of the request of an index.
  func name(_ index: Int) -> String {
    let names = names
    return names[index % names.count]
  }

  /// Prepares the request of a name.
  func request(_ name: String, to service: Service) async throws -> PreparedRequest {
    switch kind {
    case .llm: try await chat(name, service)
    case .asr: try await transcription(name, service)
    case .tts: try await speech(name, service)
    case .image: image(name, service)
    case .tasks: task(name, service)
    }
  }

  /// The words that a chat is asked to repeat.
  static func quote(_ name: String, count: Int = tokens) -> String {
    (1...max(1, count)).map { "\(name)-\($0)" }.joined(separator: " ")
  }

  private func chat(_ name: String, _ service: Service) async throws -> PreparedRequest {
    let prompt = "Repeat the text in quotes, and nothing else: \"\(Self.quote(name))\""
    var request = ChatRequest(model: try await service.model.name, messages: [.user(prompt)])
    if showsImage {
      request.messages = [.user(.image(try TestImage.solid(.yellow, width: 64, height: 64).png()), .text(prompt))]
    }
    request.temperature = 0
    request.maxTokens = 4 * Self.tokens
    request.stream = true
    return PreparedRequest(
      request: try service.chat.transferRequest(for: request),
      expectation: StreamRecorder.Expectation(keepsText: true))
  }

  private func transcription(_ name: String, _ service: Service) async throws -> PreparedRequest {
    let request = TranscriptionRequest(
      audio: .bytes(Self.sounds[name] ?? [], fileName: "\(name).wav"), model: try await service.model.name)
    let (configuration, wireProtocol) = (service.configuration, protocols.transcription)
    return PreparedRequest(
      operation: ServiceOperation { transport in
        let client = TranscriptionClient(transport: transport, service: configuration, wireProtocol: wireProtocol)
        let response = try await client.transcribe(request)
        return OperationResult(
          instants: response.instants, transfer: response.metrics, text: response.transcription.text)
      })
  }

  private func speech(_ name: String, _ service: Service) async throws -> PreparedRequest {
    let request = SpeechRequest(text: "The word is \(name).", model: try await service.model.name)
    let (configuration, wireProtocol) = (service.configuration, protocols.speech)
    return PreparedRequest(
      operation: ServiceOperation { transport in
        let client = SpeechClient(transport: transport, service: configuration, wireProtocol: wireProtocol)
        let response = try await client.generate(request)
        return OperationResult(
          instants: response.instants, transfer: response.metrics, text: Self.checksum(response.bytes))
      })
  }

  private func image(_ name: String, _ service: Service) -> PreparedRequest {
    let request = ImageRequest(prompt: "a picture of \(name)", width: 512, height: 512, steps: 2, seed: 1)
    let (configuration, wireProtocol) = (service.configuration, protocols.image)
    return PreparedRequest(
      operation: ServiceOperation { transport in
        let client = ImageClient(transport: transport, service: configuration, wireProtocol: wireProtocol)
        let response = try await client.generate(request)
        return OperationResult(text: response.images.map { Self.checksum($0.bytes) }.joined(separator: " "))
      })
  }

  private func task(_ name: String, _ service: Service) -> PreparedRequest {
    let task = TaskRequest(prompt: "a picture of \(name)", resolution: "512x512", steps: 2, seed: 1)
    let configuration = service.configuration
    return PreparedRequest(
      operation: ServiceOperation { transport in
        let client = TaskClient(transport: transport, service: configuration)
        let policy = PollingPolicy.every(
          .milliseconds(250), deadline: configuration.timeouts.total ?? .seconds(600))
        let end = try await client.run(task, policy: policy)
        let images = try await client.results(of: end, to: task)
        return OperationResult(text: images.map { Self.checksum($0.bytes) }.joined(separator: " "))
      })
  }

  private static func checksum(_ bytes: [UInt8]) -> String { "crc-\(String(CRC32.of(bytes.span), radix: 16))" }
}
