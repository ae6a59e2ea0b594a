internal import NPULoad
internal import NPUServices

/// How a response ended, as far as it tells whether something is missing.
struct ResponseEnding {
  private let record: RequestRecord
  private let request: ExaminedRequest
  /// Whether the model is known to have ended the response, and no limit.
  let endedByItself: Bool

  init(_ record: RequestRecord, _ request: ExaminedRequest, _ response: ExaminedResponse) {
    self.record = record
    self.request = request
    endedByItself = record.outcome.isSuccess && !Self.metLimit(record, response)
  }

  /// Whether a response was cut by its limit of tokens, or may have been, where the service does not tell.
  ///
  /// The first server of vLLM says neither why a response ended nor how many tokens it has; each has a byte or more.
  private static func metLimit(_ record: RequestRecord, _ response: ExaminedResponse) -> Bool {
    if let reason = record.finishReason, !reason.isEmpty {
      return ["length", "max_tokens", "model_length"].contains(reason.lowercased())
    }
    guard let limit = record.requested.outputTokens else { return false }
    return record.tokens.completion ?? (response.text.utf8.count + response.reasoning.utf8.count) >= limit
  }

  /// Whether the response holds nothing although it could.
  ///
  /// Reasoning that used up the limit of tokens leaves no text, which is no fault of the response; reasoning that ended by
  /// itself and was followed by nothing is one.
  func isEmpty(text: Int, reasoning: Int) -> Bool {
    if record.outcome.kind == .emptyResponse { return true }
    guard record.outcome.isSuccess, record.requested.outputTokens != 0, text == 0 else { return false }
    let others: ChunkContent = [.toolCall, .media]
    guard !record.timeline.events.contains(where: { !$0.content.isDisjoint(with: others) }) else { return false }
    return reasoning == 0 ? record.form.cutReason == nil : endedByItself
  }

  /// What is missing at the end; nil if nothing is known to be.
  ///
  /// A text that ends within a sentence is not looked at: only its author knows whether it is complete. One token fewer
  /// than asked for is none: some servers count the end mark, and some do not.
  var truncation: String? {
    if record.outcome.kind == .truncatedStream { return "neither a finish reason nor an end mark came" }
    guard record.outcome.isSuccess, let count = record.tokens.completion, let limit = record.requested.outputTokens,
      count < limit - 1, record.form.cutReason == nil
    else { return nil }
    if !endedByItself { return "ended by length after \(count) of \(limit) tokens" }
    return request.ignoresEnd ? "ended after \(count) of \(limit) tokens although the end was to be ignored" : nil
  }
}
