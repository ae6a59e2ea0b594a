import HTTPTypes
import NPUServices
import NPUTransport
import Testing

@Suite("The model that requests name")
struct ServedModelTests {
  private static let list = #"{"object":"list","data":[{"id":"qwen"}]}"#

  private func health(_ transport: ScriptedTransport) throws -> HealthClient {
    var service = try ServiceConfiguration("http://127.0.0.1:8000")
    service.timeouts = TransferTimeouts(connect: nil, firstByte: nil, idle: nil)
    return HealthClient(transport: transport, service: service)
  }

  @Test("is asked for once, by however many")
  func asksOnce() async throws {
    let transport = ScriptedTransport { _ in
      [.wait(.seconds(1)), .head(status: 200, contentType: "application/json"), .body(Self.list)]
    }
    let model = ServedModel(of: try health(transport))
    let names = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<8 { group.addTask { try await model.name } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(names == [String?](repeating: "qwen", count: 8))
    #expect(try await model.name == "qwen")
    #expect(transport.requests.count { $0.head.path == "/v1/models" } == 1)
  }

  @Test("is not waited for by a task that was cancelled")
  func letsGo() async throws {
    let transport = ScriptedTransport { _ in [.hang] }
    let model = ServedModel(of: try health(transport))
    let asking = Task { try await model.name }
    asking.cancel()
    await #expect(throws: CancellationError.self) { try await asking.value }
  }
}
