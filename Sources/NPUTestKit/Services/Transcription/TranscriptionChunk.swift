internal import NPUBase

/// One event of a streamed transcription: new text, the end, or token counts.
///
/// It understands the chunks of vLLM, which look like a chat's without an index, and the events of OpenAI's own
/// service, `transcript.text.delta` and `transcript.text.done`.
public struct TranscriptionChunk: Sendable, Hashable {
  /// The identity of the response.
  public var id: String?
  /// What is new; empty where there is none.
  public var delta: String
  /// The whole text, in the event by which OpenAI's service ends, or in a response that came at once.
  public var whole: Transcription?
  /// Why the transcription ended, where the event says so.
  public var finishReason: FinishReason?
  /// The token counts, where the event carries them.
  public var usage: Usage?

  /// Creates a chunk.
  public init(
    id: String? = nil, delta: String = "", whole: Transcription? = nil, finishReason: FinishReason? = nil,
    usage: Usage? = nil
  ) {
    self.id = id
    self.delta = delta
    self.whole = whole
    self.finishReason = finishReason
    self.usage = usage
  }
}

extension TranscriptionChunk: StreamChunk {
  /// Makes one chunk of a whole response.
  public init(_ whole: Transcription) {
    self.init(delta: whole.text, whole: whole, usage: whole.usage)
  }

  /// Reads an event; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let choice = container.lenient("choices", as: [Lossy<ChatChunk.Choice>].self)?.first?.value
    self.init(
      id: container.text("id"),
      delta: container.text("delta") ?? choice?.delta.content ?? "",
      whole: container.text("type") == "transcript.text.done" ? try? Transcription(from: decoder) : nil,
      finishReason: choice?.finishReason, usage: container.usage())
  }
}
