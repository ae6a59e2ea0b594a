internal import NPUBase
internal import NPUTransport

/// Learns what the events of a stream carried that are not OpenAI's chunks: those of TGI, of Triton, of MindIE and of
/// services on ModelArts.
///
/// What ``ChunkScanner`` is for chunks. It keeps of the events before what tells new text from repeated text, and
/// copies no more than the last text while the texts may be repetitions.
///
/// The forms that are accepted, which the decoders of the clients read too:
///
/// - Nothing but white space, and `null`, carry nothing; so does an event of type `ping`.
/// - Any other payload that is not a JSON object, broken JSON, JSON nested deeper than 64, and bytes that are not UTF-8
///   are `malformed`. A whole response may be a list of one object, as at TGI's route `/`.
/// - In a token event `token.text` is text; `token.id` is a number, as in TGI and before MindIE of 2026, or a list.
///   `generated_text`, unless it is `null`, ends the response. What it has beyond the texts before it, as it does where
///   MindIE's last token comes without text, is text of its event.
/// - In an event of Triton `text_output` is text, and `details.finish_reason` ends the response.
/// - In a document of texts each element of `text` is the text of one choice. None ends.
/// - In an event of a prediction `token` is text, else `delta`; `finish_reason` and `done: true` end the response, and
///   `usage` counts as it does in a chunk. A whole prediction is any object that is no error; its `result` is text, if
///   it is one.
/// - `details` has `finish_reason`, `generated_tokens` and `prompt_tokens`; they count as they do in a chunk.
/// - An `error` that is not `null` is an error; so is an object with `error_type`, `message`, `detail`, `error_msg` or
///   `error_code` and without anything of the above, and an event of type `error`. In a prediction `""`, `0` and `false`
///   are none, and a `message` or `detail` is one only beside nothing but `code`, `status` and `request_id`.
/// - `[DONE]`, which gateways add, is an end mark.
package struct TextEventScanner: Sendable {
  private let form: StreamForm
  /// Whether the payloads are whole responses and no events.
  private let readsDocuments: Bool
  private var repetition = TextRepetition()

  /// Creates a scanner to which no event has come.
  ///
  /// - Parameters:
  ///   - form: What the events are.
  ///   - readsDocuments: Whether the payloads are whole responses.
  package init(_ form: StreamForm, readsDocuments: Bool = false) {
    self.form = form
    self.readsDocuments = readsDocuments
  }

  /// Whether each text repeated the one before it, so that the bytes of the events are those of all text so far.
  package var repeatsText: Bool { repetition.isCertain }

  /// Reads one event.
  ///
  /// - Parameters:
  ///   - payload: The data of the event.
  ///   - type: The type of the event; empty means `message`.
  /// - Returns: What the event carried; of a malformed one only that it is.
  package mutating func scan(_ payload: Span<UInt8>, type: Span<UInt8>) -> ChunkFacts {
    if type.equals("ping") { return ChunkFacts() }
    var facts = scan(payload)
    if type.equals("error") {
      facts.content = .error
      facts.oddities = []
    }
    return facts
  }

  /// Reads one event that has no type.
  package mutating func scan(_ payload: Span<UInt8>) -> ChunkFacts {
    var facts = ChunkFacts()
    if payload.isEndMark {
      facts.content = .done
      return facts
    }
    var event = TextEvent()
    let (form, readsDocuments) = (form, readsDocuments)
    let isWellFormed = JSONCursor.scan(payload) { cursor -> Bool in
      do {
        try event.read(&cursor, form, readsDocuments: readsDocuments)
        event.judgeReason(cursor, &facts)
        return true
      } catch {
        return false
      }
    }
    // Of a document its door asks that, with the head at hand.
    let isUTF8 = readsDocuments || payload.firstNonUTF8 == nil
    guard isWellFormed != false, isUTF8 else {
      facts = ChunkFacts()
      facts.content = .malformed
      if !isUTF8 { facts.oddities = .notUTF8 }
      return facts
    }
    note(event, payload, &facts)
    return facts
  }

  /// Makes facts of what was read.
  private mutating func note(_ event: TextEvent, _ payload: Span<UInt8>, _ facts: inout ChunkFacts) {
    facts.isObject = event.isObject
    facts.id = event.id
    facts.tokenIDs = event.tokenIDs
    if event.isError || event.isRefusal && event.choices == 0 { facts.content.insert(.error) }
    if let usage = event.usage {
      facts.usage = usage
      facts.content.insert(.usage)
    }
    guard event.choices > 0 else { return }
    facts.content.insert(.choices)
    facts.choices = event.choices < 64 ? (1 << UInt64(event.choices)) - 1 : .max
    var bytes = event.textBytes
    // An event of a prediction is a token: one that begins with the one before it repeats nothing.
    if form != .predictions, let first = event.firstText, !first.isEmpty {
      repetition.take(payload.extracting(first))
    }
    facts.text = event.choices == 1 ? event.firstText : nil
    if let whole = event.generated, !readsDocuments {
      // Of a last token without a text what the events before have not shown of the whole text is its own.
      if event.firstText == nil { bytes = repetition.bytesBeyond(whole.count) } else { repetition.end(whole.count) }
    }
    facts.textBytes = bytes
    if bytes > 0 { facts.content.insert(.text) }
    if event.holdsValue { facts.content.insert(.media) }
    if event.isFinished {
      facts.content.insert(.finish)
      facts.finishReason = event.reason
      facts.finishedChoices = 1
    }
  }
}

