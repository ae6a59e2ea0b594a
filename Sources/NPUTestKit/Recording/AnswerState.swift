/// What is known of an answer while its events arrive.
struct AnswerState {
  /// The identity in the chunks.
  private(set) var id: String?
  /// The last finish reason.
  private(set) var finishReason: String?
  /// How many choices gave a finish reason.
  private(set) var finishedChoices = 0
  /// Whether the end mark came.
  private(set) var isDone = false
  /// The payload of the first error event, in part.
  private(set) var errorPayload: [UInt8]?
  /// The first payload that is not a chunk, in part.
  private(set) var malformedPayload: [UInt8]?
  /// Why the stream could not be read on.
  var streamError: StreamError?
  /// Whether the stream was broken off because it has too many events.
  var exceedsEventLimit = false

  private static let excerptLimit = 16 << 10

  private let scanner = ChunkScanner()
  private var usage: ChunkUsage?
  private var listedTokenIDs: Int?
  private var countedTokens = 0
  private var generated = GeneratedText()

  /// Takes the payload of one event.
  mutating func take(
    _ payload: Span<UInt8>, at instant: MonotonicInstant, into events: inout [StreamEvent], keepsText: Bool
  ) {
    let facts = scanner.scan(payload)
    events.append(
      StreamEvent(
        instant: instant, content: facts.content, bytes: Int32(clamping: facts.textBytes), tokens: tokens(of: facts)))
    note(facts, payload)
    if keepsText, !facts.content.isDisjoint(with: .token) { generated.keep(payload) }
  }

  /// Takes a whole answer that is one JSON document.
  mutating func takeDocument(_ document: Span<UInt8>) {
    guard !document.isEmpty else { return }
    note(scanner.scan(document), document)
    generated.keep(document)
  }

  private mutating func note(_ facts: ChunkFacts, _ payload: Span<UInt8>) {
    if id == nil, let range = facts.id { id = String(repairing: payload.extracting(range)) }
    if let range = facts.finishReason {
      finishReason = String(repairing: payload.extracting(range))
      finishedChoices += facts.finishedCount
    }
    if let usage = facts.usage { self.usage = usage }
    if let count = facts.tokenIDs { listedTokenIDs = (listedTokenIDs ?? 0) + count }
    if facts.content.contains(.done) { isDone = true }
    if facts.content.contains(.error), errorPayload == nil { errorPayload = Self.excerpt(payload) }
    if facts.content.contains(.malformed), malformedPayload == nil { malformedPayload = Self.excerpt(payload) }
  }

  /// How many tokens an event carried, where token ids or a running usage count say it.
  private mutating func tokens(of facts: ChunkFacts) -> Int32? {
    guard !facts.content.isDisjoint(with: .token) else { return nil }
    if let count = facts.tokenIDs { return Int32(clamping: count) }
    guard let total = facts.usage?.completionTokens, total >= countedTokens else { return nil }
    defer { countedTokens = total }
    return Int32(clamping: total - countedTokens)
  }

  /// The token counts of the whole answer, and who counted them.
  var tokens: TokenCounts {
    let source: TokenCounts.Source =
      usage?.completionTokens != nil ? .usage : listedTokenIDs != nil ? .tokenIDs : .unknown
    return TokenCounts(
      prompt: usage?.promptTokens, completion: usage?.completionTokens ?? listedTokenIDs, cached: usage?.cachedTokens,
      reasoning: usage?.reasoningTokens, source: source)
  }

  /// The generated text of the first choice, from the payloads that were kept.
  var text: String { generated.joined }

  private static func excerpt(_ payload: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(copying: payload.extracting(0..<min(payload.count, excerptLimit)))
    return bytes
  }
}
