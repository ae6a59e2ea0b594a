internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// What a response says: the first choice.
package struct ExaminedResponse: Sendable, Hashable {
  /// The text.
  package var text = ""
  /// The reasoning before it.
  package var reasoning = ""
  /// Whether the response went on beyond what is kept of it.
  package var isCutOff = false
  /// Log-probabilities of tokens that came as numbers.
  package var logprobs = 0
  /// Log-probabilities of tokens that are `null` or no number.
  package var brokenLogprobs = 0
  /// Whether the first of a completion is `null`, as that of an echo is; it is not among the broken ones.
  package var lacksFirstLogprob = false
  /// Halves of characters whose other half never came.
  package var brokenCharacters = 0

  /// Creates a response that says nothing.
  package init() {}

  /// The response without secrets that the service wrote into it.
  func redacted(by redactor: Redactor) -> ExaminedResponse {
    guard !redactor.isIdle else { return self }
    var response = self
    response.text = redactor.clean(text)
    response.reasoning = redactor.clean(reasoning)
    return response
  }
}

/// The texts and log-probabilities of one response, kept until it is examined.
///
/// On the network thread a few bytes of each event are copied; all else is done afterwards, on the thread that asks.
struct ResponseEvidence: Sendable {
  /// What a piece is, in the lowest bits of its end.
  private enum Kind: UInt32 {
    /// The characters of a JSON string.
    case text, reasoning
    /// A list of log-probabilities in JSON.
    case logprobs
    /// A chunk, or a whole response, whose texts are found afterwards.
    case payload
  }

  /// Bytes that are kept of one response.
  private static let limit = 4 << 20

  private let form: StreamForm
  private let mode: StreamedText
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  private var namesRoleAlways = true
  private var isCutOff = false
  private var notNumbers = 0

  /// Makes room for a response, so that nothing is moved while its events arrive.
  ///
  /// - Parameters:
  ///   - events: How many of them are to be expected.
  ///   - form: In what form they are written.
  ///   - text: How their texts add up.
  init(events: Int, _ form: StreamForm = .chunks, _ text: StreamedText = .detect) {
    self.form = form
    mode = text
    ends.reserveCapacity(events)
    bytes.reserveCapacity(events * Self.usualBytes)
  }

  /// Bytes of text that an event usually has, and some more.
  private static let usualBytes = 8

  /// Keeps what an event says.
  mutating func keep(_ payload: Span<UInt8>, _ facts: ChunkFacts) {
    // The last event of some forms holds the whole text, which is read from the payload.
    guard form == .chunks, let range = facts.text, facts.textBytes == range.count, facts.choices == 1 else {
      return keep(whole: payload, facts)
    }
    if !facts.content.contains(.role) { namesRoleAlways = false }
    append(payload.extracting(range), facts.content.contains(.text) ? .text : .reasoning)
    if let range = facts.logprobs { append(payload.extracting(range), .logprobs) }
  }

  /// Keeps a whole payload, where its texts are not plain or belong to several choices.
  mutating func keep(whole payload: Span<UInt8>, _ facts: ChunkFacts) {
    guard facts.choices & 1 == 1 || facts.choices == 0 else { return }
    if !facts.content.contains(.role) { namesRoleAlways = false }
    append(payload, .payload)
  }

  /// Notes an event that is no JSON, which it may be only because JSON has no NaN.
  mutating func note(malformed payload: Span<UInt8>) {
    let text = String(repairing: payload)
    if text.contains("NaN") || text.contains("Infinity") { notNumbers += 1 }
  }

  private mutating func append(_ piece: Span<UInt8>, _ kind: Kind) {
    guard bytes.count + piece.count <= Self.limit else { return isCutOff = true }
    bytes.append(copying: piece)
    ends.append(UInt32(bytes.count) << 2 | kind.rawValue)
  }

