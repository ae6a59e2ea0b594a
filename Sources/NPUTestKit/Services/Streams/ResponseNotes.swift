/// What is odd about a response that was read and judged all the same.
///
/// A report counts each, so that a figure never rests in silence on a form that the protocol does not have.
public struct ResponseNotes: OptionSet, Sendable, Hashable {
  /// The bits; their meaning is the static members.
  public var rawValue: UInt32

  /// Creates a set from its bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The end mark came, or the document ended, and no choice gave a finish reason.
  public static let noFinishReason = ResponseNotes(rawValue: 1 << 0)
  /// A finish reason says that the server cut the response by a rule of its own, such as a content filter.
  public static let cut = ResponseNotes(rawValue: 1 << 1)
  /// A finish reason is a word that is not known.
  public static let unknownFinishReason = ResponseNotes(rawValue: 1 << 2)
  /// An event stream came under another media type, or none, or another character set than UTF-8.
  public static let mediaType = ResponseNotes(rawValue: 1 << 3)
  /// The response was compressed, although that was not asked for.
  public static let contentEncoding = ResponseNotes(rawValue: 1 << 4)
  /// The token counts contradict the response: they count none beside its text, none for its prompt, or more than
  /// there can be.
  public static let contradictoryUsage = ResponseNotes(rawValue: 1 << 5)
  /// A character was cut in two between chunks and could be joined again.
  public static let joinedCharacter = ResponseNotes(rawValue: 1 << 6)
  /// Half a character came without the other half: it became U+FFFD, or was left out at the end of the text.
  public static let brokenCharacter = ResponseNotes(rawValue: 1 << 7)
  /// A stream without an end mark ended cleanly: one that was given up and ended so cannot be told from a whole one.
  public static let unmarkedEnd = ResponseNotes(rawValue: 1 << 8)
}

extension ResponseNotes {
  /// Every note with its name in files, in the order of reports.
  package static let named: [(note: ResponseNotes, name: String)] = [
    (.noFinishReason, "no_finish_reason"), (.cut, "cut_by_server"), (.unknownFinishReason, "unknown_finish_reason"),
    (.mediaType, "media_type"), (.contentEncoding, "content_encoding"), (.contradictoryUsage, "contradictory_usage"),
    (.joinedCharacter, "joined_character"), (.brokenCharacter, "broken_character"), (.unmarkedEnd, "unmarked_end"),
  ]

  /// The names of the notes of the set.
  package var names: [String] { Self.named.filter { contains($0.note) }.map(\.name) }

  /// The note of a name; empty for one that is not known.
  package init(name: String) { self = Self.named.first { $0.name == name }?.note ?? [] }
}
