/// What a history of streams found: counts of streams and of their tokens.
///
/// A token is a word of a known text.
public struct StreamFindings: Sendable, Hashable, Codable {
  /// Streams whose text was known, and was compared.
  public var streams = 0
  /// Streams of which nothing was expected, so that nothing can be said of them.
  public var unknown = 0
  /// Streams that broke off before their end.
  public var brokenOff = 0
  /// Streams with a token that is lost, doubled, foreign or corrupted.
  public var wrong = 0
  /// Tokens that were expected of the streams compared.
  public var tokens = 0
  /// Tokens that are missing before a later one, or at the end of a response that was said to be whole.
  public var lost = 0
  /// Tokens that came again.
  public var doubled = 0
  /// Tokens that only another stream expects.
  public var foreign = 0
  /// Tokens that no stream expects.
  public var corrupted = 0
  /// Tokens that were still to come when a stream broke off: its client knows that they are missing.
  public var unfinished = 0
  /// Sentences about the first wrong streams.
  public var examples: [String] = []

  /// Creates findings of nothing.
  public init() {}

  /// Whether streams were compared and none of them says anything wrong.
  public var isClean: Bool { streams > 0 && wrong == 0 }

  private enum CodingKeys: String, CodingKey {
    case streams, unknown, wrong, tokens, lost, doubled, foreign, corrupted, unfinished, examples
    case brokenOff = "broken_off"
  }
}
