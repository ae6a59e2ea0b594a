internal import NPUBase
public import NPUServices
public import NPUTransport

/// Streams one continuation after another in one of MindIE's own protocols: prompts from a source, everything else from
/// one request as a pattern.
public struct MindIEWorkload: Workload {
  private let service: ServiceConfiguration
  private let wireProtocol: MindIERequest.WireProtocol
  private let route: String?
  private let pattern: MindIERequest
  private let prompts: any PromptSource
  private let naming: RequestNaming
  private let keepsText: Bool
  private let streamedText: StreamedText
  /// What examines the responses, beside the timing.
  package var examiner: (any ResponseExaminer)?

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - service: Where the requests go; the load carries them.
  ///   - wireProtocol: In which protocol.
  ///   - route: The path below the endpoint; `nil` takes that of the protocol.
  ///   - pattern: What every request has in common; its prompt is replaced.
  ///   - prompts: What is asked.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep the generated text.
  ///   - text: How the texts of events add up.
  public init(
    service: ServiceConfiguration, wireProtocol: MindIERequest.WireProtocol, route: String? = nil,
    pattern: MindIERequest, prompts: any PromptSource, naming: RequestNaming = RequestNaming(),
    keepsText: Bool = false, text: StreamedText = .detect
  ) {
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route
    self.pattern = pattern
    self.prompts = prompts
    self.naming = naming
    self.keepsText = keepsText
    streamedText = text
  }

  /// Names the service, the protocol and the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let common = MindIEBody(pattern, wireProtocol, streams: true, hasStreamPath: route == nil)
    return WorkloadTarget(
      model: pattern.model, of: service, over: transport, endpointType: wireProtocol.endpointType,
      request: RequestPattern(
        common, without: ["prompt", "inputs", "text_input", "input_id"], cleanedBy: Redactor(service, over: transport)
      ).members)
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// The messages of a chat prompt are joined with empty lines, since a continuation knows no speakers.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or one that the protocol cannot take.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let prompt = try await prompts.prompt(at: index)
    try prompt.check(.mindIE(wireProtocol))
    var request = pattern
    switch prompt.content {
    case .text(let text): request.prompt = .text(text)
    case .messages(let messages): request.prompt = .text(messages.map(\.text).joined(separator: "\n\n"))
    case .tokens(let tokens): request.prompt = .tokens(tokens)
    }
    if let limit = prompt.outputTokens { request.sampling.maxTokens = limit }
    if prompt.isCanary {
      request.sampling.ignoreEOS = nil
      // A response that begins with its prompt would hold the code whatever the model says.
      if var parameters = request.extras["parameters"]?.object {
        parameters["return_full_text"] = nil
        request.extras["parameters"] = .object(parameters)
      }
    }
    let name = naming.name(of: index)
    var prepared = PreparedRequest(
      request: try MindIEClient.transferRequest(
        for: request, wireProtocol, to: service, route, streams: true, requestID: name),
      requestID: name,
      requested: RequestedLengths(
        promptTokens: prompt.input?.tokens, promptSource: prompt.input?.source,
        outputTokens: request.sampling.maxTokens, entry: prompts.entry(at: index)),
      expectation: request.expectation(wireProtocol, keepsText: keepsText, streamedText))
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

extension MindIERequest {
  /// What a recorder should expect of the streamed response.
  func expectation(
    _ wireProtocol: WireProtocol, keepsText: Bool, _ text: StreamedText = .detect
  ) -> StreamRecorder.Expectation {
    var expectation = StreamRecorder.Expectation(choices: choices, keepsText: keepsText, streamedText: text)
    expectation.form = wireProtocol.form
    expectation.ending = ending(wireProtocol)
    return expectation
  }
}

extension MindIERequest.WireProtocol {
  /// The kind of endpoint, as reports and journals name it.
  package var endpointType: String { "mindie-" + rawValue }
}
