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
  var tail: String

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
    var events: [[UInt8]] = []
    var parser = ServerSentEventParser()
    try parser.feed(response.body.span) { data, _, _ in
      var bytes: [UInt8] = []
      for index in data.indices { bytes.append(data[index]) }
      events.append(bytes)
    }
    let rest = parser.finish()
    // A mark without its empty line is a mark: whether the line is there is another question than whether the mark is.
    if rest.isDone { events.append(Array("[DONE]".utf8)) }
    tail = rest.isDone ? "" : rest.text
    for event in events { try take(event) }
  }

  private mutating func take(_ event: [UInt8]) throws {
    if isDone {
      eventsAfterDone += 1
    } else if event.span.isEndMark {
      isDone = true
    } else {
      let payload: StreamPayload<ChatChunk>
      do {
        payload = try JSONCoding.decode(StreamPayload<ChatChunk>.self, from: event)
      } catch {
        throw Finding.fail("event \(chunks.count + 1) is not a chunk: \"\(Excerpt.of(event, limit: 160))\"")
      }
      switch payload {
      case .chunk(let chunk): chunks.append(chunk)
      case .null: break
      case .error:
        throw Finding.fail("the stream with status 200 holds an error: \(ErrorBody(event).message)")
      }
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
