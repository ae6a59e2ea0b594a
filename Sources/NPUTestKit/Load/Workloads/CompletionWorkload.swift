public import NPUServices
public import NPUTransport

/// Streams one completion after another: prompts from a source, everything else from one request as a pattern.
public struct CompletionWorkload: Workload {
  private let service: ServiceConfiguration
  private let route: String
  private let pattern: CompletionRequest
  private let prompts: any PromptSource
  private let naming: RequestNaming
  private let keepsText: Bool
  /// How the texts of chunks add up; found out where it is not known.
  ///
  /// A completion does not say that it repeats its text, as MindIE does with `fullTextEnabled`.
  public var streamedText = StreamedText.detect
  /// What examines the responses, beside the timing.
  package var examiner: (any ResponseExaminer)?

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - service: Where the requests go; the load carries them.
  ///   - route: The path below the endpoint.
  ///   - pattern: What every request has in common; its prompt is replaced.
  ///   - prompts: What is asked.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep the generated text.
  public init(
    service: ServiceConfiguration, route: String = CompletionClient.defaultRoute, pattern: CompletionRequest,
    prompts: any PromptSource,
    naming: RequestNaming = RequestNaming(), keepsText: Bool = false
  ) {
    self.service = service
    self.route = route
    self.pattern = pattern
    self.prompts = prompts
    self.naming = naming
    self.keepsText = keepsText
  }

  /// Names the service and the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    var common = pattern
    common.stream = true
    return WorkloadTarget(
      model: pattern.model, of: service, over: transport, endpointType: "openai",
      request: RequestPattern(
        common, without: ["model", "prompt"], cleanedBy: Redactor(service, over: transport)
      ).members)
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// The messages of a chat prompt are joined with empty lines, since a completion knows no speakers.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one with media.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let prompt = try await prompts.prompt(at: index)
    try prompt.check(.completion)
    var request = pattern
    switch prompt.content {
    case .text(let text): request.prompt = .text(text)
    case .messages(let messages): request.prompt = .text(messages.map(\.text).joined(separator: "\n\n"))
    case .tokens(let tokens): request.prompt = .tokens(tokens)
    }
    if let limit = prompt.outputTokens { request.maxTokens = limit }
    if prompt.isCanary { (request.ignoreEOS, request.minTokens) = (nil, nil) }
    request.stream = true
    let name = naming.name(of: index)
    var prepared = PreparedRequest(
      request: try CompletionClient.transferRequest(for: request, to: service, route, requestID: name), requestID: name,
      requested: RequestedLengths(
        promptTokens: prompt.input?.tokens, promptSource: prompt.input?.source, outputTokens: request.maxTokens,
        entry: prompts.entry(at: index)),
      expectation: StreamRecorder.Expectation(
        choices: request.choices, keepsText: keepsText, mayBeEmpty: request.mayBeEmpty, streamedText: streamedText))
    prepared.examine(
      by: examiner,
      ExaminedRequest(
        index: index, prompt: prompt, common: [],
        asksForLogprobs: request.logprobs != nil || request.extras["logprobs"] != nil,
        ignoresEnd: request.ignoreEOS == true,
        echoes: request.echo == true || request.extras["echo"] == .bool(true)))
    return prepared
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }
}
