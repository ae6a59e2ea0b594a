internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// Decides how one exchange ended, from everything that was seen of it.
///
/// A response is whole when every choice gave its finish reason and the end mark came, or the body ended cleanly without one,
/// as some servers have it. What came after the end mark no longer matters to the response.
struct OutcomeVerdict {
  let head: HTTPResponse?
  let end: TransferEnd?
  let expectation: StreamRecorder.Expectation
  let timeline: StreamTimeline
  let answer: ResponseState
  let tail: StreamTail
  let body: [UInt8]

  /// The outcome.
  var outcome: Outcome {
    let status = head?.status.code
    func failure(_ kind: Outcome.Kind, _ message: String) -> Outcome {
      Outcome(kind, status: status, message: message)
    }
    let broken = end?.error
    if let broken, broken.kind == .cancelled { return failure(.init(broken.kind), broken.message) }
    // What the server said of its failure explains more than how the connection ended afterwards.
    if let head, head.status.kind != .successful { return failure(.httpStatus(head.status.code), statusText(head)) }
    if let payload = answer.errorPayload { return failure(.errorEvent, errorText(payload)) }
    if let broken, !isComplete { return failure(.init(broken.kind), broken.message) }
    guard let head else { return failure(.emptyResponse, "the exchange ended without a response head") }
    if timeline.firstByte == nil {
      return failure(.emptyResponse, "the response has status \(head.status.code) and an empty body")
    }
    if expectation.isStreamed, !MediaType.of(head).isEventStream { return failure(.wrongContentType, mediaText(head)) }
    if let error = answer.streamError { return failure(.eventTooLarge, error.description) }
    if answer.exceedsEventLimit {
      return failure(.eventTooLarge, "the stream has more than \(expectation.eventLimit) events and was broken off")
    }
    if let payload = answer.malformedPayload {
      if !expectation.isStreamed, !MediaType.of(head).isJSON { return failure(.wrongContentType, mediaText(head)) }
      return failure(.malformedPayload, "a payload is not the JSON that the protocol asks for: \(Excerpt.of(payload))")
    }
    if isComplete { return Outcome(.success, status: status) }
    return expectation.isStreamed ? incompleteStream(failure) : incompleteDocument(failure)
  }

  /// Whether the response is whole.
  private var isComplete: Bool {
    guard answer.errorPayload == nil, answer.malformedPayload == nil, answer.streamError == nil else { return false }
    guard answer.finishedChoices >= expectation.choices else { return false }
    return !expectation.isStreamed || timeline.done != nil || (end?.error == nil && tail.isEmpty)
  }

  private var unfinished: String {
    "\(answer.finishedChoices) of \(expectation.choices) choices have a finish reason"
  }

  private func incompleteDocument(_ failure: (Outcome.Kind, String) -> Outcome) -> Outcome {
    answer.finishedChoices == 0
      ? failure(.emptyResponse, "the document holds no finished response: \(Excerpt.of(body))")
      : failure(.truncatedStream, "the document ended, and \(unfinished)")
  }

  private func incompleteStream(_ failure: (Outcome.Kind, String) -> Outcome) -> Outcome {
    let events = timeline.events.count
    if events == 0, tail.isEmpty { return failure(.emptyResponse, "the body holds no event") }
    guard !tail.isEmpty, timeline.done == nil else {
      return failure(.truncatedStream, "the stream ended after \(events) events, and \(unfinished)")
    }
    return tail.isBareText
      ? failure(
        .rawTextError, "the stream ended after \(events) events with text outside any event: \(errorText(tail.bytes))")
      : failure(
        .truncatedStream, "the stream ended after \(events) events, inside one that begins: \(Excerpt.of(tail.bytes))")
  }

  private func statusText(_ head: HTTPResponse) -> String {
    let text = errorText(body)
    return text.isEmpty ? "the response has status \(head.status.code) and no text" : text
  }

  private func mediaText(_ head: HTTPResponse) -> String {
    let expected = expectation.isStreamed ? "text/event-stream" : "application/json"
    return "the response is \(MediaType.of(head).shown), not \(expected); the body says: \(errorText(body))"
  }

  /// What an error body says, in one line.
  private func errorText(_ bytes: [UInt8]) -> String { ErrorBody(bytes).message }
}

extension StreamTail {
  /// Whether a line of the tail belongs to no event, so that it is the text of a server that gave up.
  fileprivate var isBareText: Bool {
    bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).contains { line in
      guard line.first != 0x3A, line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return false }
      let name = line.prefix { $0 != 0x3A }
      let fields = ["data", "event", "id", "retry"].map(\.utf8)
      // The last line may be cut inside the name of its field.
      return !fields.contains { name.elementsEqual($0) || (name.count == line.count && $0.starts(with: name)) }
    }
  }
}
