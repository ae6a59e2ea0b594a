internal import NPUBase
internal import NPUTransport

/// Learns from the payload of one event of a chat or completions stream what it carried, without decoding it.
///
/// Knows the chunks of OpenAI, of every vLLM since 0.6 (chat, completions, transcription), of MindIE and of
/// llama.cpp's server. Each key counts only where it belongs, in any order and with any white space. One pass over
/// the bytes, no allocation, no trap whatever they are. The rules where servers differ:
///
/// - Nothing but white space, and `null`, carry nothing: servers send them to keep a stream open.
/// - Any other payload that is not a JSON object, broken JSON, JSON nested deeper than 64, and choices that are not a
///   list of objects are `malformed`, and nothing else.
/// - `reasoning` and `reasoning_content` hold the same text where both are sent, so the first of them that is not
///   empty counts.
/// - A finish reason is a string that is not empty; `""` and `"null"` are none, as `null` is: some servers send them.
/// - A choice without an index has its position in the list as index.
/// - An `error` that is not `null` is an error, whatever its shape; so is an object whose `object` is `error`, and one
///   without `choices` that has a `detail`, `error_msg` or `error_code` that is not `null`: FastAPI and the gateways of
///   Huawei Cloud write those.
/// - An event of type `error` is an error, whatever it holds; one of type `ping` carries nothing, whatever it holds.
/// - `transcript.text.done`, by which OpenAI's own transcription ends, finishes choice 0.
package struct ChunkScanner: Sendable {
  /// Creates a scanner; it keeps no state between events.
  package init() {}

  /// Reads one event.
  ///
  /// - Parameters:
  ///   - payload: The data of the event, without `data:`.
  ///   - type: The type of the event; empty means `message`.
  /// - Returns: What the event carried; of a malformed one only that it is.
  package func scan(_ payload: Span<UInt8>, type: Span<UInt8>) -> ChunkFacts {
    if type.isEmpty { return scan(payload) }
    // Some servers write words into events that only keep the stream open.
    if type.equals("ping") { return ChunkFacts() }
    var facts = scan(payload)
    if type.equals("error") { facts.content = .error }
    return facts
  }

  /// Reads one payload.
  ///
  /// - Parameter payload: The data of one event, without `data:`.
  /// - Returns: What the event carried; of a malformed one only that it is.
  package func scan(_ payload: Span<UInt8>) -> ChunkFacts {
    var facts = ChunkFacts()
    // Almost every payload begins with the brace of an object: only others are asked whether they are the end mark.
    if payload.isEmpty || payload[0] != 0x7B, payload.isEndMark {
      facts.content = .done
      return facts
    }
    let isWellFormed = JSONCursor.scan(payload) { cursor -> Bool in
      do {
        try Self.readPayload(&cursor, &facts)
        return true
      } catch {
        return false
      }
    }
    if isWellFormed == false {
      facts = ChunkFacts()
      facts.content = .malformed
    }
    return facts
  }
}

// MARK: - The levels of a chunk

extension ChunkScanner {
  private typealias Malformed = JSONCursor.Malformed

  private static func readPayload(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    cursor.skipSpace()
    guard !cursor.isAtEnd else { return }
    if try !cursor.null() {
      facts.isObject = true
      var hasChoices = false
      var isRefusal = false
      try cursor.object { (cursor, key) throws(Malformed) in
        switch key {
        case "choices":
          hasChoices = true
          try readChoices(&cursor, &facts)
        case "id": facts.id = try text(&cursor)
        case "usage": try readUsage(&cursor, &facts)
        case "object": if try isText("error", &cursor) { facts.content.insert(.error) }
        case "error": if try hasValue(&cursor) { facts.content.insert(.error) }
        case "detail", "error_msg", "error_code": if try hasValue(&cursor) { isRefusal = true }
        case "type": if try isText("transcript.text.done", &cursor) { finish(0, &facts) }
        default: try cursor.skipValue()
        }
      }
      if isRefusal, !hasChoices { facts.content.insert(.error) }
    }
    cursor.skipSpace()
    guard cursor.isAtEnd else { throw Malformed() }
  }

  private static func readChoices(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    if try cursor.null() { return }
    var position = 0
    try cursor.array { (cursor) throws(Malformed) in
      facts.content.insert(.choices)
      try readChoice(&cursor, at: position, &facts)
      position += 1
    }
  }

