import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("A list of models that cannot be read", .serialized) struct ModelListTests {
  static let runs: [(tool: String, arguments: [String])] = [
    ("llm-bench", ["--num-prompts", "1", "--random-input-len", "4", "--random-output-len", "2"]),
    ("audio-bench", ["--num-prompts", "1", "--audio-seconds", "1"]),
    ("audio-bench", ["--mode", "speech", "--num-prompts", "1"]),
    ("image-bench", ["--protocol", "openai", "--num-prompts", "1", "--size", "16x16", "--steps", "1"]),
    ("llm-check", ["--only", "llm.usage"]),
  ]

  @Test("Every tool that asks for it says why, and what its requests name", arguments: runs)
  func warning(tool: String, arguments: [String]) async throws {
    try await withSimulator(behaviour: Behaviour.exemplary.with { $0.modelsStatus = 500 }) { simulator in
      let base = ["--base-url", simulator.baseURL]
      let unnamed = try await Example.run(tool, base + arguments)
      for words in ["Warning: The list of models cannot be read, and the requests name no model", "http_500"] {
        #expect(unnamed.errors.contains(words), "\(unnamed.errors)")
      }
      let named = try await Example.run(tool, base + ["--model", "m-1"] + arguments)
      #expect(named.errors.contains("the requests name \"m-1\", which is not checked: "), "\(named.errors)")
      #expect(named.errors.contains("The list of models is not available."), "\(named.errors)")
    }
  }

  @Test("A service without such a list is asked by name without a word")
  func absent() async throws {
    try await withSimulator(behaviour: Behaviour.exemplary.with { $0.modelsStatus = 404 }) { simulator in
      let arguments = ["--base-url", simulator.baseURL] + Self.runs[0].arguments
      let named = try await Example.run("llm-bench", arguments + ["--model", "simulated-chat"])
      #expect(named.status == 0)
      #expect(!named.errors.contains("list of models"), "\(named.errors)")
      let unnamed = try await Example.run("llm-bench", arguments)
      #expect(unnamed.errors.contains("no such route, status 404"), "\(unnamed.errors)")
    }
  }
}
