internal import NPUBase
package import NPUTransport

/// Decides whether a response is whole, broken or an error: the one judge of both readers of a stream.
///
/// A pure state machine over what the events carried, as ``ChunkScanner`` finds it, and over what stood after the last
/// of them. ``ChunkStream`` asks it for people, the recorder of a load for figures, so that the same bytes can never
/// pass at one door and fail at the other. Which forms of an event are accepted is decided in the scanner, what they
/// make of a response here:
///
/// - The first fault decides. What came after it changes nothing.
/// - A response is whole when as many choices as were asked for have their finish reason, every other choice that was
///   seen has its own, and the end mark came or the body ended cleanly after an event. One of two choices is half a
///   response, even if nothing was seen of the other.
/// - Some servers never send a finish reason. Where no choice has one, as many choices as were asked for came, there is
///   text, and the end mark came or the document ended, the response is whole, and that is noted.
/// - A finish reason by which the server gave up makes no whole response, whatever text stands before it. One that says
///   that the server cut the response, or that nobody knows, is noted. ``FinishReason/kind`` knows the words.
/// - A response without text, reasoning, a call or media is empty, whatever its usage counts, unless it may be: a
///   recording may be silent, and a request may ask for no token. Whoever can do without the text may accept a response
///   whose limit was spent on reasoning that the service does not show.
/// - The end mark is `[DONE]` alone, with or without white space around it: gateways that write events anew add some.
///   It needs no empty line after it. `[DONE]xyz` is no mark: as an event it is malformed, in the tail it is an event
///   that was cut.
/// - What comes after the mark is no part of the response, nor is the way in which the exchange then ends.
/// - An error of the server explains more than anything after it, a broken exchange included, and an error that lacks
///   its empty line is one too.
/// - A body that ends inside an event, be it inside the name of a field, was cut. A rest of comments and white space
///   says nothing.
/// - Text outside any event, in a body that ended cleanly, is what a server wrote when it gave up.
/// - A body without any event is empty, not cut.
/// - What ends a whole response depends on the protocol, see ``Ending``.
package struct AnswerJudge: Sendable {
  /// What ends a response of a protocol.
  package enum Ending: Sendable, Hashable {
    /// The end mark, or the clean end of a body in which every choice has finished.
    case mark
    /// The events that finish its choices: what follows them is no part of it, as behind an end mark.
    case finish
    /// The clean end of the body: nothing in it need say that the response is whole. An event that finishes it does so
    /// here as well, where one comes.
    case body
  }

  /// What the judge says of a response.
  package enum Verdict: Sendable {
    /// The response is whole.
    case whole
    /// The exchange broke before the response was whole; how it broke is for the transport to say.
    case brokenOff
    /// The response has a fault of its own.
    case faulty(AnswerFault)
  }

  /// How many choices a whole response has, at least.
  private let expectedChoices: Int
  /// Whether a response without text can be whole.
  private let mayBeEmpty: Bool
  private let ending: Ending
  /// Whether a response is whole that has no text because its limit of tokens was spent on hidden reasoning.
  package var acceptsHiddenReasoning = false
  /// The character set that the head of the response names, where that is not UTF-8: it explains events that are not.
  package var foreignCharset: String?
  /// How many events came before the end mark, and those that keep the stream open count.
  package private(set) var events = 0
  /// Whether the end mark came; what follows it is no part of the response.
  package private(set) var isDone = false
  /// The choices below 64 that came and that gave a finish reason, by bit, and how often others did.
  private var seen: UInt64 = 0
  private var finished: UInt64 = 0
  private var finishedBeyond = 0
  /// What the events carried, all together.
  private var carried: ChunkContent = []
  private var oddities: ChunkFacts.Oddities = []
  /// The output tokens that the last usage counts, and those of reasoning among them.
  private var countedTokens: Int?
  private var countedReasoning: Int?
  /// The last finish reason, in the server's word.
  private var lastReason: String?
  /// The finish reason by which the server gave up, and the event it came in.
  private var failedReason: (word: String, event: Int)?
  /// The first finish reason that says that the server cut the response.
  package private(set) var cutReason: String?
  /// The first finish reason that nobody knows.
  package private(set) var unknownReason: String?
  /// Whether the response is one document, which has ended where it is read.
  private var isDocument = false
  private var fault: Fault?
  private var rest = Rest.nothing

  /// The first fault, as it was found: what takes longer is done when it is asked for.
  private enum Fault: Sendable {
    case error([UInt8])
    case malformed([UInt8], event: Int, reason: String?)
    case tooLarge(String)
  }

  /// What stood after the last event.
  private enum Rest: Sendable {
    case nothing
    case event([UInt8])
    case text([UInt8])
  }

  /// Most bytes of a payload that explains a fault.
  private static let payloadLimit = 256 << 10

  /// Creates the judge of one response.
  ///
  /// - Parameters:
  ///   - choices: How many choices were asked for.
  ///   - mayBeEmpty: Whether a response without text can be whole.
  ///   - ending: What ends it.
  package init(choices: Int = 1, mayBeEmpty: Bool = false, ending: Ending = .mark) {
    expectedChoices = max(1, choices)
    self.mayBeEmpty = mayBeEmpty
    self.ending = ending
  }

  /// Whether a fault has been found, so that the verdict is certain.
  package var hasFault: Bool { fault != nil }

  /// What is odd about the response so far, as far as its events show it.
  package var notes: ResponseNotes {
    var notes: ResponseNotes = []
    if cutReason != nil { notes.insert(.cut) }
    if unknownReason != nil { notes.insert(.unknownFinishReason) }
    if isDone || isDocument, ending != .body, lacksReasons { notes.insert(.noFinishReason) }
    return notes
  }

  /// Whether nothing says that the response is whole but the end of its body, if that was clean.
  package var endsUnmarked: Bool {
    guard case .nothing = rest, ending == .body, fault == nil else { return false }
    return !isDone && !isDocument && holdsAnything
  }

  // MARK: - While the response arrives

  /// What an event must carry to need more than a note of its choices.
  private static let decisive: ChunkContent = [.finish, .done, .error, .malformed]

  /// Takes one event.
  ///
  /// - Parameters:
  ///   - facts: What it carried.
  ///   - payload: The data it was found in.
  package mutating func take(_ facts: ChunkFacts, _ payload: Span<UInt8>) {
    guard !isDone else { return }
    seen |= facts.choices
    carried.formUnion(facts.content)
    if !facts.oddities.isEmpty { note(facts.oddities, payload) }
    if let usage = facts.usage {
      countedTokens = usage.completionTokens ?? countedTokens
      countedReasoning = usage.reasoningTokens ?? countedReasoning
    }
    if facts.content.isDisjoint(with: Self.decisive) { events &+= 1 } else { weigh(facts, payload) }
  }

  /// Takes the one document that the response is.
  package mutating func take(document facts: ChunkFacts, _ document: Span<UInt8>) {
    isDocument = true
    take(facts, document)
  }

  /// Takes what is odd about an event, and finds fault with one that is not UTF-8: U+FFFD for its bytes would be taken
  /// for what the model said.
  ///
  /// A text may end within a character. One that begins so continues a text before it, or is no UTF-8.
  private mutating func note(_ found: ChunkFacts.Oddities, _ payload: Span<UInt8>) {
    let isContinued = oddities.contains(.endsInCharacter)
    oddities.formUnion(found)
    guard fault == nil, found.contains(.notUTF8) || found.contains(.beginsInCharacter) && !isContinued else { return }
    let charset = foreignCharset.map { "the character set \($0)" } ?? "no other character set"
    fault = .malformed(
      Self.beginning(of: payload), event: events + 1,
      reason: "it is not UTF-8, as an event must be; the response names \(charset)")
  }

  private mutating func weigh(_ facts: ChunkFacts, _ payload: Span<UInt8>) {
    if facts.content.contains(.done) {
      isDone = true
      return
    }
    events &+= 1
    finished |= facts.finishedChoices
    finishedBeyond += facts.finishedBeyond
    if let reason = facts.finishReason { lastReason = Self.word(payload.extracting(reason)) }
    if failedReason == nil, let reason = facts.failedReason {
      failedReason = (Self.word(payload.extracting(reason)), events)
    }
    if cutReason == nil { cutReason = facts.cutReason.map { Self.word(payload.extracting($0)) } }
    if unknownReason == nil { unknownReason = facts.unknownReason.map { Self.word(payload.extracting($0)) } }
    guard fault == nil else { return }
    if facts.content.contains(.error) {
      fault = .error(Self.beginning(of: payload))
    } else if facts.content.contains(.malformed) {
      fault = .malformed(Self.beginning(of: payload), event: events, reason: nil)
    } else if ending != .mark, isFinished {
      isDone = true
    }
  }

  /// Takes note that the last event, which seemed to be a chunk, cannot be decoded as one.
  package mutating func refuse(_ payload: [UInt8], because reason: String) {
    if fault == nil { fault = .malformed(payload, event: events, reason: reason) }
  }

  /// Takes note that the stream cannot be read on, because a line, an event or their number exceeds its limit.
  package mutating func breakOff(because reason: String) {
    if fault == nil, !isDone { fault = .tooLarge(reason) }
  }

  /// Takes what stood after the last event.
  ///
  /// - Parameters:
  ///   - tail: The rest.
  ///   - form: In what form the events are written.
  /// - Returns: What the rest carried if it is an end mark or an error, which lack no more than their empty line.
  @discardableResult
  package mutating func take(_ tail: StreamTail, _ form: StreamForm = .chunks) -> ChunkFacts? {
    guard !isDone, !tail.isEmpty else { return nil }
    guard !form.isNULFramed else { return take(cut: tail.bytes, form) }
    if let event = tail.event {
      let facts = form.facts(of: event.data.span, type: event.type.span)
      if !facts.content.isDisjoint(with: [.done, .error]) {
        take(facts, event.data.span)
        return facts
      }
    }
    let text = tail.bareText
    if !text.isEmpty { rest = .text(text) } else if tail.beginsEvent { rest = .event(tail.bytes) }
    return nil
  }

  /// Takes what stood behind the last NUL: an error of the server, the beginning of an event, or its plain words.
  private mutating func take(cut bytes: [UInt8], _ form: StreamForm) -> ChunkFacts? {
    let text = bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard text.first == 0x7B else {
      if !text.isEmpty { rest = .text(Array(text)) }
      return nil
    }
    let facts = form.facts(of: bytes.span)
    guard facts.content.contains(.error) else {
      rest = .event(bytes)
      return nil
    }
    take(facts, bytes.span)
    return facts
  }

  /// A finish reason for messages.
  private static func word(_ text: Span<UInt8>) -> String {
    Excerpt.of(String(repairing: text.extracting(0..<min(text.count, 100))), limit: 60)
  }

  private static func beginning(of payload: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(copying: payload.extracting(0..<min(payload.count, payloadLimit)))
    return bytes
  }
}

