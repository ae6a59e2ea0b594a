import NPUTestKit
import XCTest

/// How a test author tests a chat service of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_CHAT_URL=http://127.0.0.1:8000 swift test --filter ChatServiceTests
/// ```
///
/// `OPENAI_API_KEY` holds the key, where the service asks for one.
final class ChatServiceTests: XCTestCase {
  private let brief = SamplingParameters(temperature: 0, maxTokens: 16)

  private func service() throws -> Service {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_CHAT_URL") else {
      throw XCTSkip("Set NPUTESTKIT_CHAT_URL to the base address of a chat service, such as http://127.0.0.1:8000.")
    }
    return service
  }

  func testAChatAnswers() async throws {
    let response = try await service().chat.complete("Say hello.", sampling: brief)
    let choice = try XCTUnwrap(response.choices.first)
    XCTAssertFalse((choice.message.content ?? choice.message.reasoning ?? "").isEmpty, "no text in \(response)")
    XCTAssertNotNil(choice.finishReason)
    XCTAssertGreaterThan(try XCTUnwrap(response.usage?.completionTokens), 0)
  }

  func testAStreamIsMeasured() async throws {
    let record = try await service().chat.measure("Count to ten.", sampling: brief)
    XCTAssertTrue(record.outcome.isSuccess, "\(record.outcome)")
    XCTAssertGreaterThan(record.timeline.events.count, 2, "one event is no stream")
    XCTAssertLessThan(try XCTUnwrap(record.metrics.timeToFirstToken), .seconds(30))
    XCTAssertGreaterThan(try XCTUnwrap(record.tokens.completion), 0)
  }

  func testAShortLoadKeepsItsLimits() async throws {
    let report = try await service().chat.load(
      .closedLoop(concurrency: 2), .requests(8), prompts: .fixed("Why is the sky blue?"), sampling: brief)
    XCTAssertEqual(report.requests.completed, 8)
    // Generous: it should hold for a small model on a processor, too.
    try report.require("ttft:p99<30s", "failure_rate<=0")
  }
}
