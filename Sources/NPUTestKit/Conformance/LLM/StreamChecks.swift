internal import NPUBase
internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// A stream comes in pieces that make a response.
  static var stream: Check {
    Check(
      "llm.stream", "A chat is streamed",
      requirement:
        "With stream: true the response is text/event-stream, its text comes in more than one chunk and not all at "
        + "once, and the choice ends with a regular finish reason.",
      knownDeviations: "A proxy that buffers responses hands a stream on in one piece; switch its buffering off.",
      tags: [.basic, .stream]
    ) { context in
      let transcript = try await context.transcript(context.longRequest())
      try Finding.demand(
        transcript.mediaType == "text/event-stream",
        "the media type is \(transcript.mediaType), not text/event-stream")
      let answer = transcript.response
      let finish = answer.choices.first?.finishReason
      try Finding.demand(finish != nil, "no chunk has a finish reason, after \(transcript.chunks.count) chunks")
      try Finding.demand(
        finish?.isRegular == true, "the finish reason is \(finish?.rawValue ?? ""); expected stop or length")
      try answer.demandText()
      let text = answer.generated
      try Finding.presume(text.count > 8, "the text \"\(text)\" is too short to tell pieces from one")
      try Finding.demand(
        transcript.contentChunks > 1, "all of the text, \(text.count) characters, comes in one chunk")
      if let first = transcript.onePiece {
        // A client that was held up takes a stream for one piece too, but hardly twice.
        let second = try await context.transcript(context.longRequest()).onePiece
        try Finding.presume(first.isTelling && second?.isTelling == true, first.text)
        return .fail(first.text)
      }
      return .pass(
        "\(transcript.contentChunks) chunks with text, finish reason \(finish?.rawValue ?? ""), \(answer.shown)")
    }
  }

  /// The end mark ends a stream.
  static var streamDone: Check {
    Check(
      "llm.stream.done", "The stream ends with [DONE]",
      requirement: "The last event of a stream is data: [DONE], and nothing comes after it.",
      knownDeviations:
        "transformers serve never sends it; clients then have only the finish reason and the end of the body.",
      tags: [.stream]
    ) { context in
      let transcript = try await context.transcript(context.request("Say hello."))
      try Finding.demand(transcript.isDone, "the stream of \(transcript.chunks.count) chunks ends without [DONE]")
      try Finding.demand(
        transcript.eventsAfterDone == 0 && transcript.tail.isEmpty,
        "after [DONE] come \(transcript.eventsAfterDone) events \(Excerpt.of(transcript.tail, limit: 100))")
      return .pass("[DONE] after \(transcript.chunks.count) chunks")
    }
  }

  /// The stream says what the whole response says.
  static var streamEqualsWhole: Check {
    Check(
      "llm.stream.equals-whole", "The stream says what the whole response says",
      requirement:
        "At temperature 0 the chunks of a stream add up to the text and the finish reason of the same request "
        + "without a stream.",
      tags: [.stream]
    ) { context in
      let request = context.longRequest()
      let whole = try await context.chat.complete(request)
      let streamed = try await context.transcript(request).response
      for answer in [whole, streamed] { try answer.demandText() }
      let reasons = [whole, streamed].map { $0.choices.first?.finishReason?.rawValue ?? "none" }
      if whole.generated.comparable == streamed.generated.comparable {
        try Finding.demand(
          reasons[0] == reasons[1], "the finish reason is \(reasons[0]) without a stream, \(reasons[1]) with it")
        return .pass("both say \(whole.shown), finish reason \(reasons[0])")
      }
      let again = try await context.chat.complete(request)
      try Finding.presume(
        again.generated == whole.generated,
        "two equal requests at temperature 0 differ without any stream: \(whole.shown) and \(again.shown)")
      return .fail("the whole response says \(whole.shown), the stream \(streamed.shown)")
    }
  }

  /// Characters of several bytes come through a stream whole.
  static var streamUTF8: Check {
    Check(
      "llm.stream.utf8", "Characters beyond ASCII come through a stream whole",
      requirement: "Every byte of a stream is valid UTF-8, and no character is cut in two between chunks.",
      tags: [.stream]
    ) { context in
      let request = context.request("Repeat this exactly: \"\(context.foreignText)\"", tokens: 96)
      let transcript = try await context.transcript(request)
      let streamed = transcript.response.generated
      try transcript.response.presumeShown()
      try Finding.demand(
        transcript.isUTF8, "bytes of the stream are not valid UTF-8; it says \(transcript.response.shown)")
      try Finding.demand(
        transcript.chunksWithHalves == 0,
        "\(transcript.chunksWithHalves) chunks have half a character, cut in two as UTF-16 escapes; joined the stream says "
          + transcript.response.shown)
      let cut = streamed.unicodeScalars.count { $0 == "\u{FFFD}" }
      if cut > 0 {
        // A model may itself generate bytes that are no character; then the whole response has them too.
        let whole = try await context.chat.complete(request)
        try Finding.demand(
          whole.generated.unicodeScalars.contains("\u{FFFD}"),
          "the stream has \(cut) replacement characters U+FFFD, the whole response has none: characters were cut between chunks"
        )
        return .inconclusive(
          "the model itself generates bytes that are no character, with and without a stream: \(whole.shown)")
      }
      try Finding.presume(
        streamed.contains { !$0.isASCII }, "the model answers in ASCII alone: \(transcript.response.shown)")
      return .pass("the stream says \(transcript.response.shown)")
    }
  }
}

extension StreamTranscript {
  /// A stream that arrived in one piece.
  struct OnePiece {
    /// What happened.
    var text: String
    /// Whether the response took so long that a stream would have come in more than one piece.
    var isTelling: Bool
  }

  /// The shortest response, from the request to its last token, by which a stream can be told from one piece: the
  /// tokens of a quicker one may fit into one read.
  private static let shortest = Duration.milliseconds(20)

  /// What is to be said of a stream whose chunks with text arrived at once; `nil` for one that came as a stream.
  fileprivate var onePiece: OnePiece? {
    guard let span, span.isOnePiece, let sent else { return nil }
    let wait = sent.duration(to: span.last)
    let milliseconds = NumberText.fixed(wait.milliseconds)
    let text = "all \(span.count) chunks with text arrived at once, \(milliseconds) ms after the request"
    if hasLength {
      return OnePiece(
        text: text
          + ", with a Content-Length that nobody knows before the end: something on the way buffers the stream",
        isTelling: true)
    }
    return wait >= Self.shortest
      ? OnePiece(text: text + ": something on the way buffers the stream", isTelling: true)
      : OnePiece(text: text + ": too soon to tell a stream from one piece", isTelling: false)
  }
}

extension String {
  /// The text as far as two ways of reading one response must agree.
  ///
  /// Bytes that are no character are replaced by one or several U+FFFD depending on where the text was cut, and white
  /// space at the edges may be taken off.
  fileprivate var comparable: String {
    var text = ""
    for scalar in unicodeScalars where !(scalar == "\u{FFFD}" && text.unicodeScalars.last == "\u{FFFD}") {
      text.unicodeScalars.append(scalar)
    }
    return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
