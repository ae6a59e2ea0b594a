public import NPUBase
internal import NPULoad
internal import NPUMetrics
public import NPUServices
public import NPUTransport

/// Asks a service cases, one after the other and among each other, and keeps what it said.
public struct CaseRunner: Sendable {
  /// One time that all cases are asked.
  public struct Pass: Sendable, Hashable {
    /// The number of the repetition, from 0.
    public var repetition: Int
    /// How many requests are under way at a time, 1 or more.
    public var concurrency: Int

    /// Creates a pass.
    public init(repetition: Int, concurrency: Int = 1) {
      self.repetition = repetition
      self.concurrency = max(1, concurrency)
    }

    /// Some passes alone, and one among others if the concurrency is above 1.
    public static func plan(repeats: Int, concurrency: Int) -> [Pass] {
      let alone = (0..<max(1, repeats)).map { Pass(repetition: $0) }
      return concurrency > 1 ? alone + [Pass(repetition: alone.count, concurrency: concurrency)] : alone
    }
  }

  /// What carries the requests.
  public var transport: any Transport
  /// The service.
  public var service: ServiceConfiguration
  /// What all requests have in common.
  public var pattern: CasePattern
  /// What the service is called in recordings and reports.
  public var name: String

  /// Creates a runner.
  public init(transport: any Transport, service: ServiceConfiguration, pattern: CasePattern, name: String? = nil) {
    self.transport = transport
    self.service = service
    self.pattern = pattern
    self.name = name ?? service.shownAddress(over: transport)
  }

  /// What a recording of the responses says of itself.
  ///
  /// - Parameter created: When it begins, as in RFC 3339.
  /// - Returns: The manifest.
  public func manifest(created: String? = nil) -> RecordingManifest {
    RecordingManifest(
      kind: pattern.kind, service: name, model: pattern.model, parameters: pattern.parameters, created: created)
  }

  /// Asks all cases in each of the passes.
  ///
  /// A request that fails is a response with an error; only cancellation ends the run.
  ///
  /// - Parameters:
  ///   - cases: The cases.
  ///   - passes: How often, and how many at a time.
  ///   - manifest: What the recorded cases belong to.
  ///   - isDone: Whether a case need not be asked in a repetition, as it was recorded before.
  ///   - keep: Takes each case with its response; called by one task at a time.
  /// - Throws: What the closures throw, ``AccuracyError`` for a case that the kind of service cannot be asked,
  ///   `CancellationError`.
  public func run(
    _ cases: [AccuracyCase], passes: [Pass], in manifest: RecordingManifest,
    unless isDone: (_ id: String, _ repetition: Int, _ request: JSONValue) throws -> Bool = { _, _, _ in false },
    keep: (RecordedCase) throws -> Void
  ) async throws {
    let requests = try cases.map { try pattern.recorded($0) }
    for pass in passes {
      var waiting: [(AccuracyCase, JSONValue)] = []
      for (entry, request) in zip(cases, requests) where try !isDone(entry.id, pass.repetition, request) {
        waiting.append((entry, request))
      }
      try await withThrowingTaskGroup(of: RecordedCase.self) { group in
        var next = waiting[...]
        func start() {
          guard let (entry, request) = next.popFirst() else { return }
          group.addTask {
            RecordedCase(
              id: entry.id, repetition: pass.repetition, concurrency: pass.concurrency > 1 ? pass.concurrency : nil,
              request: request, response: try await response(to: entry), in: manifest)
          }
        }
        for _ in 0..<min(pass.concurrency, waiting.count) { start() }
        while let recorded = try await group.next() {
          try keep(recorded)
          start()
        }
      }
    }
  }

  /// What the service says to a case.
  ///
  /// - Throws: `CancellationError`, and ``AccuracyError`` for a case that the kind of service cannot be asked.
  public func response(to entry: AccuracyCase) async throws -> RecordedResponse {
    let redactor = Redactor(service, over: transport)
    var response: RecordedResponse
    do {
      switch try pattern.request(entry) {
      case .chat(let request):
        let client = ChatClient(transport: transport, service: service)
        response = RecordedResponse(try await client.complete(request))
      case .completion(let request):
        let client = CompletionClient(transport: transport, service: service)
        response = RecordedResponse(try await client.complete(request))
      }
    } catch let error as ServiceError {
      if Task.isCancelled { throw CancellationError() }
      response = RecordedResponse(error: "\(error.shortDescription): \(Excerpt.of(error.message))")
    }
    response.clean(redactor)
    return response
  }

  /// A text behind the prompt of a case as the service scores it, token by token.
  ///
  /// - Parameters:
  ///   - text: The response that is scored.
  ///   - entry: The case.
  /// - Returns: The tokens; nil if the case is no text for a completion, or the service does not echo with
  ///   log-probabilities.
  /// - Throws: `CancellationError`.
  public func scores(of text: String, to entry: AccuracyCase) async throws -> [RecordedToken]? {
    guard pattern.kind == .completion, case .text(let prompt) = entry.prompt.content else { return nil }
    let request = ScoredResponse.request(
      model: pattern.model, prompt: prompt, text: text, top: pattern.topLogprobs ?? CasePattern.defaultTopLogprobs)
    do {
      let response = try await CompletionClient(transport: transport, service: service).complete(request)
      return ScoredResponse.tokens(of: response, prompt: prompt, text: text)
    } catch is ServiceError {
      if Task.isCancelled { throw CancellationError() }
      return nil
    }
  }
}

extension RecordedResponse {
  /// The response of a chat model.
  init(_ response: ChatResponse) {
    let choice = response.choices.first
    self.init(
      text: choice?.message.content ?? "", finishReason: choice?.finishReason?.rawValue,
      outputTokens: response.usage?.completionTokens,
      tokens: choice?.logprobs?.map { token in
        let others = token.alternatives.compactMap { other in other.logprob.map { (other.token, $0) } }
        return RecordedToken(
          token: token.token, logprob: token.logprob,
          top: others.isEmpty ? nil : Dictionary(others, uniquingKeysWith: max))
      })
  }

  /// The continuation of a text.
  init(_ response: CompletionResponse) {
    let choice = response.choices.first
    let lists = choice?.logprobs
    let tokens = lists.map { lists in
      lists.tokens.indices.map { index in
        RecordedToken(
          token: lists.tokens[index],
          logprob: lists.tokenLogprobs.indices.contains(index) ? lists.tokenLogprobs[index] : nil,
          top: lists.topLogprobs.indices.contains(index) ? lists.topLogprobs[index] : nil)
      }
    }
    self.init(
      text: choice?.text ?? "", finishReason: choice?.finishReason?.rawValue,
      outputTokens: response.usage?.completionTokens, tokens: tokens)
  }

  /// Takes secrets out that the service wrote into its response.
  fileprivate mutating func clean(_ redactor: Redactor) {
    guard !redactor.isIdle else { return }
    let cleaned = text.map(redactor.clean)
    // A secret may stand across several tokens.
    if cleaned != text { tokens = nil }
    text = cleaned
    finishReason = finishReason.map(redactor.clean)
    error = error.map(redactor.clean)
  }
}
