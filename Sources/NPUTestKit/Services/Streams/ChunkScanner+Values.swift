internal import NPUBase

// MARK: - Content

extension ChunkScanner {
  /// Reads the content of a message and counts the reasoning among its parts.
  ///
  /// - Returns: The bytes of its text.
  @inline(__always)
  static func readContent(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) -> Int {
    if try cursor.peek() == 0x22 { return note(try cursor.string(), &facts) }
    guard try cursor.peek() == 0x5B else {
      try cursor.skipValue()
      return 0
    }
    let (text, reasoning, hasMedia) = try readParts(&cursor)
    if hasMedia { facts.content.insert(.media) }
    count(reasoning, as: .reasoning, &facts)
    return text
  }

  /// Notes where a text stands; its bytes.
  @inline(__always)
  private static func note(_ range: Range<Int>, _ facts: inout ChunkFacts) -> Int {
    if !range.isEmpty { facts.text = range }
    return range.count
  }

  /// Reads reasoning; the bytes of its text.
  static func readReasoning(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) -> Int {
    if try cursor.peek() == 0x22 { return note(try cursor.string(), &facts) }
    guard try cursor.peek() == 0x5B else {
      try cursor.skipValue()
      return 0
    }
    let parts = try readParts(&cursor)
    return parts.text + parts.reasoning
  }

  /// Reads a list of parts; the bytes of their text and of their reasoning, and whether one is an image or the like.
  static func readParts(
    _ cursor: inout JSONCursor
  ) throws(Malformed) -> (text: Int, reasoning: Int, hasMedia: Bool) {
    var sum = (text: 0, reasoning: 0, hasMedia: false)
    try cursor.array { (cursor) throws(Malformed) in
      if try cursor.peek() == 0x22 { return sum.text += try cursor.string().count }
      guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
      var text = 0
      var isReasoning = false
      try cursor.object { (cursor, key) throws(Malformed) in
        switch key {
        case "type":
          guard let type = try Self.text(&cursor) else { return }
          isReasoning = cursor.isText(type, "thinking") || cursor.isText(type, "reasoning")
        case "text": text = try Self.text(&cursor)?.count ?? 0
        case "thinking", "reasoning": sum.reasoning += try readThought(&cursor)
        case "image_url", "image", "audio", "audio_url", "input_audio", "video", "video_url":
          if try readMedia(&cursor) { sum.hasMedia = true }
        default: try cursor.skipValue()
        }
      }
      if isReasoning { sum.reasoning += text } else { sum.text += text }
    }
    return sum
  }

  /// Reads what stands under the name of an image, of audio or of a video: its bytes or its address, as a text or in an
  /// object, or a list of those.
  ///
  /// - Returns: Whether there is anything.
  static func readMedia(_ cursor: inout JSONCursor) throws(Malformed) -> Bool {
    switch try cursor.peek() {
    case 0x22: return try !cursor.string().isEmpty
    case 0x5B:
      var hasAny = false
      try cursor.array { (cursor) throws(Malformed) in if try readMedia(&cursor) { hasAny = true } }
      return hasAny
    case 0x7B:
      var hasAny = false
      try cursor.object { (cursor, key) throws(Malformed) in
        switch key {
        case "data", "url", "b64_json", "image_url": if try readMedia(&cursor) { hasAny = true }
        default: try cursor.skipValue()
        }
      }
      return hasAny
    default:
      try cursor.skipValue()
      return false
    }
  }

  /// Reads what stands under the name of a thought: a text, one part, or parts.
  static func readThought(_ cursor: inout JSONCursor) throws(Malformed) -> Int {
    guard try cursor.peek() == 0x7B else {
      // A text among parts: where it stands is not asked for.
      var unused = ChunkFacts()
      return try readReasoning(&cursor, &unused)
    }
    var bytes = 0
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "text": bytes += try text(&cursor)?.count ?? 0
      case "thinking", "reasoning": bytes += try readThought(&cursor)
      default: try cursor.skipValue()
      }
    }
    return bytes
  }
}

// MARK: - Values

extension ChunkScanner {
  /// Reads a value; its characters if it is a string.
  @inline(__always)
  static func text(_ cursor: inout JSONCursor) throws(Malformed) -> Range<Int>? {
    if try cursor.peek() == 0x22 { return try cursor.string() }
    try cursor.skipValue()
    return nil
  }

  /// Reads a value; the characters of a word that says something.
  static func word(_ cursor: inout JSONCursor) throws(Malformed) -> Range<Int>? {
    guard let word = try text(&cursor), !word.isEmpty, !cursor.isText(word, "null") else { return nil }
    return word
  }

  /// Reads a value; one number of it if it is an object.
  static func detail(_ name: StaticString, _ cursor: inout JSONCursor) throws(Malformed) -> Int? {
    guard try cursor.peek() == 0x7B else {
      try cursor.skipValue()
      return nil
    }
    var value: Int?
    try cursor.object { (cursor, key) throws(Malformed) in
      if name ~= key { value = try cursor.wholeNumber() } else { try cursor.skipValue() }
    }
    return value
  }

  /// Reads a value; whether it is a text.
  static func isText(_ text: StaticString, _ cursor: inout JSONCursor) throws(Malformed) -> Bool {
    guard try cursor.peek() == 0x22 else {
      try cursor.skipValue()
      return false
    }
    return try cursor.stringEquals(text)
  }

  /// Reads a value; whether it is anything but `null`.
  static func hasValue(_ cursor: inout JSONCursor) throws(Malformed) -> Bool {
    if try cursor.null() { return false }
    try cursor.skipValue()
    return true
  }

  @inline(__always)
  static func count(_ bytes: Int, as kind: ChunkContent, _ facts: inout ChunkFacts) {
    guard bytes > 0 else { return }
    facts.content.insert(kind)
    facts.textBytes += bytes
  }
}