// MARK: - At the end

extension AnswerJudge {
  /// What is to be said of a stream, at its end or once it has a fault.
  ///
  /// - Parameter isBroken: Whether the exchange broke, so that its end says nothing of what the server meant.
  /// - Returns: Whether it is whole, and its fault if not.
  package func verdict(isBroken: Bool = false) -> Verdict {
    switch fault {
    case .error(let payload): return .faulty(AnswerFault(.errorEvent, ErrorBody(payload)))
    case .malformed(let payload, let event, let reason):
      let reason = reason.map { ": " + $0 } ?? ""
      return .faulty(
        AnswerFault(.malformedPayload, "event \(event) is not a chunk\(reason); it reads \"\(Excerpt.of(payload))\""))
    case .tooLarge(let reason): return .faulty(AnswerFault(.eventTooLarge, reason))
    case nil: break
    }
    if let failedReason {
      return .faulty(
        AnswerFault(
          .failedFinish,
          "the server gave the response up: event \(failedReason.event) has the finish reason \"\(failedReason.word)\"")
      )
    }
    if isDone {
      return isFinished || lacksReasons ? wholeIfNotEmpty : truncated("the stream ended with [DONE]", and: progress)
    }
    if isBroken { return .brokenOff }
    switch rest {
    case .text(let text):
      let place = "the stream ended after \(events) events with text outside any event"
      return .faulty(AnswerFault(.rawTextError, ErrorBody(text), at: place))
    case .event(let bytes):
      return truncated("the stream ended inside an event", and: "that event begins: \(Excerpt.of(bytes))")
    case .nothing where events == 0:
      return .faulty(AnswerFault(.emptyResponse, "the stream is empty: it holds no event"))
    case .nothing where ending == .body && seen.nonzeroBitCount >= expectedChoices: return wholeIfNotEmpty
    case .nothing:
      return isFinished ? wholeIfNotEmpty : truncated("the stream ended without an end mark", and: progress)
    }
  }

