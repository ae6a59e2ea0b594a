import ExampleSupport
import NPUTestKit
import ToolSupport

extension LLMBench {
  /// What is sent: a pattern of the options, with one prompt after another.
  ///
  /// - Parameters:
  ///   - bench: The way to the service.
  ///   - plan: The load.
  ///   - model: The model that is asked for.
  ///   - given: The prompts, where they did not need a service.
  /// - Returns: The workload.
  /// - Throws: What keeps the prompts from being made.
  func workload(
    _ bench: ServiceBench, _ plan: LoadPlan, _ model: String?, given: PromptList?
  ) async throws -> any Workload {
    let (transport, service) = (bench.transport, bench.service)
    let source: any PromptSource =
      if let given { given } else {
        try await prompts.counted(
          plan,
          counter: {
            try await bench.ask { try await ServiceTokenCounter.find(transport: transport, service: $0, model: model) }
          }, note: Console.note)
      }
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
