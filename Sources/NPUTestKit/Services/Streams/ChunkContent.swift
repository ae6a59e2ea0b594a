/// What one event of a streamed response carries; it can carry several things.
///
/// Its members are asked for at every event, in modules other than this one: inlined they are constants.
public struct ChunkContent: OptionSet, Sendable, Hashable {
  /// The bits; their meaning is the static members.
  public var rawValue: UInt16

  /// Creates a set from its bits.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The event has at least one choice.
  @inlinable public static var choices: ChunkContent { ChunkContent(rawValue: 1 << 0) }
  /// A choice names the role of the speaker.
  @inlinable public static var role: ChunkContent { ChunkContent(rawValue: 1 << 1) }
  /// A choice has non-empty reasoning text.
  @inlinable public static var reasoning: ChunkContent { ChunkContent(rawValue: 1 << 2) }
  /// A choice has non-empty response text.
  @inlinable public static var text: ChunkContent { ChunkContent(rawValue: 1 << 3) }
  /// A choice has a fragment of a tool call.
  @inlinable public static var toolCall: ChunkContent { ChunkContent(rawValue: 1 << 4) }
  /// A choice gives its finish reason.
  @inlinable public static var finish: ChunkContent { ChunkContent(rawValue: 1 << 5) }
  /// The event carries token counts.
  @inlinable public static var usage: ChunkContent { ChunkContent(rawValue: 1 << 6) }
  /// The event reports an error of the server.
  @inlinable public static var error: ChunkContent { ChunkContent(rawValue: 1 << 7) }
  /// The protocol's end mark, `[DONE]`.
  @inlinable public static var done: ChunkContent { ChunkContent(rawValue: 1 << 8) }
  /// The payload is not the JSON of a chunk.
  @inlinable public static var malformed: ChunkContent { ChunkContent(rawValue: 1 << 9) }

  /// A choice has an image, audio or a video, or is a prediction that is no text.
  @inlinable public static var media: ChunkContent { ChunkContent(rawValue: 1 << 10) }

  /// Any of the things that bear tokens: reasoning, text, or a tool call.
  @inlinable public static var token: ChunkContent { [.reasoning, .text, .toolCall] }
}
