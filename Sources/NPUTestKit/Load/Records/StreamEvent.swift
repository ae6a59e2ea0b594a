public import NPUBase
public import NPUServices

/// One event of a streamed response, reduced to what the measurements need.
public struct StreamEvent: Sendable, Hashable {
  /// When the bytes that completed the event left the socket.
  public var instant: MonotonicInstant
  /// What the event carried.
  public var content: ChunkContent
  /// Bytes of generated text in the event as they stand in the JSON: reasoning, answer, and tool-call arguments
  /// together.
  public var bytes: Int32
  /// How many tokens the event carried, where the server says it (token ids, continuous usage); `nil` where it does
  /// not.
  public var tokens: Int32?

  /// Creates an event.
  public init(instant: MonotonicInstant, content: ChunkContent, bytes: Int32 = 0, tokens: Int32? = nil) {
    self.instant = instant
    self.content = content
    self.bytes = bytes
    self.tokens = tokens
  }

  /// Whether the event bears a token: non-empty text, reasoning, or a tool-call fragment.
  public var bearsToken: Bool { !content.isDisjoint(with: .token) }
}
