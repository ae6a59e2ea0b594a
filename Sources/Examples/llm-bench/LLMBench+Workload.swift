import ExampleSupport
import NPUTestKit
import ToolSupport

extension LLMBench {
  /// What is sent: a pattern of the options, with one prompt after another.
  func workload(_ bench: ServiceBench, _ plan: LoadPlan, _ model: String?) async throws -> any Workload {
    let (transport, service) = (bench.transport, bench.service)
    let source = try await prompts.source(
      plan, for: wireProtocol == .chat ? .chat : .completion,
      counter: { try await ServiceTokenCounter.find(transport: transport, service: service, model: model) },
      note: Console.note)
    switch wireProtocol {
    case .chat:
      var pattern = ChatRequest(model: model, messages: [], sampling: prompts.sampling, streamOptions: prompts.streamed)
      pattern.extras = try prompts.extraMembers
      return ChatWorkload(
        service: service, route: target.endpoint ?? ChatClient.defaultRoute, pattern: pattern, prompts: source,
        keepsText: results.saveDetailed, media: try media.supply(seed: plan.seed), alternates: media.compareWithoutImage
      )
    case .completions:
      var pattern = CompletionRequest(
        model: model, prompt: "", sampling: prompts.sampling, streamOptions: prompts.streamed)
      pattern.extras = try prompts.extraMembers
      return CompletionWorkload(
        service: service, route: target.endpoint ?? CompletionClient.defaultRoute, pattern: pattern, prompts: source,
        keepsText: results.saveDetailed)
    }
  }
}
