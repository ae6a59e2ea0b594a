internal import NPUBase
internal import NPUServices

/// Streams that repeat in each event the text so far, as MindIE's do where it is set to `fullTextEnabled`.
///
/// On the network thread the text of an event is counted as it comes. What was repetition is taken out afterwards: an
/// event whose text is that of the event before it bears no token.
enum RepeatedText {
  /// Bytes of the whole text that MindIE gives in its last chunk; `nil` where there is none.
  ///
  /// Asked of the chunk alone that finishes a response.
  static func fullTextBytes(in payload: Span<UInt8>) -> Int? {
    JSONCursor.scan(payload) { cursor -> Int? in
      var bytes: Int?
      cursor.skipSpace()
      try? cursor.object { (cursor, key) throws(JSONCursor.Malformed) in
        let isFullText = "full_text" ~= key
        if isFullText, try cursor.peek() == 0x22 { bytes = try cursor.string().count } else { try cursor.skipValue() }
      }
      return bytes
    } ?? nil
  }

  /// Whether the texts of events are repetitions.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - text: What is known of the service.
  ///   - fullTextBytes: Bytes of the whole text, where the service gave it: the last text equals it, though all
  ///     together are more. Where the setting is off, servers give the whole text beside pieces.
  /// - Returns: Whether they are.
  static func isIn(_ events: [StreamEvent], _ text: StreamedText, fullTextBytes: Int?) -> Bool {
    switch text {
    case .pieces: return false
    case .cumulative: return true
    case .detect:
      guard let fullTextBytes, fullTextBytes > 0 else { return false }
      let texts = events.lazy.filter { $0.content.contains(.text) }.map { Int($0.bytes) }
      return texts.last == fullTextBytes && texts.reduce(0, +) > fullTextBytes
    }
  }

  /// Takes out of each event the text that was there before.
  static func takeOut(of events: inout [StreamEvent]) {
    var known: Int32 = 0
    for index in events.indices where events[index].content.contains(.text) {
      let bytes = events[index].bytes
      events[index].bytes = max(0, bytes - known)
      known = max(known, bytes)
      guard events[index].bytes == 0 else { continue }
      events[index].content.remove(.text)
      events[index].tokens = nil
    }
  }
}
