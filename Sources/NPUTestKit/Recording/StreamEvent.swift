/// One event of a streamed answer, reduced to what the measurements need.
public struct StreamEvent: Sendable, Hashable {
  /// What an event carried; one event can carry several things.
  public struct Content: OptionSet, Sendable, Hashable {
    /// The bits; their meaning is the static members.
    public var rawValue: UInt16

    /// Creates a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The event has at least one choice.
    public static let choices = Content(rawValue: 1 << 0)
    /// A choice names the role of the speaker.
    public static let role = Content(rawValue: 1 << 1)
    /// A choice has non-empty reasoning text.
    public static let reasoning = Content(rawValue: 1 << 2)
    /// A choice has non-empty answer text.
    public static let text = Content(rawValue: 1 << 3)
    /// A choice has a fragment of a tool call.
    public static let toolCall = Content(rawValue: 1 << 4)
    /// A choice gives its finish reason.
    public static let finish = Content(rawValue: 1 << 5)
    /// The event carries token counts.
    public static let usage = Content(rawValue: 1 << 6)
    /// The event reports an error of the server.
    public static let error = Content(rawValue: 1 << 7)
    /// The protocol's end mark, `[DONE]`.
    public static let done = Content(rawValue: 1 << 8)
    /// The payload is not the JSON of a chunk.
    public static let malformed = Content(rawValue: 1 << 9)

    /// Any of the things that bear tokens: reasoning, text, or a tool call.
    public static let token: Content = [.reasoning, .text, .toolCall]
  }

  /// When the bytes that completed the event left the socket.
  public var instant: MonotonicInstant
  /// What the event carried.
  public var content: Content
  /// Bytes of generated text in the event as they stand in the JSON: reasoning, answer, and tool-call arguments together.
  public var bytes: Int32
  /// How many tokens the event carried, where the server says it (token ids, continuous usage); `nil` where it does not.
  public var tokens: Int32?

  /// Creates an event.
  public init(instant: MonotonicInstant, content: Content, bytes: Int32 = 0, tokens: Int32? = nil) {
    self.instant = instant
    self.content = content
    self.bytes = bytes
    self.tokens = tokens
  }

  /// Whether the event bears a token: non-empty text, reasoning, or a tool-call fragment.
  public var bearsToken: Bool { !content.isDisjoint(with: .token) }
}
