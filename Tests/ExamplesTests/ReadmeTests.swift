import Foundation
import NPUSimulator
import NPUTestKit
import Testing

/// The code of the README is code: it compiles here, and the part that needs no service does what it promises.
@Suite("The README")
struct ReadmeTests {
  @Test("The simulator keeps the pace that the README asks for", .timeLimit(.minutes(10)))
  func simulatorKeepsItsPace() async throws {
    let simulator = try await Simulator.start(
      behaviour: Behaviour(
        timeToFirstToken: .milliseconds(50), interTokenLatency: .milliseconds(5), outputTokens: 20))
    let record = try await Service(simulator.baseURL).chat.measure("Count to ten.")
    #expect(try #require(record.metrics.timeToFirstToken) >= .milliseconds(50))
    try await simulator.shutDown()
  }

  /// Compiled only: its limits are those of a real service.
  private func chatIsFastEnough() async throws {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_CHAT_URL") else {
      try Test.cancel("Set NPUTESTKIT_CHAT_URL to the address of a chat service.")
    }

    let response = try await service.chat.complete("Say hello.")
    #expect(response.text?.isEmpty == false)

    let record = try await service.chat.measure("Count to ten.")
    #expect(try #require(record.metrics.timeToFirstToken) < .milliseconds(500))

    let report = try await service.chat.load(
      .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("Why is the sky blue?"))
    try report.require("ttft:p99<500ms", "failure_rate<1%")
  }

  /// Compiled only.
  private func testingAService() async throws {
    let service = try Service("http://127.0.0.1:8000", apiKey: .environment("OPENAI_API_KEY"))
    let report = try await service.chat.load(
      .closedLoop(concurrency: 2), .requests(10), prompts: .fixed("Why is the sky blue?"))
    print(ReportText(report).console)
  }

  /// Compiled only.
  private func callsOfAnyKind() async throws {
    let service = try Service("http://127.0.0.1:8000")
    let report = try await service.load(
      .closedLoop(concurrency: 4), .duration(.seconds(60)),
      operation: { _ in
        let response = try await service.chat.complete("What is an NPU?")
        _ = try await service.chat.complete("Say it in one word: \(response.text ?? "")")
      })
    try report.require("e2e:p95<10s")
  }

  @Test("Each Swift block of the README that holds a call stands here")
  func blocksAreCompiled() throws {
    let source = URL(filePath: #filePath)
    let root = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let tested = Set(lines(of: try String(contentsOf: source, encoding: .utf8)))
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst()
      .map { $0.components(separatedBy: "\n```")[0] }.filter { $0.contains("await") }
    #expect(blocks.count == 4)
    for line in blocks.flatMap(lines) {
      #expect(line.hasPrefix("@Test func ") || tested.contains(line), "\(line) is not compiled here")
    }
  }

  /// The lines of a text without their indentation.
  private func lines(of text: String) -> [String] {
    text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
