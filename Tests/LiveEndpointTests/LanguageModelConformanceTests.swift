import Foundation
import NPUTestKit
import XCTest

/// How a test author has a language model's service judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_CHAT_URL=http://127.0.0.1:8000 swift test --filter LanguageModelConformanceTests
/// ```
///
/// `NPUTESTKIT_CHAT_MODEL` names the model, `OPENAI_API_KEY` holds the key, and `NPUTESTKIT_SKIP` names checks or tags to leave out,
/// such as `semantic` for a model that is too small to follow instructions.
final class LanguageModelConformanceTests: XCTestCase {
  func testTheServiceKeepsToTheProtocol() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_CHAT_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_CHAT_URL to the base address of a chat service, such as http://127.0.0.1:8000.")
    }
    let key = environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) }
    let service = try ServiceConfiguration(address, apiKey: key)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    defer { transport.shutDown() }
    let health = HealthClient(transport: transport, service: service)
    let model = try await health.chooseModel(environment["NPUTESTKIT_CHAT_MODEL"]).name

    let skipped = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    let suite = try CheckSuite.llm.selecting(CheckSelection(skip: skipped))
    let report = await suite.run(in: LLMCheckContext(transport: transport, service: service, model: model))
    print(ConformanceText(report).console)
    try report.require()
  }
}
