internal import HTTPTypes

/// Decides how one exchange ended, from everything that was seen of it.
///
/// An answer is whole when every choice gave its finish reason and the end mark came, or the body ended cleanly without one,
/// as some servers have it. What came after the end mark no longer matters to the answer.
struct OutcomeVerdict {
  let head: HTTPResponse?
  let end: TransferEnd?
  let expectation: StreamRecorder.Expectation
  let timeline: StreamTimeline
  let answer: AnswerState
  let tail: StreamTail
  let body: [UInt8]

  /// The outcome.
  var outcome: Outcome {
    let status = head?.status.code
    func failure(_ class: Outcome.Class, _ message: String) -> Outcome {
      Outcome(`class`, status: status, message: message)
    }
    if let error = end?.error, !isComplete || error.kind == .cancelled {
      return failure(.init(error.kind), error.message)
    }
    guard let head else { return failure(.emptyAnswer, "the exchange ended without a response head") }
    guard head.status.kind == .successful else { return failure(.httpStatus(head.status.code), errorText(body)) }
    if expectation.isStreamed, !MediaType.of(head).isEventStream {
      return failure(
        .wrongContentType,
        "the answer is \(MediaType.of(head).shown), not text/event-stream; the body says: \(errorText(body))")
    }
    if let error = answer.streamError { return failure(.eventTooLarge, error.description) }
    if answer.exceedsEventLimit {
      return failure(.eventTooLarge, "the stream has more than \(expectation.eventLimit) events and was broken off")
    }
    if let payload = answer.errorPayload { return failure(.errorEvent, errorText(payload)) }
    if let payload = answer.malformedPayload {
      return failure(.malformedPayload, "a payload is not the JSON of a chunk: \(Self.excerpt(payload))")
    }
    return isComplete ? Outcome(.success, status: status) : incomplete(failure)
  }

  /// Whether the answer is whole.
  private var isComplete: Bool {
    guard answer.errorPayload == nil, answer.malformedPayload == nil, answer.streamError == nil else { return false }
    guard answer.finishedChoices >= expectation.choices else { return false }
    return !expectation.isStreamed || timeline.done != nil || (end?.error == nil && tail.isEmpty)
  }

  private func incomplete(_ failure: (Outcome.Class, String) -> Outcome) -> Outcome {
    let events = timeline.events.count
    if events == 0, tail.isEmpty, answer.finishedChoices == 0 {
      return failure(.emptyAnswer, "the body holds no event")
    }
    let missing =
      answer.finishedChoices < expectation.choices
      ? "\(answer.finishedChoices) of \(expectation.choices) choices have a finish reason"
      : "the end mark [DONE] is missing"
    guard !tail.isEmpty, !tail.isDone else {
      return failure(.truncatedStream, "the stream ended after \(events) events, and \(missing)")
    }
    let text = Self.excerpt(tail.bytes)
    return tail.data == nil
      ? failure(.rawTextError, "the stream ended after \(events) events with text outside any event: \(text)")
      : failure(.truncatedStream, "the stream ended after \(events) events, inside one that begins: \(text)")
  }

  /// What an error body says, in one line.
  private func errorText(_ bytes: [UInt8]) -> String {
    ErrorBody(bytes).message
  }

  /// The start of a text, for a message.
  private static func excerpt(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    return bytes.count > 200 ? text + "..." : text
  }
}
