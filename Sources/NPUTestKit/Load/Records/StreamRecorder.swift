public import HTTPTypes
public import NPUBase
public import NPUServices
public import NPUTransport

/// Watches one exchange of a model service and makes its record: the timeline observer of load tests.
///
/// On the network thread it stamps and scans, and wakes nobody; whatever takes longer (error texts, the generated text)
/// is done in ``makeRecord()``, on the thread that asks for the record.
///
/// `@unchecked Sendable`: a transport calls an observer one call at a time and never again after `transferEnded`, and
/// the recorder is handed on only from there, so that no two threads ever touch its state at once.
public final class StreamRecorder: TransferObserver, @unchecked Sendable {
  /// What the recorder should expect and keep.
  public struct Expectation: Sendable, Hashable {
    /// Whether the response is an event stream; else it is one JSON document.
    public var isStreamed: Bool
    /// How many choices the response has.
    public var choices: Int
    /// Whether the generated text is kept in the record.
    public var keepsText: Bool
    /// Most events of one response; a stream with more is broken off.
    public var eventLimit: Int
    /// Whether a response without text can be whole, because no token was asked for.
    public var mayBeEmpty: Bool
    /// How the texts of events add up.
    public var streamedText: StreamedText
    /// Whether the response is examined, so that what it says is kept until its record is made.
    package var isExamined = false
    /// In what form the events of the stream are written.
    package var form = StreamForm.chunks
    /// What ends a whole response.
    package var ending = AnswerJudge.Ending.mark
    /// Whether the response comes as messages of a WebSocket.
    ///
    /// The closing frame says that it is whole, and after a fault the connection may stay open for further messages.
    package var isOfMessages = false

    /// Creates an expectation.
    public init(
      isStreamed: Bool = true, choices: Int = 1, keepsText: Bool = false, eventLimit: Int = 1 << 20,
      mayBeEmpty: Bool = false, streamedText: StreamedText = .detect
    ) {
      self.isStreamed = isStreamed
      self.choices = choices
      self.keepsText = keepsText
      self.mayBeEmpty = mayBeEmpty
      self.streamedText = streamedText
      self.eventLimit = eventLimit
    }
  }

  /// Bytes of an error text that are kept.
  private static let excerptLimit = 16 << 10

  private let index: Int
  private let phase: RequestRecord.Phase
  private let requestID: String?
  private let requested: RequestedLengths
  private let expectation: Expectation
  /// Given up once called: whoever keeps the recorder is often whom it called.
  private var onEnd: (@Sendable (StreamRecorder) -> Void)?

  private var timeline: StreamTimeline
  private var parser: ServerSentEventParser
  /// What parts events that end with a NUL.
  private var frames: FrameSplitter
  private var answer: ResponseState
  private var head: HTTPResponse?
  private var readsEvents = false
  /// What tells a stream by its first bytes, while the head has not said that it is one.
  private var sniffer: StreamSniffer?
  private var form = ResponseForm()
  private var body: [UInt8] = []
  /// What the documents that are kept may take, together with all other bodies that are held.
  package var budget = BodyBudget.process
  private var takenBytes = 0
  private var isOverBudget = false
  /// Whether a body that is no stream has begun; blanks before it keep a connection alive.
  private var hasText = false
  private var end: TransferEnd?
  private var isBrokenOff = false
  /// Which service of a mixed load the request goes to.
  package var service: String?
  /// What makes the redactor of the request; called where the record is made.
  package var redactor: (@Sendable () -> Redactor)?
  /// What examines the response; called where the record is made.
  package var examination: ResponseExamination?

  /// Creates the recorder of one request.
  ///
  /// - Parameters:
  ///   - index: Position of the request in the load.
  ///   - phase: Which part of the run it belongs to.
  ///   - intended: When the schedule wanted it to start.
  ///   - requestID: The identity sent with the request, used where the response gives none.
  ///   - requested: What the load asks for.
  ///   - expectation: What to expect and keep.
  ///   - limits: How much the peer may send; the recorder keeps the limit on lines.
  ///   - onEnd: Called on the network thread when the exchange has ended; it should pass the recorder on and return.
  public init(
    index: Int, phase: RequestRecord.Phase = .measured, intended: MonotonicInstant? = nil, requestID: String? = nil,
    requested: RequestedLengths = RequestedLengths(), expectation: Expectation = Expectation(),
    limits: TransferLimits = TransferLimits(), onEnd: @escaping @Sendable (StreamRecorder) -> Void
  ) {
    self.index = index
    self.phase = phase
    self.requestID = requestID
    self.requested = requested
    self.expectation = expectation
    self.onEnd = onEnd
    let expectedEvents = (requested.outputTokens ?? 64).clamped(to: 16...4096) + 4
    answer = ResponseState(
      judge: AnswerJudge(
        choices: expectation.choices, mayBeEmpty: expectation.mayBeEmpty, ending: expectation.ending),
      form: expectation.form, text: expectation.streamedText,
      examinedEvents: expectation.isExamined ? expectedEvents : nil)
    parser = ServerSentEventParser(maximumLineBytes: limits.lineBytes, maximumEventBytes: limits.lineBytes)
    frames = FrameSplitter(delimiter: 0, maximumFrameBytes: limits.lineBytes)
    timeline = StreamTimeline(intended: intended, started: MonotonicInstant(nanoseconds: 0))
    timeline.events.reserveCapacity(expectedEvents)
  }

