import Foundation
import NPUSimulator
import NPUTestKit
import Testing

/// The code of the README is code: it compiles here and does what it promises.
@Suite("The README")
struct ReadmeTests {
  /// The first Swift block of the README, with another address and another `print`.
  private func example(address: String, print: (Duration, String) -> Void) async throws {
    let transport = try CurlTransport()
    let chat = ChatClient(transport: transport, service: try ServiceConfiguration(address))
    let request = ChatRequest(model: "my-model", messages: [.user("Count to ten.")])

    let start = transport.now
    for try await chunk in chat.stream(request) {
      print(start.duration(to: chunk.receivedAt), chunk.text ?? "")
    }
  }

  @Test("The first example prints every chunk with its time", .timeLimit(.minutes(30)))
  func firstExample() async throws {
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(20), interTokenLatency: .milliseconds(1), outputTokens: 10
    ).with { $0.models = ["my-model"] }
    let simulator = try await Simulator.start(behaviour: behaviour)
    var lines: [(time: Duration, text: String)] = []
    try await example(address: simulator.baseURL) { lines.append(($0, $1)) }
    try await simulator.shutDown()

    let texts = lines.filter { !$0.text.isEmpty }
    #expect(texts.count == 10)
    #expect(texts.allSatisfy { $0.time >= .milliseconds(20) })
    #expect(lines.map(\.time) == lines.map(\.time).sorted())
  }

  @Test("The first example in the README is the one that is tested here")
  func firstExampleIsTested() throws {
    let source = URL(filePath: #filePath)
    let root = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let tested = try String(contentsOf: source, encoding: .utf8)
    let block = try #require(readme.split(separator: "```swift\n").dropFirst().first?.split(separator: "\n```").first)
    let lines = block.replacing("\"http://127.0.0.1:8000\"", with: "address")
      .split(separator: "\n").filter { !$0.hasPrefix("import ") }
    let body = lines.map { "    \($0)\n" }.joined()
    #expect(lines.count > 5)
    #expect(tested.replacing("\n\n", with: "\n").contains(body), "the README's code differs from the tested code")
  }
}
