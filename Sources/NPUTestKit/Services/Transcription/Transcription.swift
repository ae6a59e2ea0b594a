public import NPUBase

/// What a service understood of audio: its text and, where it says more, segments and words.
public struct Transcription: Sendable, Hashable {
  /// A stretch of audio with its text.
  public struct Segment: Sendable, Hashable {
    /// Where it begins, in seconds from the beginning of the audio.
    public var start: Double?
    /// Where it ends, in seconds from the beginning of the audio.
    public var end: Double?
    /// What was said.
    public var text: String
    /// Every other field that has a value.
    public var extras: [String: JSONValue]

    /// Creates a segment.
    public init(start: Double?, end: Double?, text: String, extras: [String: JSONValue] = [:]) {
      self.start = start
      self.end = end
      self.text = text
      self.extras = extras
    }
  }

  /// A word with its times.
  public struct Word: Sendable, Hashable {
    /// Where it begins, in seconds from the beginning of the audio.
    public var start: Double?
    /// Where it ends, in seconds from the beginning of the audio.
    public var end: Double?
    /// The word.
    public var word: String

    /// Creates a word.
    public init(start: Double?, end: Double?, word: String) {
      self.start = start
      self.end = end
      self.word = word
    }
  }

  /// The whole text; empty where nothing was said.
  public var text: String
  /// The language, in whatever form the service has it: `zh`, `chinese`, or what was asked for.
  public var language: String?
  /// The length of the audio in seconds by the service's account, from the field `duration` or from its usage.
  ///
  /// vLLM writes it as a text in one form and rounds it up to whole seconds in the other: take the length from the
  /// audio itself where a metric needs it.
  public var duration: Double?
  /// The segments in the order of the response; empty where the form has none.
  public var segments: [Segment]
  /// The words in the order of the response; empty unless asked for.
  public var words: [Word]
  /// Token counts, where the service gives them.
  public var usage: Usage?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a transcription.
  public init(
    text: String, language: String? = nil, duration: Double? = nil, segments: [Segment] = [], words: [Word] = [],
    usage: Usage? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.text = text
    self.language = language
    self.duration = duration
    self.segments = segments
    self.words = words
    self.usage = usage
    self.extras = extras
  }
}

extension Transcription: Decodable {
  private static let known: Set<String> = ["text", "language", "duration", "segments", "words", "usage"]

  /// Reads a response in JSON; the text is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let usage: JSONValue? = container.lenient("usage")
    self.init(
      text: try container.decode(String.self, forKey: "text"),
      language: container.text("language"),
      duration: container.number("duration") ?? usage?["seconds"]?.number,
      segments: container.lenient("segments") ?? [],
      words: container.lenient("words") ?? [],
      usage: usage?["total_tokens"] == nil ? nil : container.lenient("usage"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}

extension Transcription.Segment: Decodable {
  /// Reads a segment; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      start: container.number("start"), end: container.number("end"), text: container.text("text") ?? "",
      extras: container.extras(known: ["start", "end", "text"]).filter { $0.value != .null })
  }
}

extension Transcription.Word: Decodable {
  /// Reads a word; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      start: container.number("start"), end: container.number("end"),
      word: container.text("word") ?? container.text("text") ?? "")
  }
}
