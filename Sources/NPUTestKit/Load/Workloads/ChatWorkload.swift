public import NPUServices
public import NPUTransport

/// Streams one chat after another: prompts from a source, everything else from one request as a pattern.
public struct ChatWorkload: Workload {
  private let service: ServiceConfiguration
  private let route: String
  private let pattern: ChatRequest
  private let prompts: any PromptSource
  private let naming: RequestNaming
  private let keepsText: Bool
  /// How the texts of chunks add up; found out where it is not known.
  public var streamedText = StreamedText.detect
  /// What examines the responses, beside the timing.
  package var examiner: (any ResponseExaminer)?
  private let media: MediaSupply
  private let alternates: Bool

  /// Creates a workload.
  ///
  /// - Parameters:
  ///   - service: Where the requests go; the load carries them.
  ///   - route: The path below the endpoint.
  ///   - pattern: What every request has in common: model, sampling, limits. Its messages come before those of the
  ///     prompt.
  ///   - prompts: What is asked.
  ///   - naming: What identities the requests get.
  ///   - keepsText: Whether records keep the generated text.
  ///   - media: Images, videos or sounds that stand before the text of the prompts.
  ///   - alternates: Whether each prompt is sent twice, with media and without, for ``EncodeShare``.
  public init(
    service: ServiceConfiguration, route: String = ChatClient.defaultRoute, pattern: ChatRequest,
    prompts: any PromptSource, naming: RequestNaming = RequestNaming(),
    keepsText: Bool = false, media: MediaSupply = [], alternates: Bool = false
  ) {
    self.service = service
    self.route = route
    self.pattern = pattern
    self.prompts = prompts
    self.naming = naming
    self.keepsText = keepsText
    self.media = media
    self.alternates = alternates
  }

  /// Names the service and the model.
  public func target(over transport: any Transport) -> WorkloadTarget {
    var common = pattern
    common.stream = true
    let own: Set = pattern.messages.isEmpty ? ["model", "messages"] : ["model"]
    return WorkloadTarget(
      model: pattern.model, of: service, over: transport, endpointType: "openai-chat",
      request: RequestPattern(common, without: own, cleanedBy: Redactor(service, over: transport)).members)
  }

  /// Makes the next request; never runs out, since sources repeat their prompts.
  ///
  /// - Throws: ``PromptError`` where the source has no such prompt, or the prompt is a list of token ids, which a chat
  ///   cannot take.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let place = alternates ? index / 2 : index
    let prompt = try await prompts.prompt(at: place)
    try prompt.check(.chat)
    let media = alternates && !Self.hasMedia(index) ? [] : try media.parts(at: place)
    var request = pattern
    switch prompt.content {
    case .text(let text): request.messages.append(PromptMessage(role: "user", text: text).message(after: media))
    case .messages(let messages):
      let last = media.isEmpty ? nil : messages.lastIndex { $0.role == "user" }
      request.messages += messages.enumerated().map { $1.message(after: $0 == last ? media : []) }
    case .tokens: break
    }
    if let limit = prompt.outputTokens { request.maxTokens = limit }
    if prompt.isCanary { (request.ignoreEOS, request.minTokens) = (nil, nil) }
    request.stream = true
    let name = naming.name(of: index)
    var prepared = PreparedRequest(
      request: try ChatClient.transferRequest(for: request, to: service, route, requestID: name), requestID: name,
      requested: RequestedLengths(
        promptTokens: prompt.input?.tokens, promptSource: prompt.input?.source,
        outputTokens: request.maxTokens ?? request.maxCompletionTokens, entry: prompts.entry(at: place)),
      expectation: StreamRecorder.Expectation(
        choices: request.choices, keepsText: keepsText, mayBeEmpty: request.mayBeEmpty, streamedText: streamedText))
    prepared.examine(
      by: examiner,
      ExaminedRequest(
        index: index, prompt: prompt, common: pattern.messages,
        asksForLogprobs: request.logprobs == true || request.extras["logprobs"] == .bool(true),
        ignoresEnd: request.ignoreEOS == true,
        hasMedia: request.messages.contains { message in
          PromptMessage(role: message.role.rawValue, content: message.content ?? .text("")).hasMedia
        }))
    return prepared
  }

  /// What is sent: the prompts, and the media before them.
  public var dataset: DatasetDescription? {
    var dataset = prompts.dataset
    dataset?.media = media.description
    if let files = media.files { dataset?.mediaFiles.append(files) }
    return dataset
  }

  /// Whether a request of a workload that alternates has media.
  ///
  /// The two requests of a pair swap places from pair to pair, so that a service that warms up favours neither.
  static func hasMedia(_ index: Int) -> Bool { (index % 2 == 0) == (index / 2 % 2 == 0) }
}

extension PromptMessage {
  /// The message as a chat has it, with media before what it says.
  fileprivate func message(after media: [ContentPart]) -> ChatMessage {
    guard !media.isEmpty else { return ChatMessage(role: Role(rawValue: role), content: content) }
    let own: [ContentPart] =
      switch content {
      case .text(let text): [.text(text)]
      case .parts(let parts): parts
      }
    return ChatMessage(role: Role(rawValue: role), content: .parts(media + own))
  }
}