  /// A response that has ended as it should, but may hold nothing.
  private var wholeIfNotEmpty: Verdict {
    if mayBeEmpty || holdsAnything || acceptsHiddenReasoning && hidesReasoning { return .whole }
    var text = "the response ended"
    if let lastReason { text += " with the finish reason \"\(lastReason)\"" }
    text += " and holds no text: no content, no reasoning, no tool call"
    if let countedTokens, countedTokens > 0 { text += ", although its usage counts \(countedTokens) output tokens" }
    if oddities.contains(.message) { text += "; its chunks have \"message\" in place of \"delta\"" }
    return .faulty(AnswerFault(.emptyResponse, text))
  }

  /// Whether the response holds something, has all of its choices, an end, and no finish reason at all.
  private var lacksReasons: Bool {
    finishedCount == 0 && holdsAnything && seen.nonzeroBitCount >= expectedChoices
  }

  /// Whether tokens took the limit of which nothing is shown, and nothing says that they are no reasoning.
  private var hidesReasoning: Bool {
    lastReason == FinishReason.length.rawValue && (countedReasoning ?? countedTokens ?? 0) > 0
  }

  /// Whether there is text, reasoning, a call, an image or the like.
  private var holdsAnything: Bool { !carried.isDisjoint(with: [.token, .media]) }

