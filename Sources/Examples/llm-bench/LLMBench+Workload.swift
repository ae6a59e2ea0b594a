import ExampleSupport
import NPUTestKit
import ToolSupport

extension LLMBench {
  /// What is sent: a pattern of the options, with one prompt after another.
  func workload(_ bench: ServiceBench, _ plan: LoadPlan, _ model: String?) async throws -> any Workload {
    let (transport, service) = (bench.transport, bench.service)
    let source = try await prompts.source(
      plan, counter: { try await ServiceTokenCounter.find(transport: transport, service: service, model: model) },
      note: Console.note)
    switch wireProtocol {
    case .chat:
      let client = ChatClient(transport: transport, service: service, route: target.endpoint ?? "/v1/chat/completions")
      var pattern = ChatRequest(model: model, messages: [], sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = try prompts.extraMembers
      return ChatWorkload(
        client: client, pattern: pattern, prompts: source, keepsText: results.saveDetailed,
        media: try media.parts(), alternates: media.compareWithoutImage)
    case .completions:
      let client = CompletionClient(transport: transport, service: service, route: target.endpoint ?? "/v1/completions")
      var pattern = CompletionRequest(model: model, prompt: "", sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = try prompts.extraMembers
      return CompletionWorkload(client: client, pattern: pattern, prompts: source, keepsText: results.saveDetailed)
    }
  }
}
