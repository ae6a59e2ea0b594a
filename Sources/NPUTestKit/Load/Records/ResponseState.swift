internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// What is known of a response while its events arrive.
struct ResponseState {
  /// The identity in the chunks.
  private(set) var id: String?
  /// The last finish reason.
  private(set) var finishReason: String?
  /// What decides whether it is whole.
  private(set) var judge: AnswerJudge

  private let scanner = ChunkScanner()
  /// What reads events that are no chunks; `nil` for chunks.
  private var textScanner: TextEventScanner?
  private let form: StreamForm
  private let streamedText: StreamedText
  /// Bytes of the whole text, where the last chunk of MindIE gives it.
  private var fullTextBytes: Int?
  private var tally = ResponseTokens()
  private var generated: GeneratedText
  private var evidence: ResponseEvidence?
  private var joiner = CharacterJoiner()

  /// Begins a response that a judge is to judge.
  ///
  /// - Parameters:
  ///   - judge: The judge.
  ///   - form: In what form its events are written.
  ///   - text: How the texts of events add up.
  ///   - examinedEvents: How many events to expect of a response that is kept until it is examined; `nil` if it is not.
  init(
    judge: AnswerJudge, form: StreamForm = .chunks, text: StreamedText = .detect, examinedEvents: Int? = nil
  ) {
    self.judge = judge
    self.form = form
    streamedText = text
    if form != .chunks { textScanner = TextEventScanner(form) }
    generated = GeneratedText(form, text)
    evidence = examinedEvents.map { ResponseEvidence(events: $0, form, text) }
  }

  /// Takes note of the character set that the head of the response names, where that is not UTF-8.
  mutating func expect(foreignCharset: String?) { judge.foreignCharset = foreignCharset }

  /// The token counts of the whole response, and who counted them.
  var tokens: TokenCounts { tally.total }

  /// What is odd about the response.
  var notes: ResponseNotes {
    var notes = judge.notes
    if tally.isContradictory { notes.insert(.contradictoryUsage) }
    if joiner.joined > 0 { notes.insert(.joinedCharacter) }
    if joiner.broken > 0 { notes.insert(.brokenCharacter) }
    return notes
  }

  /// The generated text of the first choice, from the payloads that were kept.
  var text: String { generated.joined }

  /// What the response says, for whoever examines it.
  var examined: ExaminedResponse { evidence?.response(brokenCharacters: joiner.broken) ?? ExaminedResponse() }

  /// Takes the payload of one event.
  mutating func take(
    _ payload: Span<UInt8>, type: Span<UInt8>, at instant: MonotonicInstant, into events: inout [StreamEvent],
    keepsText: Bool
  ) {
    guard !judge.isDone else { return }
    let facts =
      textScanner == nil
      ? scanner.scan(payload, type: type) : textScanner?.scan(payload, type: type) ?? ChunkFacts()
    take(payload, facts, at: instant, into: &events, keepsText: keepsText)
  }

  /// Takes one event that has no type, as those that end with a NUL.
  mutating func take(
    _ payload: Span<UInt8>, at instant: MonotonicInstant, into events: inout [StreamEvent], keepsText: Bool
  ) {
    guard !judge.isDone else { return }
    take(
      payload, textScanner?.scan(payload) ?? scanner.scan(payload), at: instant, into: &events, keepsText: keepsText)
  }

  @inline(__always)
  private mutating func take(
    _ payload: Span<UInt8>, _ facts: ChunkFacts, at instant: MonotonicInstant, into events: inout [StreamEvent],
    keepsText: Bool
  ) {
    events.append(
      StreamEvent(
        instant: instant, content: facts.content, bytes: Int32(clamping: facts.textBytes),
        tokens: tally.add(facts, size: payload.count)))
    judge.take(facts, payload)
    note(facts, payload)
    keepText(of: payload, facts, keepsText)
  }

  /// Keeps the text of a payload where it is wanted, and joins the characters that are cut in two in any case.
  private mutating func keepText(of payload: Span<UInt8>, _ facts: ChunkFacts, _ keepsText: Bool) {
    let isCut = joiner.isWaiting || facts.oddities.contains(.characterHalf)
    guard !facts.content.isDisjoint(with: .token) else {
      if evidence != nil, facts.content == .malformed { evidence?.note(malformed: payload) }
      return
    }
    if isCut {
      let joined = joiner.join(payload)
      if keepsText { generated.keep(joined.span) }
      evidence?.keep(whole: joined.span, facts)
    } else {
      if keepsText { generated.keep(payload) }
      evidence?.keep(payload, facts)
    }
  }

  /// Takes what stood after the last event: an end mark or an error that lacks its empty line still is one.
  mutating func takeTail(_ tail: StreamTail, at instant: MonotonicInstant, into events: inout [StreamEvent]) {
    guard let facts = judge.take(tail, form) else { return }
    events.append(StreamEvent(instant: instant, content: facts.content))
  }

  /// Takes note that the stream is broken off, because it exceeds a limit.
  mutating func breakOff(because reason: String) { judge.breakOff(because: reason) }

  /// Takes a whole response that is one JSON document.
  mutating func takeDocument(_ document: Span<UInt8>, keepsText: Bool) {
    guard !document.isEmpty else { return }
    let facts = form.facts(ofDocument: document)
    _ = tally.add(facts, size: document.count)
    judge.take(document: facts, document)
    note(facts, document)
    if facts.oddities.contains(.characterHalf) {
      // No other chunk comes that could have the other half of a character.
      joiner = CharacterJoiner(readsDocuments: true)
      _ = joiner.join(document)
    }
    if keepsText { generated.keep(document) }
  }

  private mutating func note(_ facts: ChunkFacts, _ payload: Span<UInt8>) {
    if id == nil, let range = facts.id { id = String(repairing: payload.extracting(range)) }
    guard let range = facts.finishReason else { return }
    finishReason = String(repairing: payload.extracting(range))
    if form == .chunks { fullTextBytes = RepeatedText.fullTextBytes(in: payload) ?? fullTextBytes }
  }

  /// Leaves to each event the text that is new in it, where the stream repeats its text in every one.
  func countNewText(of events: inout [StreamEvent]) {
    if textScanner?.repeatsText == true || RepeatedText.isIn(events, streamedText, fullTextBytes: fullTextBytes) {
      RepeatedText.takeOut(of: &events)
    }
  }
}
