public import NPUBase

/// One event of a streamed response of a service on ModelArts, or one message of a WebSocket.
public struct PredictionChunk: Sendable, Hashable {
  /// What is new of the text: the member `token`, or `delta`.
  public var text: String?
  /// The result of a service that gave one document in place of a stream, where it is no text.
  public var result: JSONValue?
  /// Whether the service says that the response is over, with `done` or a reason.
  ///
  /// Many never do.
  public var isLast: Bool
  /// Why the response ended.
  public var finishReason: FinishReason?
  /// The token counts so far, where the event carries them.
  public var usage: Usage?
  /// Every other member that has a value.
  public var extras: [String: JSONValue]

  /// Creates an event.
  public init(
    text: String? = nil, result: JSONValue? = nil, isLast: Bool = false, finishReason: FinishReason? = nil,
    usage: Usage? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.text = text
    self.result = result
    self.isLast = isLast
    self.finishReason = finishReason
    self.usage = usage
    self.extras = extras
  }
}

extension PredictionChunk: StreamChunk {
  /// Makes one event of a whole response.
  public init(_ whole: PredictionResponse) {
    self.init(
      text: whole.text, result: whole.text == nil ? whole.result : nil, isLast: true,
      finishReason: whole.finishReason, usage: whole.usage, extras: whole.extras)
  }

  private static let known: Set<String> = ["token", "delta", "done", "finish_reason", "usage"]

  /// Reads an event; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let reason = container.finishReason("finish_reason")
    self.init(
      text: container.lenient("token", as: String.self) ?? container.lenient("delta", as: String.self),
      isLast: container.lenient("done", as: Bool.self) == true || reason != nil, finishReason: reason,
      usage: container.lenient("usage"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}

/// Assembles the events of a streamed response into a whole one.
public struct PredictionAccumulator: Sendable, Hashable {
  private var text: TextAssembly
  private var hasText = false
  private var whole = PredictionResponse()
  /// Whether the service has said that the response is over.
  public private(set) var isFinished = false

  /// Creates an empty response.
  ///
  /// - Parameter text: How the texts of events add up. With `detect` they are pieces, since an event is a token.
  public init(text: StreamedText = .pieces) { self.text = TextAssembly(text) }

  /// Takes the next event.
  public mutating func add(_ chunk: PredictionChunk) {
    if let piece = chunk.text {
      hasText = true
      text.append(piece)
    }
    whole.result = chunk.result ?? whole.result
    whole.finishReason = chunk.finishReason ?? whole.finishReason
    whole.usage = chunk.usage ?? whole.usage
    for (name, value) in chunk.extras { whole.extras[name] = value }
    if chunk.isLast { isFinished = true }
  }

  /// The response as far as it has come.
  public var response: PredictionResponse {
    var response = whole
    if hasText { response.result = .string(text.text(mayRepeat: false, fullText: nil)) }
    return response
  }
}
