import Foundation
import NPUTestKit
import XCTest

/// How a test author has a language model's service judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_CHAT_URL=http://127.0.0.1:8000 swift test --filter LanguageModelConformanceTests
/// ```
///
/// `NPUTESTKIT_CHAT_MODEL` names the model, `OPENAI_API_KEY` holds the key, and `NPUTESTKIT_SKIP` names checks or tags
/// to leave out, such as `semantic` for a model that is too small to follow instructions.
final class LanguageModelConformanceTests: XCTestCase {
  func testTheServiceKeepsToTheProtocol() async throws {
    let environment = ProcessInfo.processInfo.environment
    let model = environment["NPUTESTKIT_CHAT_MODEL"]
    guard let service = try Service.fromEnvironment("NPUTESTKIT_CHAT_URL", model: model) else {
      throw XCTSkip("Set NPUTESTKIT_CHAT_URL to the base address of a chat service, such as http://127.0.0.1:8000.")
    }
    let skipped = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    let suite = try CheckSuite.llm.selecting(CheckSelection(skip: skipped))
    let report = await suite.run(in: try LLMCheckContext(service))
    print(ConformanceText(report).console)
    try report.require()
  }
}
