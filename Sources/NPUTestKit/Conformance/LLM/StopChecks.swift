internal import NPUBase
internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// A stop text ends the response.
  static var stop: Check {
    Check(
      "llm.stop", "A stop text ends the response",
      requirement:
        "Generation ends at the first occurrence of a stop text with the finish reason stop, and the text is "
        + "not part of the response.",
      tags: [.sampling]
    ) { context in
      try await stops(in: context) { try await context.chat.complete($0) }
    }
  }

  /// A stop text ends a stream, even where it is spread over several chunks.
  static var stopStream: Check {
    Check(
      "llm.stop.stream", "A stop text ends a stream",
      requirement:
        "A stop text ends a stream with the finish reason stop, and no part of it is sent although it may be "
        + "spread over several tokens.",
      tags: [.sampling, .stream]
    ) { context in
      try await stops(in: context) { try await context.transcript($0).response }
    }
  }

  /// Takes a piece out of the middle of a response as the stop text of the same request, which works with any model.
  private static func stops(
    in context: LLMCheckContext, answer: (ChatRequest) async throws -> ChatResponse
  ) async throws -> Finding {
    var request = context.longRequest()
    let whole = try await context.chat.complete(request)
    try whole.presumeShown()
    let free = whole.generated
    guard let (stop, expected) = StopText.choose(from: free) else {
      return .inconclusive(
        "the response without a stop text is too short to take one out of it: \"\(Excerpt.of(free))\"")
    }
    request.sampling.stop = [stop]
    let stopped = try await answer(request)
    let text = stopped.generated
    let reason = stopped.choices.first?.finishReason
    try Finding.demand(!text.contains(stop), "the stop text \"\(stop)\" stands in the response \(stopped.shown)")
    if text.trimmed == expected.trimmed {
      try Finding.demand(
        reason == .stop, "the response ends at the stop text, but its finish reason is \(reason?.rawValue ?? "missing")"
      )
      return .pass("stop text \"\(stop)\": the response ends after \"\(Excerpt.of(String(text.suffix(40))))\"")
    }
    let again = try await context.chat.complete(context.longRequest()).generated
    try Finding.presume(again == free, "two equal requests at temperature 0 differ, so that the end cannot be foretold")
    return .fail(
      "with the stop text \"\(stop)\" the response is \(stopped.shown); expected \"\(Excerpt.of(expected, limit: 160))\""
    )
  }
}

/// A stop text taken from a response.
enum StopText {
  /// Chooses a text of four characters from the middle of a response.
  ///
  /// - Returns: The text and what stands before its first occurrence; `nil` if the response is too short.
  static func choose(from answer: String) -> (stop: String, before: String)? {
    let characters = Array(answer)
    guard characters.count >= 12 else { return nil }
    for start in (characters.count / 2)..<(characters.count - 4) {
      let candidate = String(characters[start..<(start + 4)])
      let isPlain = candidate.unicodeScalars.allSatisfy { $0 != "\u{FFFD}" && !$0.properties.isWhitespace }
      guard isPlain, let first = answer.firstRange(of: candidate) else { continue }
      // An occurrence at the very beginning would leave nothing to compare.
      let before = String(answer[..<first.lowerBound])
      if !before.trimmed.isEmpty { return (candidate, before) }
    }
    return nil
  }
}

extension String {
  /// The text without white space at its end: a stop may take it along.
  fileprivate var trimmed: Substring {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
