import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("What measurements ask streams to carry")
struct StreamOptionsTests {
  @Test(
    "Usage, unless the request says otherwise or leaves the field out",
    arguments: [
      (nil, #""stream_options":{"include_usage":true}"#),
      (.continuousUsage, #""stream_options":{"continuous_usage_stats":true,"include_usage":true}"#),
      (.omitted, nil),
    ] as [(StreamOptions?, String?)])
  func options(options: StreamOptions?, field: String?) async throws {
    let transport = answering(contentType: "text/event-stream", pieces: [ChatEvents.hello + ChatEvents.done])
    let chat = try ChatClient(transport)
    let completions = CompletionClient(transport: transport, service: try .local)
    _ = try await chat.measure(ChatRequest(model: "m", messages: [.user("Hi")], streamOptions: options))
    _ = try await completions.measure(CompletionRequest(model: "m", prompt: "Hi", streamOptions: options))
    #expect(transport.requests.count == 2)
    for request in transport.requests {
      guard case .bytes(let bytes) = request.body else { continue }
      let body = String(decoding: bytes, as: UTF8.self)
      #expect(body.contains(#""stream":true"#))
      #expect(field.map { body.contains($0) } ?? !body.contains("stream_options"), "\(body)")
    }
  }
}
