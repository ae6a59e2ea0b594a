internal import NPUBase

/// One of the texts of a chunk that ``ChunkScanner`` counts and a client hands out, and that of a transcription.
///
/// Every other string of a payload, such as the tokens among log-probabilities, is none: half a character there says
/// nothing of what the model wrote.
struct ChunkText {
  /// The names and indices on the way to it: equal in two chunks where one text continues the other.
  var place: String
  /// Where in the payload its characters stand, without quotes and with escapes.
  var range: Range<Int>

  /// The texts of a payload, in their order; those before the fault where it is no well-formed JSON.
  ///
  /// - Parameters:
  ///   - payload: A chunk, or a whole response.
  ///   - readsDocuments: Whether it is a whole response.
  /// - Returns: The texts.
  static func all(in payload: Span<UInt8>, readsDocuments: Bool) -> [ChunkText] {
    JSONCursor.scan(payload) { cursor -> [ChunkText] in
      var walk = Walk(message: readsDocuments ? "message" : "delta")
      cursor.skipSpace()
      try? walk.read(&cursor, .payload, at: "")
      return walk.texts
    } ?? []
  }

  /// What a value is that stands on the way to a text.
  private enum Level {
    case payload, choice, message, call, function, text, other
  }

  private struct Walk {
    /// The name under which a choice has its message.
    var message: String
    var texts: [ChunkText] = []

    mutating func read(_ cursor: inout JSONCursor, _ level: Level, at place: String) throws(JSONCursor.Malformed) {
      guard level != .other else { return try cursor.skipValue() }
      switch try cursor.peek() {
      case 0x22:
        let range = try cursor.string()
        if level == .text { texts.append(ChunkText(place: place, range: range)) }
      case 0x7B:
        var hasEntry = try cursor.enter(.object)
        while hasEntry {
          let name = try cursor.key().text
          try read(&cursor, inner(name, of: level), at: place + "/" + name)
          hasEntry = try cursor.another(in: .object)
        }
      case 0x5B:
        var hasElement = try cursor.enter(.array)
        var position = 0
        while hasElement {
          // A copy looks ahead: the index of a choice, or of a call, may stand after its text.
          var ahead = cursor
          let index = try Self.index(&ahead) ?? position
          try read(&cursor, level, at: place + "/\(index)")
          hasElement = try cursor.another(in: .array)
          position += 1
        }
      default: try cursor.skipValue()
      }
    }

    private func inner(_ name: String, of level: Level) -> Level {
      switch (level, name) {
      case (.payload, "choices"): .choice
      case (.choice, message): .message
      case (.message, "tool_calls"): .call
      case (.message, "function_call"), (.call, "function"): .function
      // The delta beside no choice is that of OpenAI's own transcription.
      case (.payload, "delta"), (.choice, "text"), (.message, "content"), (.message, "reasoning"),
        (.message, "reasoning_content"), (.message, "refusal"), (.function, "arguments"), (.text, "text"),
        (.text, "thinking"), (.text, "reasoning"):
        .text
      default: .other
      }
    }

    /// Reads a value; its index if it is an object that has one.
    private static func index(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) -> Int? {
      guard try cursor.peek() == 0x7B else { return nil }
      var index: Int?
      var hasEntry = try cursor.enter(.object)
      while hasEntry {
        if "index" ~= (try cursor.key()) { index = try cursor.wholeNumber() } else { try cursor.skipValue() }
        hasEntry = try cursor.another(in: .object)
      }
      return index
    }
  }
}
