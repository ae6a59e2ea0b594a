public import NPUBase

/// One event of a streamed continuation.
public struct CompletionChunk: Sendable, Hashable {
  /// The identity of the response.
  public var id: String?
  /// When it was made, in seconds since 1970 by the server's clock.
  public var created: Int?
  /// The model, as the server names it.
  public var model: String?
  /// What is new of each continuation, its text being a piece; empty in a chunk that only carries token counts.
  public var choices: [CompletionResponse.Choice]
  /// The token counts so far, where the chunk carries them.
  public var usage: Usage?
  /// The whole text so far, in the last chunk of MindIE.
  public var fullText: String?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a chunk.
  public init(
    id: String?, created: Int? = nil, model: String? = nil, choices: [CompletionResponse.Choice],
    usage: Usage? = nil, fullText: String? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.created = created
    self.model = model
    self.choices = choices
    self.usage = usage
    self.fullText = fullText
    self.extras = extras
  }

  /// The new text of the first continuation in the chunk.
  public var text: String? { choices.first?.text }
}

extension CompletionChunk: StreamChunk {
  /// Which continuations the chunk is about, and whether it ends them.
  var progress: [(index: Int, isFinished: Bool)] { choices.map { ($0.index, $0.finishReason != nil) } }

  /// Makes one chunk of a whole response.
  public init(_ whole: CompletionResponse) {
    self.init(
      id: whole.id, created: whole.created, model: whole.model, choices: whole.choices, usage: whole.usage,
      extras: whole.extras)
  }

  private static let known = CompletionResponse.known.union(["full_text"])

  /// Reads a chunk; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      id: container.text("id"), created: container.integer("created"), model: container.text("model"),
      choices: try container.decodeIfPresent([Piece].self, forKey: "choices")?.map(\.choice) ?? [],
      usage: container.usage(),
      fullText: container.lenient("full_text"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }

  /// A continuation of which the text may be missing.
  private struct Piece: Decodable {
    var choice: CompletionResponse.Choice

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONKey.self)
      choice = CompletionResponse.Choice(container, decoder)
      // What a chat's chunk has in its delta.
      if let delta = container.lenient("delta", as: ChatChunk.Delta.self) {
        choice.text += (delta.reasoning ?? "") + (delta.content ?? "") + (delta.refusal ?? "")
      }
    }
  }
}