  /// What is to be said of a response that is one document, taken as if it were an event.
  ///
  /// Half a document is no fault of its own where the exchange broke: it is what such an exchange leaves.
  ///
  /// - Parameters:
  ///   - document: The document.
  ///   - isBroken: Whether the exchange broke.
  /// - Returns: Whether it is whole, and its fault if not.
  package func verdict(ofDocument document: [UInt8], isBroken: Bool) -> Verdict {
    if case .malformed(let payload, _, _) = fault {
      guard !isBroken else { return .brokenOff }
      let text = "the document is not the JSON that the protocol asks for; it reads \"\(Excerpt.of(payload))\""
      return .faulty(AnswerFault(.malformedPayload, text))
    }
    if fault != nil || failedReason != nil { return verdict() }
    if isFinished || lacksReasons { return wholeIfNotEmpty }
    if isBroken { return .brokenOff }
    if finishedCount == 0 {
      return .faulty(AnswerFault(.emptyResponse, "the document holds no finished response: \(Excerpt.of(document))"))
    }
    return .faulty(AnswerFault(.truncatedStream, "the document ended, and \(progress)"))
  }

  private func truncated(_ end: String, and detail: String) -> Verdict {
    .faulty(AnswerFault(.truncatedStream, "\(end) after \(events) events, and \(detail)"))
  }

  private var finishedCount: Int { finished.nonzeroBitCount + finishedBeyond }

  /// The choices that came and have not finished.
  private var open: UInt64 { seen & ~finished }

  private var isFinished: Bool { open == 0 && finishedCount >= expectedChoices }

  /// How many choices are there, and which are not.
  private var progress: String {
    let total = max(expectedChoices, finishedCount + open.nonzeroBitCount)
    let counts = "\(finishedCount) of \(total) choices have a finish reason"
    guard open != 0 else { return finishedCount == 0 ? counts + "; no choice came" : counts }
    let names = (0..<64).filter { open & 1 << UInt64($0) != 0 }.prefix(8).map(String.init)
    return counts + "; choice \(names.joined(separator: ", ")) has none"
  }
}
