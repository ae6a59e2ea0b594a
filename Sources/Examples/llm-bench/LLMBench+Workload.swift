import ExampleSupport
import NPUTestKit

extension LLMBench {
  /// What is sent: a pattern of the options, with one prompt after another.
  func workload(
    _ service: ServiceConfiguration, _ transport: any Transport, _ model: String?, _ source: any PromptSource
  ) throws -> any Workload {
    switch backend {
    case .chat:
      let client = ChatClient(transport: transport, service: service, route: target.endpoint ?? "/v1/chat/completions")
      var pattern = ChatRequest(model: model, messages: [], sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = try prompts.extraMembers
      return ChatWorkload(
        client: client, pattern: pattern, prompts: source, keepsText: output.saveDetailed,
        media: try media.parts(), alternates: media.compareWithoutImage)
    case .completions:
      let client = CompletionClient(transport: transport, service: service, route: target.endpoint ?? "/v1/completions")
      var pattern = CompletionRequest(model: model, prompt: "", sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = try prompts.extraMembers
      return CompletionWorkload(client: client, pattern: pattern, prompts: source, keepsText: output.saveDetailed)
    }
  }
}
