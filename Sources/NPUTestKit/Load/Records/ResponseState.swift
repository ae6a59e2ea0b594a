internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// What is known of a response while its events arrive.
struct ResponseState {
  /// The identity in the chunks.
  private(set) var id: String?
  /// The last finish reason.
  private(set) var finishReason: String?
  /// Whether the end mark came; what follows it is no part of the response.
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
  private var tally = ResponseTokens()
  /// The choices below 64 that gave a finish reason, by bit, and how often others did.
  private var finished: UInt64 = 0
  private var finishedBeyond = 0
  private var generated = GeneratedText()

  /// How many choices gave a finish reason.
  var finishedChoices: Int { finished.nonzeroBitCount + finishedBeyond }

  /// The token counts of the whole response, and who counted them.
  var tokens: TokenCounts { tally.total }

  /// The generated text of the first choice, from the payloads that were kept.
  var text: String { generated.joined }

  /// Takes the payload of one event.
  mutating func take(
    _ payload: Span<UInt8>, type: Span<UInt8>, at instant: MonotonicInstant, into events: inout [StreamEvent],
    keepsText: Bool
  ) {
    guard !isDone else { return }
    var facts: ChunkFacts
    if type.isEmpty {
      facts = scanner.scan(payload)
    } else if type.equals("ping") {
      // Some servers write words into events that only keep the stream open.
      facts = ChunkFacts()
    } else {
      facts = scanner.scan(payload)
      if type.equals("error") { facts.content = .error }
    }
    events.append(
      StreamEvent(
        instant: instant, content: facts.content, bytes: Int32(clamping: facts.textBytes), tokens: tally.add(facts)))
    note(facts, payload)
    if keepsText, !facts.content.isDisjoint(with: .token) { generated.keep(payload) }
  }

  /// Takes what stood after the last event: an end mark or an error that lacks its empty line still is one.
  mutating func takeTail(_ tail: StreamTail, at instant: MonotonicInstant, into events: inout [StreamEvent]) {
    guard !isDone, let data = tail.data else { return }
    let facts = scanner.scan(data.span)
    guard !facts.content.isDisjoint(with: [.done, .error]) else { return }
    events.append(StreamEvent(instant: instant, content: facts.content))
    note(facts, data.span)
  }

  /// Takes a whole response that is one JSON document.
  mutating func takeDocument(_ document: Span<UInt8>, keepsText: Bool) {
    guard !document.isEmpty else { return }
    let facts = scanner.scan(document)
    _ = tally.add(facts)
    note(facts, document)
    if keepsText { generated.keep(document) }
  }

  private mutating func note(_ facts: ChunkFacts, _ payload: Span<UInt8>) {
    if id == nil, let range = facts.id { id = String(repairing: payload.extracting(range)) }
    if let range = facts.finishReason {
      finishReason = String(repairing: payload.extracting(range))
      finished |= facts.finishedChoices
      finishedBeyond += facts.finishedCount - facts.finishedChoices.nonzeroBitCount
    }
    if facts.content.contains(.done) { isDone = true }
    if facts.content.contains(.error), errorPayload == nil { errorPayload = Self.excerpt(payload) }
    if facts.content.contains(.malformed), malformedPayload == nil { malformedPayload = Self.excerpt(payload) }
  }

  private static func excerpt(_ payload: Span<UInt8>) -> [UInt8] {
    Array(copying: payload.extracting(0..<min(payload.count, excerptLimit)))
  }
}

extension Array<UInt8> {
  /// A copy of the bytes of a span.
  fileprivate init(copying span: Span<UInt8>) {
    self.init()
    reserveCapacity(span.count)
    append(copying: span)
  }
}