/// What one event, or one document, holds.
private struct TextEvent {
  typealias Malformed = JSONCursor.Malformed

  var isObject = false
  var id: Range<Int>?
  /// How many choices it is about.
  var choices = 0
  /// Bytes of the texts of all of them.
  var textBytes = 0
  var firstText: Range<Int>?
  /// The whole text, in the last event.
  var generated: Range<Int>?
  var reason: Range<Int>?
  var isFinished = false
  var tokenIDs: Int?
  var usage: ChunkUsage?
  /// Whether it has what a prediction may be beside a text.
  var holdsValue = false
  var isError = false
  /// Whether it has what errors have, and what a response might have too.
  var isRefusal = false
  /// Whether it has a message, which services of one's own put beside what they have to say.
  var hasMessage = false

  mutating func read(_ cursor: inout JSONCursor, _ form: StreamForm, readsDocuments: Bool) throws(Malformed) {
    cursor.skipSpace()
    guard !cursor.isAtEnd else { return }
    if try !cursor.null() {
      if readsDocuments, try cursor.peek() == 0x5B {
        try cursor.array { (cursor) throws(Malformed) in try readObject(&cursor, form, readsDocuments) }
      } else {
        try readObject(&cursor, form, readsDocuments)
      }
    }
    cursor.skipSpace()
    guard cursor.isAtEnd else { throw Malformed() }
  }

  /// Tells what kind of end the response had.
  mutating func judgeReason(_ cursor: JSONCursor, _ facts: inout ChunkFacts) {
    if reason != nil { ChunkScanner.judge(&reason, nil, cursor, &facts) }
  }

