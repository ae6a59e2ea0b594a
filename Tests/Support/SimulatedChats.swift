package import NPULoad
internal import NPUServices
package import NPUTransport

/// Chats of a fixed prompt with a simulator.
package struct SimulatedChats: Workload {
  private let request: TransferRequest
  private let expectation: StreamRecorder.Expectation
  /// What is different about the request of an index.
  package var change: @Sendable (_ index: Int, _ request: inout TransferRequest) -> Void = { _, _ in }

  package init(
    _ baseURL: String, timeouts: TransferTimeouts = TransferTimeouts(), limits: TransferLimits = TransferLimits(),
    connection: ConnectionPolicy = .keepAlive, eventLimit: Int = 1 << 20
  ) throws {
    var chat = ChatRequest(model: "simulated-chat", messages: [.user("Tell me of the sea.")])
    chat.stream = true
    chat.streamOptions = StreamOptions(includeUsage: true)
    var service = try ServiceConfiguration(baseURL)
    service.timeouts = timeouts
    service.limits = limits
    service.connection = connection
    request = try ChatClient(transport: ScriptedTransport { _ in [] }, service: service).transferRequest(for: chat)
    expectation = StreamRecorder.Expectation(eventLimit: eventLimit)
  }

  package func prepare(_ index: Int) async throws -> PreparedRequest? {
    var request = request
    change(index, &request)
    return PreparedRequest(request: request, expectation: expectation)
  }
}
