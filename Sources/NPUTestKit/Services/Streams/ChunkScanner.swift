internal import NPUBase
internal import NPUTransport

/// Learns from the payload of one event of a chat or completions stream what it carried, without decoding it.
///
/// Knows the chunks of OpenAI, of every vLLM since 0.6 (chat, completions, transcription), of MindIE and of
/// llama.cpp's server. Each key counts only where it belongs, in any order and with any white space. One pass over
/// the bytes, no allocation, no trap whatever they are.
///
/// This is the table of the forms that are accepted. The decoders of the clients read the same ones, and one test goes
/// through both:
///
/// - Nothing but white space, and `null`, carry nothing: servers send them to keep a stream open.
/// - Any other payload that is not a JSON object, broken JSON, JSON nested deeper than 64, and choices that are not a
///   list of objects are `malformed`, and nothing else.
/// - Text stands in `delta.content` or, in a completion, in `text`; it is a text or a list of parts, whose kinds
///   ``ContentText`` has. `delta.refusal` is text too. A delta that is `null`, absent or no object carries nothing.
/// - `reasoning` and `reasoning_content` hold the same text where both are sent, so the first of them that is not
///   empty counts.
/// - Each object in `tool_calls` is a fragment of a call; without any, `function_call`, the older form, is one.
/// - `message` in place of `delta` is no text of a stream. In a whole response it is what `delta` is in a chunk.
/// - A finish reason is a string that is not empty; `""` and `"null"` are none, as `null` is: some servers send them.
///   What the words mean, ``FinishReason/kind`` says. A `native_finish_reason`, which gateways hand on, counts where it
///   is the worse of the two and known.
/// - A choice without an index has its position in the list as index.
/// - Counts and indices are whole numbers from 0, written as `4`, `4.0`, `4e0` or `"4"`; others are unknown.
/// - Usage stands beside the choices or, if it does not, in a choice.
/// - Half of a character, which is an escape such as `\ud83d` without its other half, or the bytes of UTF-8 that end
///   with a text, is joined with the other half in the next chunk by ``CharacterJoiner``. Without one it becomes U+FFFD
///   in the text that follows, and is left out where none does.
/// - A chunk with other bytes that are not UTF-8 is malformed.
/// - An image, audio or a video under its own name in a delta or a part is media, if there is anything in it.
/// - An `error` that is not `null` is an error, whatever its shape; so is an object whose `object` is `error`, and one
///   without `choices` that has a `detail`, `error_msg` or `error_code` that is not `null`: FastAPI and the gateways of
///   Huawei Cloud write those.
/// - An event of type `error` is an error, whatever it holds; one of type `ping` carries nothing, whatever it holds.
/// - `transcript.text.done`, by which OpenAI's own transcription ends, finishes choice 0.
/// - A name that is written with escapes is no name: no server writes its own so.
package struct ChunkScanner: Sendable {
  /// Whether the payloads are whole responses: their choices have messages in place of deltas.
  private let readsDocuments: Bool

  /// Creates a scanner; it keeps no state between events.
  ///
  /// - Parameter readsDocuments: Whether the payloads are whole responses and no chunks.
  package init(readsDocuments: Bool = false) { self.readsDocuments = readsDocuments }

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
    if type.equals("error") {
      facts.content = .error
      facts.oddities = []
    }
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
        try readPayload(&cursor, &facts)
        if cursor.hasCharacterHalf { facts.oddities.insert(.characterHalf) }
        // Of a document its door asks that, with the head at hand.
        if cursor.mayBeBeyondASCII, !readsDocuments { Self.checkEncoding(of: payload, &facts) }
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
  typealias Malformed = JSONCursor.Malformed

  @inline(__always)
  private func readPayload(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
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
        case "id": facts.id = try Self.text(&cursor)
        case "usage": if let usage = try Self.readUsage(&cursor, &facts) { facts.usage = usage }
        case "object": if try Self.isText("error", &cursor) { facts.content.insert(.error) }
        case "error": if try Self.hasValue(&cursor) { facts.content.insert(.error) }
        case "detail", "error_msg", "error_code": if try Self.hasValue(&cursor) { isRefusal = true }
        case "type": if try Self.isText("transcript.text.done", &cursor) { Self.finish(0, &facts) }
        default: try cursor.skipValue()
        }
      }
      if isRefusal, !hasChoices { facts.content.insert(.error) }
    }
    cursor.skipSpace()
    guard cursor.isAtEnd else { throw Malformed() }
  }

  private func readChoices(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    if try cursor.null() { return }
    var position = 0
    // Beside the choices is where usage belongs: what stands there counts, whichever comes first.
    var usage: ChunkUsage?
    try cursor.array { (cursor) throws(Malformed) in
      facts.content.insert(.choices)
      try readChoice(&cursor, at: position, &facts, &usage)
      position += 1
    }
    if facts.usage == nil { facts.usage = usage }
  }

  private func readChoice(
    _ cursor: inout JSONCursor, at position: Int, _ facts: inout ChunkFacts, _ usage: inout ChunkUsage?
  ) throws(Malformed) {
    var index = position
    var reason: Range<Int>?
    var native: Range<Int>?
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "index": index = try cursor.wholeNumber() ?? position
      case "delta": if readsDocuments { try cursor.skipValue() } else { try Self.readDelta(&cursor, &facts) }
      case "text": Self.count(try Self.readContent(&cursor, &facts), as: .text, &facts)
      case "token_ids": try Self.readTokenIDs(&cursor, &facts)
      case "logprobs": try Self.readLogprobs(&cursor, &facts)
      case "finish_reason": reason = try Self.word(&cursor)
      case "message":
        if readsDocuments { return try Self.readDelta(&cursor, &facts) }
        if try cursor.peek() == 0x7B { facts.oddities.insert(.message) }
        try cursor.skipValue()
      case "usage": usage = try Self.readUsage(&cursor, &facts) ?? usage
      case "native_finish_reason": native = try Self.word(&cursor)
      default: try cursor.skipValue()
      }
    }
    if native != nil || reason.map({ !cursor.isText($0, "stop") }) ?? false {
      Self.judge(&reason, native, cursor, &facts)
    }
    if let reason {
      facts.finishReason = reason
      Self.finish(index, &facts)
    } else {
      facts.choices |= Self.bit(index)
    }
  }

  /// Tells what kind of end a choice had, which most have but once.
  static func judge(
    _ reason: inout Range<Int>?, _ native: Range<Int>?, _ cursor: JSONCursor, _ facts: inout ChunkFacts
  ) {
    let kind = reason.map { FinishReason(rawValue: cursor.text($0)).kind }
    let nativeKind = native.map { FinishReason(rawValue: cursor.text($0)).kind }
    if kind == .failed {
      facts.failedReason = reason
    } else if nativeKind == .failed {
      facts.failedReason = native
      reason = native
    } else if kind == .cut {
      facts.cutReason = facts.cutReason ?? reason
    } else if kind != nil, nativeKind == .cut {
      facts.cutReason = facts.cutReason ?? native
    } else if kind == .unknown {
      facts.unknownReason = facts.unknownReason ?? reason
    }
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
    var reasoning = 0
    var reasoningContent = 0
    var calls = 0
    var function = 0
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "content": count(try readContent(&cursor, &facts), as: .text, &facts)
      case "reasoning": reasoning = try readReasoning(&cursor, &facts)
      case "reasoning_content": reasoningContent = try readReasoning(&cursor, &facts)
      case "role": if let role = try text(&cursor), !role.isEmpty { facts.content.insert(.role) }
      case "tool_calls": calls = try readToolCalls(&cursor, &facts)
      case "refusal": count(try text(&cursor)?.count ?? 0, as: .text, &facts)
      case "function_call": function = try readFunction(&cursor, &facts)
      case "audio", "images": if try readMedia(&cursor) { facts.content.insert(.media) }
      default: try cursor.skipValue()
      }
    }
    // Some servers write one text, or one call, under both names.
    count(calls > 0 ? calls : function, as: .toolCall, &facts)
    count(reasoning > 0 ? reasoning : reasoningContent, as: .reasoning, &facts)
  }

  private static func readToolCalls(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) -> Int {
    guard try cursor.peek() == 0x5B else {
      try cursor.skipValue()
      return 0
    }
    var bytes = 0
    try cursor.array { (cursor) throws(Malformed) in
      guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
      facts.content.insert(.toolCall)
      try cursor.object { (cursor, key) throws(Malformed) in
        guard "function" ~= key else { return try cursor.skipValue() }
        bytes += try readFunction(&cursor, &facts)
      }
    }
    return bytes
  }

  private static func readFunction(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) -> Int {
    guard try cursor.peek() == 0x7B else {
      try cursor.skipValue()
      return 0
    }
    facts.content.insert(.toolCall)
    var bytes = 0
    try cursor.object { (cursor, key) throws(Malformed) in
      guard "arguments" ~= key else { return try cursor.skipValue() }
      bytes += try text(&cursor)?.count ?? 0
    }
    return bytes
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

  private static func readLogprobs(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) {
    if try cursor.null() { return }
    let start = cursor.position
    try cursor.skipValue()
    facts.logprobs = start..<cursor.position
  }

  static func readUsage(_ cursor: inout JSONCursor, _ facts: inout ChunkFacts) throws(Malformed) -> ChunkUsage? {
    guard try cursor.peek() == 0x7B else {
      try cursor.skipValue()
      return nil
    }
    var usage = ChunkUsage()
    var cacheHits: Int?
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "prompt_tokens": usage.promptTokens = try cursor.wholeNumber()
      case "completion_tokens": usage.completionTokens = try cursor.wholeNumber()
      case "total_tokens": usage.totalTokens = try cursor.wholeNumber()
      case "prompt_tokens_details": usage.cachedTokens = try detail("cached_tokens", &cursor)
      case "prompt_cache_hit_tokens": cacheHits = try cursor.wholeNumber()
      case "completion_tokens_details": usage.reasoningTokens = try detail("reasoning_tokens", &cursor)
      default: try cursor.skipValue()
      }
    }
    usage.cachedTokens = usage.cachedTokens ?? cacheHits
    facts.content.insert(.usage)
    return usage
  }
}