  // MARK: - On the network thread

  /// Notes the start.
  public func transferStarted(at instant: MonotonicInstant) { timeline.started = instant }

  /// Notes that the request was written.
  public func transferSent(at instant: MonotonicInstant) { timeline.sent = instant }

  /// Notes the head and decides how to read the body.
  public func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    self.head = head
    timeline.head = instant
    guard head.status.kind == .successful else { return }
    note(head)
    guard expectation.isStreamed else { return }
    answer.expect(foreignCharset: TextEncoding.foreignCharset(head))
    readsEvents = expectation.form.isStream(MediaType.of(head))
    // No first bytes tell a stream whose events end with a NUL from a document.
    if !readsEvents, !expectation.form.isNULFramed { sniffer = StreamSniffer() }
  }

  private func note(_ head: HTTPResponse) {
    guard let encoding = head.headerFields[.contentEncoding], !encoding.isEmpty, encoding != "identity" else { return }
    form.notes.insert(.contentEncoding)
    form.contentEncoding = Excerpt.of(encoding, limit: 40)
  }

  /// Stamps and scans the events of a piece of the body.
  public func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    if timeline.firstByte == nil { timeline.firstByte = instant }
    guard readsEvents else { return receive(unread: bytes, at: instant) }
    return receive(events: bytes, at: instant)
  }

  /// Takes a piece of a body that is no stream, or not yet known to be one.
  private func receive(unread bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    guard sniffer?.take(bytes) == .stream else {
      let isSilence = !hasText && bytes.isBlank
      if !isSilence { hasText = true }
      guard keep(bytes) else { return .stop }
      return isSilence ? .moreOfSilence : .more
    }
    sniffer = nil
    readsEvents = true
    let beginning = body
    body = []
    // What came before held no whole event, so that no stamp is lost.
    let first = receive(events: beginning.span, at: instant)
    let rest = receive(events: bytes, at: instant)
    return rest == .moreOfSilence ? first : rest
  }

  private func receive(events bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    // The response is over; its connection may be used again once the body has ended.
    guard !answer.judge.isDone else { return .finish }
    let known = timeline.events.count
    do throws(StreamError) {
      if expectation.form.isNULFramed {
        try frames.feed(bytes) { data in
          guard hasRoom() else { return }
          answer.take(data, at: instant, into: &timeline.events, keepsText: expectation.keepsText)
        }
      } else {
        try parser.feed(bytes) { data, type, _ in
          guard hasRoom() else { return }
          answer.take(data, type: type, at: instant, into: &timeline.events, keepsText: expectation.keepsText)
        }
      }
    } catch {
      guard !answer.judge.isDone else { return .finish }
      answer.breakOff(because: error.message)
      return .stop
    }
    guard !isBrokenOff else {
      answer.breakOff(because: "the stream has more than \(expectation.eventLimit) events and was broken off")
      return .stop
    }
    guard !answer.judge.isDone, !(expectation.isOfMessages && answer.judge.hasFault) else { return .finish }
    // What stands in an event that has not ended yet counts when it has: no text comes without its end.
    return timeline.events[known...].contains { !$0.content.isDisjoint(with: .substance) } ? .more : .moreOfSilence
  }

  /// Whether another event may come; else the stream is broken off.
  @inline(__always)
  private func hasRoom() -> Bool {
    guard timeline.events.count < expectation.eventLimit || answer.judge.isDone else {
      isBrokenOff = true
      return false
    }
    return true
  }

  /// Notes the end and passes the recorder on.
  public func transferEnded(_ end: TransferEnd) {
    timeline.closed = end.instant
    self.end = end
    let onEnd = onEnd
    self.onEnd = nil
    onEnd?(self)
  }

  /// Whether the exchange ended before its request was written.
  var wasNeverSent: Bool { timeline.sent == nil }

  /// Whether the exchange ended because its transport takes no more.
  var transportIsShutDown: Bool { end?.error?.kind == .shutDown }

  /// Keeps what is wanted of a piece; false if there is no room for it.
  private func keep(_ bytes: Span<UInt8>) -> Bool {
    // A document is wanted whole, within the transport's limit; the text of a failure only in part.
    let isWanted = !expectation.isStreamed && head?.status.kind == .successful
    if isWanted {
      guard budget.take(bytes.count) else {
        isOverBudget = true
        return false
      }
      takenBytes += bytes.count
    }
    let room = isWanted ? bytes.count : StreamRecorder.excerptLimit - body.count
    if room > 0 { body.append(copying: bytes.extracting(0..<min(bytes.count, room))) }
    return true
  }

  /// Lets the kept body go.
  private func release() {
    body = []
    guard takenBytes > 0 else { return }
    budget.give(back: takenBytes)
    takenBytes = 0
  }

  /// A recorder that nobody asks for its record holds nothing either.
  deinit { release() }

  // MARK: - Afterwards

  /// The record of the ended exchange; to be asked for once, after the end.
  public func makeRecord() -> RequestRecord {
    defer { release() }
    if readsEvents, let closed = timeline.closed {
      let tail = expectation.form.isNULFramed ? StreamTail(bytes: frames.finish()) : parser.finish()
      answer.takeTail(tail, at: closed, into: &timeline.events)
    }
    answer.countNewText(of: &timeline.events)
    if !expectation.isStreamed { answer.takeDocument(body.span, keepsText: expectation.keepsText) }
    noteForm()
    var record = RequestRecord(
      index: index, phase: phase, service: service, requestID: answer.id ?? requestID, timeline: timeline,
      outcome: outcome,
      finishReason: answer.finishReason, form: form, tokens: answer.tokens, requested: requested,
      transfer: end?.metrics ?? TransferMetrics(), text: expectation.keepsText ? answer.text : nil)
    let redactor = redactor?() ?? Redactor([])
    // Before it is looked at: what is found is shown in pieces, and a piece of a secret is none that can be known.
    if let examination { record.findings = examination(answer.examined.redacted(by: redactor), record) }
    return record.showable(redactor)
  }
}

