import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// A streamed chat response as it stood on the wire, with everything that a check may object to.
struct StreamTranscript: Sendable {
  /// The media type, without parameters.
  var mediaType: String
  /// The chunks, without the end mark.
  var chunks: [ChatChunk] = []
  /// Whether the end mark came.
  var isDone = false
  /// How many events came after the end mark.
  var eventsAfterDone = 0
  /// Whether every byte is part of valid UTF-8.
  var isUTF8: Bool
  /// What stood after the last event.
  var tail = ""

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
  /// - Throws: ``ServiceError`` for a bad status, a ``Finding`` of a failure for events that are errors or no chunks.
  init(_ response: TransferResponse, request: String) throws {
    guard response.head.status.kind == .successful else {
      throw ServiceError(response: response.head, body: response.body, request: request)
    }
    mediaType = MediaType.of(response.head).shown
    isUTF8 = String(validating: response.body, as: UTF8.self) != nil
    var events: [(data: [UInt8], facts: ChunkFacts)] = []
    var parser = ServerSentEventParser()
    try parser.feed(response.body.span) { data, type, _ in
      var bytes: [UInt8] = []
      bytes.append(copying: data)
      events.append((bytes, ChunkScanner().scan(data, type: type)))
    }
    let rest = parser.finish()
    var judge = AnswerJudge()
    for event in events { try take(event.data, event.facts, &judge) }
    // A mark without its empty line is a mark: whether the line is there is another question than whether the mark is.
    if rest.isDone { isDone = true } else { tail = rest.text }
  }

  private mutating func take(_ data: [UInt8], _ facts: ChunkFacts, _ judge: inout AnswerJudge) throws {
    if isDone {
      eventsAfterDone += 1
      return
    }
    judge.take(facts, data.span)
    isDone = judge.isDone
    if !judge.hasFault, facts.isObject {
      do {
        chunks.append(try JSONCoding.decode(ChatChunk.self, from: data))
      } catch {
        judge.refuse(data, because: JSONCoding.describe(error))
      }
    }
    if judge.hasFault, case .faulty(let fault) = judge.verdict() {
      let place = fault.kind == .errorEvent ? "the stream with status 200 holds an error: " : ""
      throw Finding.fail(place + fault.message)
    }
  }
}

extension LLMCheckContext {
  /// Asks for a stream and reads it to its end.
  func transcript(_ request: ChatRequest) async throws -> StreamTranscript {
    var request = request
    request.stream = true
    return try StreamTranscript(try await chat.response(to: request), request: "POST \(chat.route)")
  }
}
