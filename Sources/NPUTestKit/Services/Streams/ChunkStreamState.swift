import HTTPTypes
internal import NPUBase
internal import NPUTransport

/// Decides what each event of a stream means and whether its end is a good one.
///
/// A stream is whole when each choice that was seen has its finish reason, no error came, and the stream ended: with the end
/// mark, or cleanly without one, as transformers does.
struct ChunkStreamState<Chunk: StreamChunk>: Sendable {
  /// What to do after an event.
  enum Action: Sendable {
    /// Hand the chunk out.
    case chunk(Chunk)
    /// Nothing: a keep-alive or another value without meaning.
    case skip
    /// The end mark came, and the response is whole.
    case done
  }

  private let head: HTTPResponse
  private let request: String
  private var open: Set<Int> = []
  private var finished: Set<Int> = []
  private var chunks = 0

  init(head: HTTPResponse, request: String) {
    self.head = head
    self.request = request
  }

  /// Takes the data of one event.
  mutating func receive(data: String, type: String) throws -> Action {
    let trimmed = data.utf8.drop { $0 == 0x20 }
    if trimmed.elementsEqual("[DONE]".utf8) {
      if let problem = problemAtEnd(how: "with [DONE]", tail: "") { throw problem }
      return .done
    }
    if type == "ping" || trimmed.isEmpty { return .skip }
    let bytes = Array(data.utf8)
    // An event that calls itself an error is one, whatever it holds.
    if type == "error" { throw failure(ErrorBody(bytes)) }
    let payload: StreamPayload<Chunk>
    do {
      payload = try JSONCoding.decode(StreamPayload<Chunk>.self, from: bytes)
    } catch {
      throw ServiceError(
        kind: .malformedPayload,
        message: "event \(chunks + 1) is not a chunk: \(JSONCoding.describe(error)); it reads \"\(Excerpt.of(bytes))\"",
        status: head.status.code, request: request, requestID: ServiceError.requestID(of: head), underlying: error)
    }
    switch payload {
    case .error: throw failure(ErrorBody(bytes))
    case .null: return .skip
    case .chunk(let chunk):
      chunks += 1
      for (index, isFinished) in chunk.progress {
        if isFinished {
          finished.insert(index)
          open.remove(index)
        } else if !finished.contains(index) {
          open.insert(index)
        }
      }
      return .chunk(chunk)
    }
  }

  /// Takes the end of the body, with what stood after the last event.
  ///
  /// - Throws: ``ServiceError`` unless the response is whole.
  mutating func end(tail: String) throws {
    let rest = Tail(tail)
    if rest.data.first?.hasPrefix("[DONE]") ?? false {
      if let problem = problemAtEnd(how: "with [DONE]", tail: "") { throw problem }
    } else if !rest.data.isEmpty {
      // An error whose last line break was lost is still the reason of the end.
      let payload = Array(rest.data.joined(separator: "\n").utf8)
      if case .error? = try? JSONCoding.decode(StreamPayload<Chunk>.self, from: payload) {
        throw failure(ErrorBody(payload))
      }
      throw truncated(how: "inside an event", tail: tail)
    } else if !rest.text.isEmpty {
      let text = rest.text.joined(separator: "\n")
      var error = ServiceError(kind: .rawTextError, head: head, error: ErrorBody(Array(text.utf8)), request: request)
      error.message = "the stream ended after \(chunks) chunks with text outside any event: \"\(error.message)\""
      throw error
    } else if let problem = problemAtEnd(how: "without an end mark", tail: tail) {
      throw problem
    }
  }

  /// The error of an exchange that broke while the body came.
  func broken(_ cause: any Error) -> ServiceError {
    var error = ServiceError(wrapping: cause, status: head.status.code, request: request)
    error.message += ", after \(chunks) chunks of the stream"
    error.requestID = ServiceError.requestID(of: head)
    return error
  }

  /// The error of a stream whose lines or events exceed their limit.
  func unreadable(_ cause: StreamError) -> ServiceError {
    ServiceError(
      kind: .eventTooLarge, message: cause.message, status: head.status.code, request: request,
      requestID: ServiceError.requestID(of: head), underlying: cause)
  }

  private func problemAtEnd(how: String, tail: String) -> ServiceError? {
    if open.isEmpty, !finished.isEmpty { return nil }
    return truncated(how: how, tail: tail)
  }

  private func truncated(how: String, tail: String) -> ServiceError {
    var message = "the stream ended \(how) after \(chunks) chunks"
    if open.isEmpty && finished.isEmpty {
      message += " and without a choice"
    } else if !open.isEmpty {
      let names = open.sorted().prefix(8).map(String.init).joined(separator: ", ")
      message += "; choice \(names) has no finish reason"
    }
    let tail = tail.trimmingWhitespace
    if !tail.isEmpty {
      let last = Excerpt.of(String(tail.suffix(200)), limit: 200)
      message += "; the rest reads \"\(tail.count > 200 ? "…" : "")\(last)\""
    }
    return ServiceError(
      kind: .truncatedStream, message: message, status: head.status.code, request: request,
      requestID: ServiceError.requestID(of: head))
  }

  private func failure(_ body: ErrorBody) -> ServiceError {
    ServiceError(kind: .errorEvent, head: head, error: body, request: request)
  }

  /// What stood after the last event, by line: payload, text that belongs to no event, and what means nothing.
  private struct Tail {
    var data: [Substring] = []
    var text: [Substring] = []

    init(_ tail: String) {
      for line in tail.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
        if line.hasPrefix("data:") {
          let value = line.dropFirst("data:".count)
          data.append(value.first == " " ? value.dropFirst() : value)
        } else if !line.hasPrefix(":"), !["event:", "id:", "retry:"].contains(where: line.hasPrefix),
          // The line may be cut inside the name of its field.
          !["data", "event", "id", "retry"].contains(where: { $0.hasPrefix(line) })
        {
          text.append(line)
        }
      }
    }
  }
}

extension String {
  /// The text without white space at its ends.
  fileprivate var trimmingWhitespace: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