  private static func readChoice(
    _ cursor: inout JSONCursor, at position: Int, _ facts: inout ChunkFacts
  ) throws(Malformed) {
    var index = position
    var isFinished = false
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "index": index = try number(&cursor) ?? position
      case "delta": try readDelta(&cursor, &facts)
      case "text": count(try text(&cursor), as: .text, &facts)
      case "token_ids": try readTokenIDs(&cursor, &facts)
      case "finish_reason":
        guard let reason = try text(&cursor), !reason.isEmpty, !cursor.isText(reason, "null") else { return }
        isFinished = true
        facts.finishReason = reason
      default: try cursor.skipValue()
      }
    }
    if isFinished { finish(index, &facts) } else { facts.choices |= bit(index) }
  }

  @inline(__always)
  private static func finish(_ index: Int, _ facts: inout ChunkFacts) {
    facts.content.insert(.finish)
    facts.choices |= bit(index)
    facts.finishedChoices |= bit(index)
    if index >= 64 { facts.finishedBeyond += 1 }
  }

  @inline(__always)
  private static func bit(_ index: Int) -> UInt64 { index < 64 ? 1 << UInt64(index) : 0 }

  private static func readDelta(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
    var reasoning: Range<Int>?
    var reasoningContent: Range<Int>?
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "content": count(try text(&cursor), as: .text, &facts)
      case "reasoning": reasoning = try text(&cursor)
      case "reasoning_content": reasoningContent = try text(&cursor)
      case "role": if let role = try text(&cursor), !role.isEmpty { facts.content.insert(.role) }
      case "tool_calls": try readToolCalls(&cursor, &facts)
      default: try cursor.skipValue()
      }
    }
    if let text = reasoning, text.isEmpty { reasoning = nil }
    count(reasoning ?? reasoningContent, as: .reasoning, &facts)
  }

  private static func readToolCalls(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    guard try cursor.peek() == 0x5B else { return try cursor.skipValue() }
    try cursor.array { (cursor) throws(Malformed) in
      guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
      facts.content.insert(.toolCall)
      try cursor.object { (cursor, key) throws(Malformed) in
        guard "function" ~= key, try cursor.peek() == 0x7B else { return try cursor.skipValue() }
        try cursor.object { (cursor, key) throws(Malformed) in
          guard "arguments" ~= key else { return try cursor.skipValue() }
          count(try text(&cursor), as: .toolCall, &facts)
        }
      }
    }
  }

  private static func readTokenIDs(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    guard try cursor.peek() == 0x5B else { return try cursor.skipValue() }
    var count = 0
    try cursor.array { (cursor) throws(Malformed) in
      try cursor.skipValue()
      count += 1
    }
    facts.tokenIDs = (facts.tokenIDs ?? 0) + count
  }

  private static func readUsage(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
    var usage = ChunkUsage()
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "prompt_tokens": usage.promptTokens = try number(&cursor)
      case "completion_tokens": usage.completionTokens = try number(&cursor)
      case "total_tokens": usage.totalTokens = try number(&cursor)
      case "prompt_tokens_details": usage.cachedTokens = try detail("cached_tokens", &cursor)
      case "completion_tokens_details": usage.reasoningTokens = try detail("reasoning_tokens", &cursor)
      default: try cursor.skipValue()
      }
    }
    facts.content.insert(.usage)
    facts.usage = usage
  }
}

// MARK: - Values

extension ChunkScanner {
  /// Reads a value; its characters if it is a string.
  @inline(__always)
  private static func text(_ cursor: inout JSONCursor) throws(Malformed) -> Range<Int>? {
    if try cursor.peek() == 0x22 { return try cursor.string() }
    try cursor.skipValue()
    return nil
  }

  /// Reads a value; the number if it is a whole one from 0.
  private static func number(_ cursor: inout JSONCursor) throws(Malformed) -> Int? {
    let byte = try cursor.peek()
    if byte == 0x2D || (0x30...0x39).contains(byte) { return try cursor.number() }
    try cursor.skipValue()
    return nil
  }

  /// Reads a value; one number of it if it is an object.
  private static func detail(_ name: StaticString, _ cursor: inout JSONCursor) throws(Malformed) -> Int? {
    guard try cursor.peek() == 0x7B else {
      try cursor.skipValue()
      return nil
    }
    var value: Int?
    try cursor.object { (cursor, key) throws(Malformed) in
      if name ~= key { value = try number(&cursor) } else { try cursor.skipValue() }
    }
    return value
  }

  /// Reads a value; whether it is a text.
  private static func isText(_ text: StaticString, _ cursor: inout JSONCursor) throws(Malformed) -> Bool {
    guard try cursor.peek() == 0x22 else {
      try cursor.skipValue()
      return false
    }
    return try cursor.stringEquals(text)
  }

  /// Reads a value; whether it is anything but `null`.
  private static func hasValue(_ cursor: inout JSONCursor) throws(Malformed) -> Bool {
    if try cursor.null() { return false }
    try cursor.skipValue()
    return true
  }

  @inline(__always)
  private static func count(_ text: Range<Int>?, as kind: ChunkContent, _ facts: inout ChunkFacts) {
    guard let text, !text.isEmpty else { return }
    facts.content.insert(kind)
    facts.textBytes += text.count
  }
}
