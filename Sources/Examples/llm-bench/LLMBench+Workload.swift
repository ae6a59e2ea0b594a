import ExampleSupport
import NPUTestKit
import NPUWebSocket
import ToolSupport

extension LLMBench {
  /// Where the prompts come from.
  ///
  /// - Parameters:
  ///   - bench: The way to the service.
  ///   - plan: The load.
  ///   - model: The model that is asked for.
  ///   - given: The prompts, where they did not need a service.
  /// - Returns: The prompts.
  /// - Throws: What keeps them from being made.
  func source(
    _ bench: ServiceBench, _ plan: LoadPlan, _ model: String?, given: PromptList?
  ) async throws -> any PromptSource {
    if let given { return given }
    return try await prompts.counted(
      plan,
      counter: {
        guard !wireProtocol.isPrediction else { return nil }
        return try await bench.ask {
          try await ServiceTokenCounter.find(transport: bench.transport, service: $0, model: model)
        }
      }, note: Console.note)
  }

  /// What is sent: a pattern of the options, with one prompt after another.
  ///
  /// - Parameters:
  ///   - bench: The way to the service.
  ///   - model: The model that is asked for.
  ///   - source: The prompts.
  ///   - watch: What examines the responses, if somebody does.
  /// - Returns: The workload.
  /// - Throws: What keeps requests from being made as the options say.
  func workload(
    _ bench: ServiceBench, _ model: String?, prompts source: any PromptSource, _ watch: QualityWatch?
  ) throws -> any Workload {
    let sampling = prompts.sampling(isExamined: quality.quality, canIgnoreEnd: wireProtocol.canIgnoreEnd)
    func mindIE(_ wireProtocol: MindIERequest.WireProtocol) throws -> MindIEWorkload {
      var workload = MindIEWorkload(
        service: bench.service, wireProtocol: wireProtocol, route: target.endpoint,
        pattern: MindIERequest(prompt: "", model: model, sampling: sampling, extras: try prompts.extraMembers),
        prompts: source, keepsText: results.saveDetailed, text: prompts.streamedText)
      workload.examiner = watch
      return workload
    }
    switch wireProtocol {
    case .chat:
      var pattern = ChatRequest(model: model, messages: [], sampling: sampling, streamOptions: prompts.streamed)
      if quality.logprobs { pattern.logprobs = true }
      pattern.extras = try prompts.extraMembers
      var workload = ChatWorkload(
        service: bench.service, route: target.endpoint ?? ChatClient.defaultRoute, pattern: pattern, prompts: source,
        keepsText: results.saveDetailed, media: try media.supply(seed: bench.plan.seed),
        alternates: media.compareWithoutImage)
      workload.streamedText = prompts.streamedText
      workload.examiner = watch
      return workload
    case .completions:
      var pattern = CompletionRequest(
        model: model, prompt: "", sampling: sampling, logprobs: quality.logprobs ? 0 : nil,
        streamOptions: prompts.streamed)
      pattern.extras = try prompts.extraMembers
      var workload = CompletionWorkload(
        service: bench.service, route: target.endpoint ?? CompletionClient.defaultRoute, pattern: pattern,
        prompts: source, keepsText: results.saveDetailed)
      workload.streamedText = prompts.streamedText
      workload.examiner = watch
      return workload
    case .mindIETGI: return try mindIE(.tgi)
    case .mindIEInfer: return try mindIE(.infer)
    case .mindIETriton: return try mindIE(.triton)
    case .mindIEVLLM: return try mindIE(.vllm)
    case .prediction, .messages:
      var workload = PredictionWorkload(
        service: bench.service, route: target.endpoint ?? (wireProtocol == .messages ? "/predict/ws" : nil),
        pattern: PredictionRequest(
          prompt: "", promptMember: prompts.promptMember, model: model, sampling: sampling,
          extras: try prompts.extraMembers),
        prompts: source, keepsText: results.saveDetailed, text: prompts.streamedText)
      workload.examiner = watch
      return wireProtocol == .messages ? MessageWorkload(workload) : workload
    }
  }

  /// What carries the load, where its requests are messages.
  ///
  /// - Parameter bench: The way to the service over HTTP, which carries what fetches tokens.
  /// - Returns: The transport; `nil` for requests over HTTP.
  /// - Throws: `ValidationError` or ``TransportError`` for what cannot be used.
  func messageTransport(_ bench: ServiceBench) throws -> WebSocketTransport? {
    guard wireProtocol == .messages else { return nil }
    return try WebSocketTransport(configuration: try target.transportConfiguration(), http: bench.transport)
  }
}
