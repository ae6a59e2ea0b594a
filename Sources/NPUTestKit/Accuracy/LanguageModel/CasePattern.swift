public import NPUBase
internal import NPUDigest
internal import NPULoad
public import NPUServices

/// What all requests of a comparison have in common, and how a case becomes a request.
public struct CasePattern: Sendable, Hashable {
  /// How many of the likeliest tokens are asked for at each place, where log-probabilities are wanted.
  ///
  /// As many as the protocol's own server gives for completions.
  public static let defaultTopLogprobs = 5

  /// Whether cases are messages of a chat or texts to continue.
  public var kind: RecordingKind
  /// The model that the requests name.
  public var model: String?
  /// How responses are chosen, and how long they may be.
  public var sampling: SamplingParameters
  /// How many of the likeliest tokens are asked for at each place; nil asks for no log-probabilities.
  public var topLogprobs: Int?

  /// Creates a pattern.
  ///
  /// - Parameters:
  ///   - kind: `chat` or `completion`.
  ///   - model: The model that the requests name.
  ///   - sampling: How responses are chosen; greedy unless told otherwise.
  ///   - topLogprobs: How many of the likeliest tokens are asked for at each place.
  public init(
    kind: RecordingKind = .chat, model: String?, sampling: SamplingParameters = SamplingParameters(temperature: 0),
    topLogprobs: Int? = nil
  ) {
    self.kind = kind
    self.model = model
    self.sampling = sampling
    self.topLogprobs = topLogprobs
  }

  /// The pattern as the parameters of a recording.
  public var parameters: JSONValue {
    var members: [String: JSONValue] = [:]
    if let bytes = try? JSONCoding.encode(ChatRequest(model: nil, messages: [], sampling: sampling)),
      let value = try? JSONCoding.decode(JSONValue.self, from: bytes)
    {
      members = value.object ?? [:]
    }
    members["messages"] = nil
    members["top_logprobs"] = topLogprobs.map { .int(Int64($0)) }
    return .object(members)
  }

  /// A request of one of the two kinds.
  enum Request {
    case chat(ChatRequest)
    case completion(CompletionRequest)
  }

  /// The request of a case.
  ///
  /// A text is the only message of a chat.
  ///
  /// - Throws: ``AccuracyError`` of kind `malformed` for messages in a completion, or tokens in a chat.
  func request(_ entry: AccuracyCase) throws(AccuracyError) -> Request {
    func refuse(_ what: String, _ kind: String) -> AccuracyError {
      AccuracyError(
        kind: .malformed,
        message: "case \"\(Excerpt.of(entry.id, limit: 100))\" is \(what); ask for \(kind), or leave the case out")
    }
    var sampling = sampling
    if let limit = entry.prompt.outputTokens { sampling.maxTokens = limit }
    switch (kind, entry.prompt.content) {
    case (.completion, .text(let text)): return .completion(completion(.text(text), sampling))
    case (.completion, .tokens(let tokens)): return .completion(completion(.tokens(tokens), sampling))
    case (.completion, .messages): throw refuse("made of messages, which no text continues", "chats")
    case (_, .text(let text)): return .chat(chat([.user(text)], sampling))
    case (_, .messages(let messages)):
      return .chat(chat(messages.map { ChatMessage(role: Role(rawValue: $0.role), content: $0.content) }, sampling))
    case (_, .tokens): throw refuse("made of token ids, which are no message", "completions")
    }
  }

  /// What a case asks beyond the parameters, as a recording has it: media by their digest.
  ///
  /// - Throws: ``AccuracyError`` of kind `malformed` for messages in a completion, or tokens in a chat.
  public func recorded(_ entry: AccuracyCase) throws(AccuracyError) -> JSONValue {
    let bytes: [UInt8]
    do {
      switch try request(entry) {
      case .chat(let request): bytes = try JSONCoding.encode(request.messages)
      case .completion(let request): bytes = try JSONCoding.encode(request.prompt)
      }
    } catch let error as AccuracyError {
      throw error
    } catch {
      throw AccuracyError(
        kind: .malformed, message: "case \"\(Excerpt.of(entry.id, limit: 100))\" cannot be written as JSON: \(error)")
    }
    let value = (try? JSONValue(reading: bytes)) ?? .null
    var members = [kind == .completion ? "prompt" : "messages": Self.named(value)]
    members["max_tokens"] = entry.prompt.outputTokens.map { .int(Int64($0)) }
    return .object(members)
  }

  private func chat(_ messages: [ChatMessage], _ sampling: SamplingParameters) -> ChatRequest {
    var request = ChatRequest(model: model, messages: messages, sampling: sampling)
    if let topLogprobs { (request.logprobs, request.topLogprobs) = (true, topLogprobs) }
    return request
  }

  private func completion(_ prompt: CompletionRequest.Prompt, _ sampling: SamplingParameters) -> CompletionRequest {
    CompletionRequest(model: model, prompt: prompt, sampling: sampling, logprobs: topLogprobs)
  }

  /// A value with each medium replaced by its digest.
  private static func named(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text) where text.hasPrefix("data:"):
      .string("sha256:" + ContentDigest.text(of: Array(text.utf8)))
    case .array(let values): .array(values.map(named))
    case .object(let members):
      // Sounds stand in Base64 without an address.
      .object(
        members.reduce(into: [:]) { result, member in
          let isSound = member.key == "data" && (member.value.string?.utf8.count ?? 0) > 256
          result[member.key] =
            isSound
            ? .string("sha256:" + ContentDigest.text(of: Array((member.value.string ?? "").utf8))) : named(member.value)
        })
    case .null, .bool, .int, .double, .string: value
    }
  }
}
