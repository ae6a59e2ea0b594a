import Foundation
import NPUMetrics
import NPUTestKit
import XCTest

/// How a test author tests a chat service of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_CHAT_URL=http://127.0.0.1:8000 swift test --filter LiveEndpointTests
/// ```
final class ChatServiceTests: XCTestCase {
  private var transport: CurlTransport?
  private var service: ServiceConfiguration?
  private var model: String?

  override func setUp() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_CHAT_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_CHAT_URL to the base address of a chat service, such as http://127.0.0.1:8000.")
    }
    let key = environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) }
    let service = try ServiceConfiguration(address, apiKey: key)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    let health = HealthClient(transport: transport, service: service)
    let choice = try await health.chooseModel(environment["NPUTESTKIT_CHAT_MODEL"])
    (self.service, self.transport, model) = (service, transport, choice.name)
  }

  override func tearDown() async throws { transport?.shutDown() }

  func testAChatAnswers() async throws {
    let response = try await chat().complete(request("Say hello."))
    let choice = try XCTUnwrap(response.choices.first)
    XCTAssertFalse((choice.message.content ?? choice.message.reasoning ?? "").isEmpty, "no text in \(response)")
    XCTAssertNotNil(choice.finishReason)
    XCTAssertGreaterThan(try XCTUnwrap(response.usage?.completionTokens), 0)
  }

  func testAStreamEndsWithFinishReasonAndUsage() async throws {
    var request = request("Count to ten.")
    request.streamOptions = .usage
    var accumulator = ChatAccumulator()
    var instants: [MonotonicInstant] = []
    for try await chunk in try chat().stream(request) {
      accumulator.add(chunk.value)
      instants.append(chunk.receivedAt)
    }
    let response = accumulator.response
    XCTAssertGreaterThan(instants.count, 2, "one chunk is no stream")
    XCTAssertEqual(instants, instants.sorted())
    XCTAssertNotNil(response.choices.first?.finishReason)
    XCTAssertGreaterThan(try XCTUnwrap(response.usage?.completionTokens), 0)
  }

  func testAShortLoadKeepsItsLimits() async throws {
    var pattern = request(nil)
    pattern.streamOptions = .usage
    let workload = ChatWorkload(
      client: try chat(), pattern: pattern, prompts: PromptList.fixed("Why is the sky blue?"))
    var session = LoadSession(
      plan: try LoadPlan(arrival: .closedLoop(concurrency: 2), stop: .requests(8)), workload: workload,
      transport: try XCTUnwrap(transport))
    // Generous: it should hold for a small model on a processor, too.
    session.options.objectives = try ["ttft:p99<30s", "failure_rate<=0"].map { try ServiceLevelObjective($0) }

    let report = try await session.run().report
    XCTAssertEqual(report.requests.completed, 8)
    XCTAssertEqual(report.requests.failures, [])
    XCTAssertTrue(report.passes, ReportText(report).console)
  }

  private func chat() throws -> ChatClient {
    ChatClient(transport: try XCTUnwrap(transport), service: try XCTUnwrap(service))
  }

  private func request(_ text: String?) -> ChatRequest {
    ChatRequest(
      model: model, messages: text.map { [.user($0)] } ?? [],
      sampling: SamplingParameters(temperature: 0, maxTokens: 16))
  }
}
