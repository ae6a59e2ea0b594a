/// What one event of a streamed response carries; it can carry several things.
public struct ChunkContent: OptionSet, Sendable, Hashable {
  /// The bits; their meaning is the static members.
  public var rawValue: UInt16

  /// Creates a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The event has at least one choice.
  public static let choices = ChunkContent(rawValue: 1 << 0)
  /// A choice names the role of the speaker.
  public static let role = ChunkContent(rawValue: 1 << 1)
  /// A choice has non-empty reasoning text.
  public static let reasoning = ChunkContent(rawValue: 1 << 2)
  /// A choice has non-empty response text.
  public static let text = ChunkContent(rawValue: 1 << 3)
  /// A choice has a fragment of a tool call.
  public static let toolCall = ChunkContent(rawValue: 1 << 4)
  /// A choice gives its finish reason.
  public static let finish = ChunkContent(rawValue: 1 << 5)
  /// The event carries token counts.
  public static let usage = ChunkContent(rawValue: 1 << 6)
  /// The event reports an error of the server.
  public static let error = ChunkContent(rawValue: 1 << 7)
  /// The protocol's end mark, `[DONE]`.
  public static let done = ChunkContent(rawValue: 1 << 8)
  /// The payload is not the JSON of a chunk.
  public static let malformed = ChunkContent(rawValue: 1 << 9)

  /// Any of the things that bear tokens: reasoning, text, or a tool call.
  public static let token: ChunkContent = [.reasoning, .text, .toolCall]
}