// MARK: - The form

extension StreamRecorder {
  /// Notes what is odd about the response, once it has ended.
  private func noteForm() {
    form.notes.formUnion(answer.notes)
    form.cutReason = answer.judge.cutReason
    form.unknownFinishReason = answer.judge.unknownReason
    if !expectation.isOfMessages, end?.error == nil, answer.judge.endsUnmarked { form.notes.insert(.unmarkedEnd) }
    guard readsEvents, let head else { return }
    let media = MediaType.of(head)
    if !media.isEventStream {
      form.mediaType = media.shown
    } else if let charset = TextEncoding.foreignCharset(head) {
      form.mediaType = "\(media.shown); charset=\(charset)"
    }
    if form.mediaType != nil { form.notes.insert(.mediaType) }
  }
}

// MARK: - The outcome

extension StreamRecorder {
  /// How the exchange ended, from everything that was seen of it; of the response itself the judge says it.
  private var outcome: Outcome {
    let broken = end?.error
    // Even after the end mark: whoever stops a run at once wants what was in flight kept apart.
    if let broken, broken.kind == .cancelled { return failure(.init(broken.kind), broken.message) }
    if isOverBudget { return failure(.init(.bodyTooLarge), budget.refusal(after: takenBytes)) }
    guard let head else {
      return broken.map { failure(.init($0.kind), $0.message) }
        ?? failure(.emptyResponse, "the exchange ended without a response head")
    }
    // What the server said of its failure explains more than how the connection ended afterwards.
    if head.status.kind != .successful {
      let instants = TransferInstants(sent: timeline.sent, head: timeline.head)
      return failure(
        .httpStatus(head.status.code), ServiceError.message(of: head, ErrorBody(body), elapsed: instants.untilHead))
    }
    if !readsEvents, broken == nil {
      if timeline.firstByte == nil {
        return failure(.emptyResponse, "the response has status \(head.status.code) and an empty body")
      }
      if expectation.isStreamed { return failure(.wrongContentType, mediaText(head)) }
      if let fault = TextEncoding.fault(ofDocument: body, head) { return failure(.malformedPayload, fault) }
    }
    switch readsEvents
      ? answer.judge.verdict(isBroken: broken != nil)
      : answer.judge.verdict(ofDocument: body, isBroken: broken != nil)
    {
    case .whole: return Outcome(.success, status: head.status.code)
    case .brokenOff:
      return failure(.init(broken?.kind ?? .truncatedBody), broken?.message ?? "the exchange broke off")
    case .faulty(let fault) where fault.kind == .malformedPayload && !readsEvents && !MediaType.of(head).isJSON:
      return failure(.wrongContentType, mediaText(head))
    case .faulty(let fault): return failure(.init(fault.kind), fault.message)
    }
  }

  private func failure(_ kind: Outcome.Kind, _ message: String) -> Outcome {
    Outcome(kind, status: head?.status.code, message: message)
  }

  private func mediaText(_ head: HTTPResponse) -> String {
    let expected = expectation.isStreamed ? "text/event-stream" : "application/json"
    let text = ErrorBody(body).message
    return "the response is \(MediaType.of(head).shown), not \(expected); the body says: \(text)"
  }
}

extension ChunkContent {
  /// What an event must hold to be more than a sign of life.
  fileprivate static var substance: ChunkContent { [.reasoning, .text, .toolCall, .finish, .error, .done] }
}

extension Span<UInt8> {
  /// Whether there is nothing but blanks and line ends.
  fileprivate var isBlank: Bool {
    for position in 0..<count where ![0x20, 0x09, 0x0A, 0x0D].contains(self[position]) { return false }
    return true
  }
}

extension Int {
  /// The number, moved to the nearest end of a range that it lies outside of.
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
