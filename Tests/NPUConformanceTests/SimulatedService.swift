import NPUConformance
import NPUServices
import NPUSimulator
import NPUTransport

/// Runs something against a simulator, with the context of a language model's checks.
func withChatService<Result>(
  _ behaviour: Behaviour = .exemplary, apiKey: Secret? = nil,
  _ body: (LLMCheckContext, Simulator) async throws -> Result
) async throws -> Result {
  try await withSimulator(behaviour: behaviour) { simulator in
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    let service = try ServiceConfiguration(simulator.baseURL, apiKey: apiKey)
    return try await body(
      LLMCheckContext(transport: transport, service: service, model: behaviour.models[0]), simulator)
  }
}

extension CheckSuite where Context == LLMCheckContext {
  /// The check of an identifier.
  static func check(_ identifier: String) throws -> Check<LLMCheckContext> {
    let suite = try CheckSuite.llm.selecting(CheckSelection(only: [identifier]))
    guard let check = suite.checks.first else { throw Finding.inconclusive("no check \(identifier)") }
    return check
  }
}
