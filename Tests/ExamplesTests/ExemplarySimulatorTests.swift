import Foundation
import Testing

@Suite("npu-simulator --exemplary", .serialized)
struct ExemplarySimulatorTests {
  @Test(
    "It passes the checks over its address",
    arguments: [
      "llm-check", "llm-check --suite multimodal --skip semantic", "image-check --size 64x64 --rounds 1",
      "image-check --suite task --size 64x64", "audio-check", "audio-check --speech-url URL",
      "audio-check --suite speech",
    ])
  func passes(_ command: String) async throws {
    let simulator = try Example("npu-simulator", ["--port", "0", "--exemplary"])
    let address = try await simulator.firstLine()
    let words = command.split(separator: " ").map { $0 == "URL" ? address : String($0) }
    let run = try await Example.run(words[0], ["--base-url", address] + words.dropFirst())
    #expect(run.status == 0, "\(run.output)")
    #expect(!run.output.contains("FAIL"))
    #expect(!run.output.contains("INCONCLUSIVE") || command == "audio-check", "\(run.output)")
    simulator.send(SIGTERM)
    #expect(try await simulator.ending().status == 0)
  }
}
