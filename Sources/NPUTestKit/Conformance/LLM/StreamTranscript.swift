internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// A streamed chat response as it stood on the wire, with everything that a check may object to.
struct StreamTranscript: Sendable {
  /// The media type, without parameters.
  var mediaType: String
  /// Whether the head told the length of the body, which nobody knows before the last token is generated.
  var hasLength: Bool
  /// The chunks, without the end mark.
  var chunks: [ChatChunk] = []
  /// Whether the end mark came.
  var isDone = false
  /// How many events came after the end mark.
  var eventsAfterDone = 0
  /// Whether every byte is part of valid UTF-8.
  var isUTF8: Bool
  /// How many chunks have half a character, whose other half is in another chunk or nowhere.
  var chunksWithHalves = 0
  /// What stood after the last event.
  var tail = ""
  /// What is wrong with a stream that ended as it should and holds nothing, not even a count of tokens.
  private(set) var emptiness: AnswerFault?
  /// When the request was on its way, and when the first and the last chunk arrived that bear a token.
  var sent: MonotonicInstant?
  private(set) var span: ArrivalSpan?

  private var joiner = CharacterJoiner()

  /// The chunks put together.
  var response: ChatResponse {
    var accumulator = ChatAccumulator()
    for chunk in chunks { accumulator.add(chunk) }
    return accumulator.response
  }

  /// The chunks that carry text or pieces of a call.
  var contentChunks: Int { chunks.count { $0.choices.contains(where: \.delta.bearsToken) } }

  /// Reads the response to a request for a stream.
  ///
  /// - Throws: ``ServiceError`` for a bad status, a ``Finding`` of a failure for a response that the judge of all streams
  ///   does not call whole.
  init(_ head: HTTPResponse, _ pieces: [BodyChunk], sent: MonotonicInstant?, request: String) throws {
    let body = pieces.flatMap(\.bytes)
    guard head.status.kind == .successful else {
      throw ServiceError(response: head, body: body, request: request)
    }
    self.sent = sent
    mediaType = MediaType.of(head).shown
    hasLength = head.headerFields[.contentLength] != nil
    isUTF8 = String(validating: body, as: UTF8.self) != nil
    var parser = ServerSentEventParser()
    var judge = AnswerJudge()
    judge.acceptsHiddenReasoning = true
    judge.foreignCharset = TextEncoding.foreignCharset(head)
    for piece in pieces {
      var events: [(data: [UInt8], facts: ChunkFacts)] = []
      try parser.feed(piece.bytes.span) { data, type, _ in
        var bytes: [UInt8] = []
        bytes.append(copying: data)
        events.append((bytes, ChunkScanner().scan(data, type: type)))
      }
      for event in events { try take(event.data, event.facts, at: piece.receivedAt, &judge) }
    }
    let rest = parser.finish()
    // A mark without its empty line is a mark: whether the line is there is another question than whether the mark is.
    if rest.isDone { isDone = true } else { tail = rest.text }
    // What follows the mark is for the check of the mark to judge.
    judge.take(rest)
    guard MediaType.of(head).isEventStream else { return }
    if case .faulty(let fault) = judge.verdict(), fault.kind == .emptyResponse {
      emptiness = fault
    } else {
      try Self.demandWhole(judge)
    }
  }

  private mutating func take(
    _ data: [UInt8], _ facts: ChunkFacts, at instant: MonotonicInstant, _ judge: inout AnswerJudge
  ) throws {
    if isDone {
      eventsAfterDone += 1
      return
    }
    judge.take(facts, data.span)
    isDone = judge.isDone
    if !facts.content.isDisjoint(with: .token) {
      span = ArrivalSpan(first: span?.first ?? instant, last: instant, count: (span?.count ?? 0) + 1)
    }
    if !judge.hasFault, facts.isObject {
      let textsWithHalves = joiner.textsWithHalves
      let payload = joiner.join(data.span)
      if joiner.textsWithHalves > textsWithHalves { chunksWithHalves += 1 }
      do {
        chunks.append(try JSONCoding.decode(ChatChunk.self, from: payload))
      } catch {
        judge.refuse(data, because: JSONCoding.describe(error))
      }
    }
    if judge.hasFault { try Self.demandWhole(judge) }
  }

  private static func demandWhole(_ judge: AnswerJudge) throws {
    guard case .faulty(let fault) = judge.verdict() else { return }
    let place = fault.kind == .errorEvent ? "the stream with status 200 holds an error: " : ""
    throw Finding.fail(place + fault.message)
  }
}

extension LLMCheckContext {
  /// Asks for a stream and reads it to its end.
  ///
  /// A stream counts its tokens only where it is asked to. Of one without text that ended at its limit, the whole response
  /// to the same request tells whether hidden reasoning took the limit.
  func transcript(_ request: ChatRequest) async throws -> StreamTranscript {
    var request = request
    request.stream = true
    let exchange = ServiceExchange(transport: transport, request: try chat.transferRequest(for: request))
    let (head, pieces, instants) = try await exchange.pieces()
    let transcript = try StreamTranscript(
      head, pieces, sent: instants.sent ?? instants.started, request: "POST \(chat.route)")
    guard let fault = transcript.emptiness else { return transcript }
    if transcript.response.choices.first?.finishReason == .length, transcript.response.usage == nil {
      try await chat.complete(request).presumeShown()
    }
    throw Finding.fail(fault.message)
  }
}
