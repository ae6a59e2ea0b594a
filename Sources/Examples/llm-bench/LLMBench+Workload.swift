import ExampleSupport
import NPUTestKit

extension LLMBench {
  /// What is sent: a pattern of the options, with one prompt after another.
  func workload(
    _ service: ServiceConfiguration, _ model: String?, _ source: any PromptSource
  ) throws -> any Workload {
    switch backend {
    case .chat:
      var pattern = ChatRequest(model: model, messages: [], sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = try prompts.extraMembers
      return ChatWorkload(
        service: service, route: target.endpoint ?? ChatClient.defaultRoute, pattern: pattern, prompts: source,
        keepsText: output.saveDetailed,
        media: try media.parts(), alternates: media.compareWithoutImage)
    case .completions:
      var pattern = CompletionRequest(model: model, prompt: "", sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = try prompts.extraMembers
      return CompletionWorkload(
        service: service, route: target.endpoint ?? CompletionClient.defaultRoute, pattern: pattern, prompts: source,
        keepsText: output.saveDetailed)
    }
  }
}
