import Foundation
import NPUTestKit
import NPUWebSocket
import XCTest

/// How a test author tests a service that streams in messages over a WebSocket: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_WS_URL=ws://127.0.0.1:8000 swift test --filter WebSocketServiceTests
/// ```
///
/// `NPUTESTKIT_WS_MESSAGE` holds the message that is sent, where the service takes another one than a chat.
final class WebSocketServiceTests: XCTestCase {
  private let environment = ProcessInfo.processInfo.environment

  private func client() throws -> WebSocketClient {
    guard let address = environment["NPUTESTKIT_WS_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_WS_URL to the address of a WebSocket, such as ws://127.0.0.1:8000.")
    }
    return try WebSocketClient(address, route: "")
  }

  private var message: String {
    environment["NPUTESTKIT_WS_MESSAGE"]
      ?? #"{"messages": [{"role": "user", "content": "Count to ten."}], "max_tokens": 16}"#
  }

  /// The messages up to the one that says that it is the last, or to the close.
  private func messages() async throws -> [WebSocketMessage] {
    var messages: [WebSocketMessage] = []
    for try await message in try client().messages(for: message) {
      messages.append(message)
      if message.text.contains(#""done""#) || message.text.contains("[DONE]") { break }
    }
    return messages
  }

  func testMessagesComeOneAfterAnother() async throws {
    let messages = try await messages()
    XCTAssertGreaterThan(messages.count, 2, "one message is no stream")
    for (earlier, later) in zip(messages, messages.dropFirst()) {
      XCTAssertLessThanOrEqual(earlier.receivedAt, later.receivedAt)
    }
    XCTAssertFalse(messages.contains { $0.text.contains("\u{FFFD}") }, "a character is broken")
    print("\(messages.count) messages, the first: \(messages[0].text), the last: \(messages[messages.count - 1].text)")
  }

  /// Where the service takes a message of its own, nothing is known of its responses.
  func testMessagesAreMeasuredAsAStreamIs() async throws {
    try XCTSkipIf(environment["NPUTESTKIT_WS_MESSAGE"] != nil, "NPUTESTKIT_WS_MESSAGE names a message of its own.")
    let request = PredictionRequest(
      prompt: .messages([.user("Count to ten.")]), sampling: SamplingParameters(maxTokens: 16))
    let record = try await client().measure(request)
    XCTAssert(record.outcome.isSuccess, "\(record.outcome)")
    XCTAssertGreaterThan(record.timeline.tokenEventCount, 2, "one message is no stream")
    XCTAssertNotNil(record.metrics.timeToFirstToken)
    print(
      "TTFT \(record.metrics.timeToFirstToken ?? .zero), \(record.timeline.tokenEventCount) tokens, finish reason "
        + "\(record.finishReason ?? "none"), text \(record.text ?? "")")
  }

  /// Several at once, each over a connection of its own.
  func testALoadOfMessagesHasNoFailures() async throws {
    try XCTSkipIf(environment["NPUTESTKIT_WS_MESSAGE"] != nil, "NPUTESTKIT_WS_MESSAGE names a message of its own.")
    let prompts = try PromptList([Prompt(.messages([PromptMessage(role: "user", text: "Count to ten.")]))])
    let report = try await client().load(
      .closedLoop(concurrency: 4), .requests(20), prompts: prompts, sampling: SamplingParameters(maxTokens: 16))
    try report.require("failure_rate<1%")
    print(ReportText(report).console)
  }

  func testWhatIsNoMessageOfTheServiceIsRefused() async throws {
    var messages = try client().messages(for: "this is no JSON").makeAsyncIterator()
    do {
      while let message = try await messages.next() {
        // Some services say what is wrong in a message, and stay open.
        if message.text.contains("error") { return }
      }
      XCTAssertNotNil(messages.close, "the service said nothing")
    } catch let error as ServiceError {
      print("refused: \(error), close \(messages.close.map(String.init(describing:)) ?? "none")")
      XCTAssertNotNil(messages.close, "\(error)")
    }
  }
}