  /// The response, put together.
  ///
  /// Understands chunks of chat and completions, and servers that repeat their text in each chunk.
  func response(brokenCharacters: Int) -> ExaminedResponse {
    guard form == .chunks else { return eventResponse }
    var response = ExaminedResponse()
    var text = TextAssembly(mode)
    var reasoning = TextAssembly(mode)
    var start = 0
    for entry in ends {
      let end = Int(entry >> 2)
      defer { start = end }
      let piece = bytes.span.extracting(start..<end)
      switch Kind(rawValue: entry & 3) {
      case .text: text.append(piece.jsonText)
      case .reasoning: reasoning.append(piece.jsonText)
      case .logprobs: LogprobTally.count(piece, into: &response)
      case .payload, nil:
        guard let value = try? JSONCoding.decode(JSONValue.self, from: Array(bytes[start..<end])),
          let first = value["choices"]?.array?.enumerated().first(where: { (WholeNumber.of($1["index"]) ?? $0) == 0 })?
            .element
        else { continue }
        let message = first["delta"] ?? first["message"]
        let (plain, content) = (ContentText(first["text"]), ContentText(message?["content"]))
        text.append((plain.text ?? "") + (content.text ?? "") + (message?["refusal"]?.string ?? ""))
        let own = [message?["reasoning"], message?["reasoning_content"]].map { value in
          let thought = ContentText(value)
          return (thought.text ?? "") + (thought.reasoning ?? "")
        }
        reasoning.append((own.first { !$0.isEmpty } ?? "") + (plain.reasoning ?? "") + (content.reasoning ?? ""))
        if let list = first["logprobs"], let json = try? JSONCoding.encode(list) {
          LogprobTally.count(json.span, into: &response)
        }
      }
    }
    response.text = text.text(mayRepeat: namesRoleAlways, fullText: nil)
    response.reasoning = reasoning.text(mayRepeat: namesRoleAlways, fullText: nil)
    response.isCutOff = isCutOff
    response.brokenLogprobs += notNumbers
    response.brokenCharacters = brokenCharacters
    return response
  }

  /// The response of events that are no chunks.
  private var eventResponse: ExaminedResponse {
    var text = EventText(form, mode)
    var start = 0
    for entry in ends {
      let end = Int(entry >> 2)
      defer { start = end }
      text.add(Array(bytes[start..<end]))
    }
    var response = ExaminedResponse()
    response.text = text.text
    response.isCutOff = isCutOff
    response.brokenLogprobs = notNumbers
    return response
  }
}

/// Counts the log-probabilities of a chunk.
private enum LogprobTally {
  static func count(_ json: Span<UInt8>, into response: inout ExaminedResponse) {
    _ = JSONCursor.scan(json) { cursor in try? read(&cursor, into: &response) }
  }

  private static func read(
    _ cursor: inout JSONCursor, into response: inout ExaminedResponse
  ) throws(JSONCursor.Malformed) {
    var (good, bad) = (0, 0)
    // The first token of an echo has nothing before it, and therefore none.
    var isFirst = response.logprobs + response.brokenLogprobs == 0 && !response.lacksFirstLogprob
    var lacksFirst = response.lacksFirstLogprob
    func take(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) {
      let byte = try cursor.peek()
      if byte == 0x2D || (0x30...0x39).contains(byte) { good += 1 } else { bad += 1 }
      try cursor.skipValue()
    }
    guard try cursor.peek() == 0x7B else { return }
    try cursor.object { (cursor, key) throws(JSONCursor.Malformed) in
      switch key {
      case "token_logprobs":
        guard try cursor.peek() == 0x5B else { return try cursor.skipValue() }
        try cursor.array { (cursor) throws(JSONCursor.Malformed) in
          let isNull = try isFirst ? cursor.null() : false
          isFirst = false
          if isNull { lacksFirst = true } else { try take(&cursor) }
        }
      case "content":
        guard try cursor.peek() == 0x5B else { return try cursor.skipValue() }
        try cursor.array { (cursor) throws(JSONCursor.Malformed) in
          guard try cursor.peek() == 0x7B else { return try cursor.skipValue() }
          try cursor.object { (cursor, key) throws(JSONCursor.Malformed) in
            if "logprob" ~= key { try take(&cursor) } else { try cursor.skipValue() }
          }
        }
      default: try cursor.skipValue()
      }
    }
    response.logprobs += good
    response.brokenLogprobs += bad
    response.lacksFirstLogprob = lacksFirst
  }
}
