import NPUBase
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("How large the body of a response may be")
struct BodyLimitTests {
  /// One kind of response: how it is asked for, and how large it may be where nobody says so.
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let limit: Int
    let ask: @Sendable (any Transport, ServiceConfiguration) async throws -> Void

    init(
      _ name: String, _ limit: Int,
      _ ask: @escaping @Sendable (any Transport, ServiceConfiguration) async throws -> Void
    ) {
      (testDescription, self.limit, self.ask) = (name, limit, ask)
    }
  }

  private static let document = 64 << 20
  private static let image = 32 << 20
  private static let chat = ChatRequest(model: "simulated-chat", messages: [.user("Hi")])

  static let kinds: [Kind] = [
    Kind("a chat", document) { _ = try await ChatClient(transport: $0, service: $1).complete(chat) },
    Kind("a completion", document) {
      _ = try await CompletionClient(transport: $0, service: $1).complete(
        CompletionRequest(model: "simulated-chat", prompt: "Hi"))
    },
    Kind("a transcription", document) {
      let wav = try TestAudio.tone(.milliseconds(100)).wav()
      _ = try await TranscriptionClient(transport: $0, service: $1).transcribe(
        TranscriptionRequest(audio: .bytes(wav), model: "simulated-chat"))
    },
    Kind("a list of models", document) { _ = try await HealthClient(transport: $0, service: $1).models() },
    Kind("tokens", document) { _ = try await TokenizerClient(transport: $0, service: $1).tokenize("Hi") },
    Kind("a task", document) { _ = try await TaskClient(transport: $0, service: $1).submit(TaskRequest(prompt: "Hi")) },
    Kind("an image of unknown size", image) {
      _ = try await ImageClient(transport: $0, service: $1).generate(ImageRequest(prompt: "a", steps: 1))
    },
    Kind("images of a known size", 2 * (4_096 * 4_096 * 6 + 1 << 20)) {
      _ = try await ImageClient(transport: $0, service: $1).generate(
        ImageRequest(prompt: "a", width: 4_096, height: 4_096, steps: 1, count: 2))
    },
    Kind("the image of a task", 2 * image) { _ = try await TaskClient(transport: $0, service: $1).download("id") },
    Kind("an image at an address", 2 * image) {
      _ = try await ImageClient(transport: $0, service: $1).fetch("/images/1.png")
    },
    Kind("speech", 256 << 20) {
      _ = try await SpeechClient(transport: $0, service: $1).generate(SpeechRequest(text: "Hi"))
    },
  ]

  @Test("Each kind has its own limit, and one that somebody chose holds for all", arguments: kinds)
  func limits(kind: Kind) async throws {
    let transport = ScriptedTransport { _ in [.fail(.connectionLost)] }
    var service = try ServiceConfiguration("http://127.0.0.1:1")
    _ = try? await kind.ask(transport, service)
    service.limits.bodyBytes = 1_000
    _ = try? await kind.ask(transport, service)
    #expect(transport.requests.map(\.limits.bodyBytes) == [kind.limit, 1_000])
  }

  @Test("What is larger is broken off and says so", arguments: kinds.filter { $0.limit != 2 * image })
  func enforced(kind: Kind) async throws {
    try await withSimulator { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      var service = try ServiceConfiguration(simulator.baseURL)
      service.limits.bodyBytes = 10
      let error = await #expect(throws: ServiceError.self) { try await kind.ask(transport, service) }
      #expect((error?.underlying as? TransportError)?.kind == .bodyTooLarge, "\(String(describing: error))")
      #expect(error?.message.contains("exceeds 10 bytes") == true)
    }
  }
}