  private mutating func readObject(
    _ cursor: inout JSONCursor, _ form: StreamForm, _ readsDocuments: Bool
  ) throws(Malformed) {
    isObject = true
    var (hasStatus, hasOther) = (false, false)
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "id": id = try ChunkScanner.text(&cursor)
      case "token" where form == .tokens && !readsDocuments: try readToken(&cursor)
      case "generated_text" where form == .tokens: try readWhole(&cursor, isText: readsDocuments)
      case "text_output" where form == .textOutputs: try readText(&cursor)
      case "text" where form == .texts: try readTexts(&cursor)
      case "details" where form == .tokens || form == .textOutputs: try readDetails(&cursor, form)
      case "token" where form == .predictions && !readsDocuments: try readText(&cursor)
      case "delta" where form == .predictions && !readsDocuments: try readDelta(&cursor)
      case "done" where form == .predictions && !readsDocuments: try readDone(&cursor)
      case "result" where form == .predictions && readsDocuments: try readResult(&cursor)
      case "finish_reason" where form == .predictions: try readReason(&cursor)
      case "usage" where form == .predictions: try readUsage(&cursor)
      case "error": if try complains(&cursor, form) { isError = true }
      case "error_type", "error_msg", "error_code": if try complains(&cursor, form) { isRefusal = true }
      case "message", "detail": if try ChunkScanner.hasValue(&cursor) { hasMessage = true }
      case "code", "status", "request_id": if try ChunkScanner.hasValue(&cursor) { hasStatus = true }
      default: if try ChunkScanner.hasValue(&cursor) { hasOther = true }
      }
    }
    if hasMessage, !hasOther || form != .predictions { isRefusal = true }
    // A service of one's own may respond with whatever it likes.
    if form == .predictions, readsDocuments, hasOther || hasStatus, firstText == nil, !isError, !isRefusal {
      (choices, isFinished, holdsValue) = (1, true, true)
    }
  }

  /// Whether a member that errors have tells of one: services of one's own also say with it that there is none.
  private func complains(_ cursor: inout JSONCursor, _ form: StreamForm) throws(Malformed) -> Bool {
    guard form == .predictions else { return try ChunkScanner.hasValue(&cursor) }
    switch try cursor.peek() {
    case 0x22: return try !cursor.string().isEmpty
    case 0x30, 0x66:  // 0, false
      try cursor.skipValue()
      return false
    default: return try ChunkScanner.hasValue(&cursor)
    }
  }

  private mutating func readToken(_ cursor: inout JSONCursor) throws(Malformed) {
    guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
    choices = 1
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "text": try readText(&cursor)
      case "id": try readTokenIDs(&cursor)
      default: try cursor.skipValue()
      }
    }
  }

  private mutating func readTokenIDs(_ cursor: inout JSONCursor) throws(Malformed) {
    guard try cursor.peek() == 0x5B else {
      if try cursor.wholeNumber() != nil { tokenIDs = (tokenIDs ?? 0) + 1 }
      return
    }
    var count = 0
    try cursor.array { (cursor) throws(Malformed) in
      try cursor.skipValue()
      count += 1
    }
    tokenIDs = (tokenIDs ?? 0) + count
  }

  private mutating func readText(_ cursor: inout JSONCursor) throws(Malformed) {
    guard let text = try ChunkScanner.text(&cursor) else { return }
    choices = max(choices, 1)
    firstText = text
    textBytes = text.count
  }

  private mutating func readWhole(_ cursor: inout JSONCursor, isText: Bool) throws(Malformed) {
    guard try cursor.peek() == 0x22 else { return try cursor.skipValue() }
    choices = 1
    isFinished = true
    if isText { try readText(&cursor) } else { generated = try cursor.string() }
  }

  /// Reads the text of servers that call it so; a `token` goes before it.
  private mutating func readDelta(_ cursor: inout JSONCursor) throws(Malformed) {
    if firstText == nil { try readText(&cursor) } else { try cursor.skipValue() }
  }

  private mutating func readDone(_ cursor: inout JSONCursor) throws(Malformed) {
    if try cursor.peek() == 0x74 { (choices, isFinished) = (1, true) }
    try cursor.skipValue()
  }

  private mutating func readReason(_ cursor: inout JSONCursor) throws(Malformed) {
    reason = try ChunkScanner.word(&cursor)
    if reason != nil { (choices, isFinished) = (1, true) }
  }

  private mutating func readUsage(_ cursor: inout JSONCursor) throws(Malformed) {
    var facts = ChunkFacts()
    usage = try ChunkScanner.readUsage(&cursor, &facts)
  }

  /// Reads what a whole prediction says: a text, or a value of another kind.
  private mutating func readResult(_ cursor: inout JSONCursor) throws(Malformed) {
    let isText = try cursor.peek() == 0x22
    if isText {
      try readText(&cursor)
    } else if try ChunkScanner.hasValue(&cursor) {
      holdsValue = true
    } else {
      return
    }
    (choices, isFinished) = (1, true)
  }

  private mutating func readTexts(_ cursor: inout JSONCursor) throws(Malformed) {
    guard try cursor.peek() == 0x5B else { return try cursor.skipValue() }
    var position = 0
    try cursor.array { (cursor) throws(Malformed) in
      if let text = try ChunkScanner.text(&cursor) {
        if position == 0 { firstText = text }
        textBytes += text.count
      }
      position += 1
    }
    choices = position
  }

  private mutating func readDetails(_ cursor: inout JSONCursor, _ form: StreamForm) throws(Malformed) {
    guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
    var counts = ChunkUsage()
    try cursor.object { (cursor, key) throws(Malformed) in
      switch key {
      case "finish_reason": reason = try ChunkScanner.word(&cursor)
      case "generated_tokens": counts.completionTokens = try cursor.wholeNumber()
      case "prompt_tokens": counts.promptTokens = try cursor.wholeNumber()
      default: try cursor.skipValue()
      }
    }
    if counts != ChunkUsage() { usage = counts }
    guard reason != nil else { return }
    isFinished = true
    choices = max(choices, 1)
  }
}
