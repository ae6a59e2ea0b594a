public import NPUServices
public import NPUTransport

/// Streams one response after another from a service of one's own on ModelArts: prompts from a source, everything else
/// from one request as a pattern.
public struct PredictionWorkload: Workload {
  private let service: ServiceConfiguration
  private let route: String?
  private let pattern: PredictionRequest
  private let prompts: any PromptSource
  private let naming: RequestNaming
  private let keepsText: Bool
  private let streamedText: StreamedText
  /// What examines the responses, beside the timing.
  package var examiner: (any ResponseExaminer)?
  /// What reports and journals call the kind of endpoint.
  package var endpointType = PredictionWorkload.usualEndpointType

  /// The kind of endpoint over HTTP, and that of the same over a WebSocket.
  package static let usualEndpointType = "modelarts-predict"
  package static let messageEndpointType = "modelarts-websocket"

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - service: Where the requests go; the load carries them.
  ///   - route: The path below the endpoint; `nil` takes `/predict/stream`.
  ///   - pattern: What every request has in common; its prompt is replaced.
  ///   - prompts: What is asked.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep the generated text.
  ///   - text: How the texts of events add up; with `detect` they are pieces.
  public init(
    service: ServiceConfiguration, route: String? = nil, pattern: PredictionRequest, prompts: any PromptSource,
    naming: RequestNaming = RequestNaming(), keepsText: Bool = false, text: StreamedText = .detect
  ) {
    self.service = service
    self.route = route
    self.pattern = pattern
    self.prompts = prompts
    self.naming = naming
    self.keepsText = keepsText
    streamedText = text
  }

  /// Names the service and, if requests do, the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let common = PredictionBody(pattern, streams: true, hasStreamPath: route == nil)
    return WorkloadTarget(
      model: pattern.model, of: service, over: transport, endpointType: endpointType,
      request: RequestPattern(
        common, without: ["model", "messages", pattern.promptMember],
        cleanedBy: Redactor(service, over: transport)
      ).members)
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one of token ids.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let prompt = try await prompts.prompt(at: index)
    try prompt.check(.prediction)
    var request = pattern
    switch prompt.content {
    case .text(let text): request.prompt = .text(text)
    case .messages(let messages):
      request.prompt = .messages(messages.map { ChatMessage(role: Role(rawValue: $0.role), content: $0.content) })
    case .tokens: break
    }
    if let limit = prompt.outputTokens { request.sampling.maxTokens = limit }
    if prompt.isCanary { request.sampling.ignoreEOS = nil }
    let name = naming.name(of: index)
    var prepared = PreparedRequest(
      request: try PredictionClient.transferRequest(
        for: request, to: service, route, streams: true, requestID: name),
      requestID: name,
      requested: RequestedLengths(
        promptTokens: prompt.input?.tokens, promptSource: prompt.input?.source,
        outputTokens: request.sampling.maxTokens, entry: prompts.entry(at: index)),
      expectation: PredictionRequest.expectation(keepsText: keepsText, streamedText))
    prepared.examine(
      by: examiner,
      ExaminedRequest(
        index: index, prompt: prompt, common: [], asksForLogprobs: false,
        ignoresEnd: request.sampling.ignoreEOS == true))
    return prepared
  }

  /// What is sent.
  public var dataset: DatasetDescription? { prompts.dataset }
}

extension PredictionRequest {
  /// What a recorder should expect of a streamed response.
  static func expectation(keepsText: Bool, _ text: StreamedText = .detect) -> StreamRecorder.Expectation {
    var expectation = StreamRecorder.Expectation(keepsText: keepsText, streamedText: text)
    expectation.form = form
    expectation.ending = ending
    return expectation
  }
}
