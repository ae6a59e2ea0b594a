internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// Temperature 0 gives the same response each time.
  static var temperatureZero: Check {
    Check(
      "llm.temperature-zero", "Temperature 0 gives the same response each time",
      requirement: "Four equal requests at temperature 0, one after another, are answered by the same text.",
      knownDeviations: "Engines whose arithmetic depends on the batch may differ while other requests run.",
      tags: [.sampling], isolation: .alone
    ) { context in
      let request = context.longRequest()
      var answers: [ChatResponse] = []
      for _ in 0..<4 { answers.append(try await context.chat.complete(request)) }
      let texts = answers.map(\.generated)
      for answer in answers { try answer.demandText() }
      if let other = answers.first(where: { $0.generated != texts[0] }) {
        return .fail(
          "\(Set(texts).count) different responses to 4 equal requests: \(answers[0].shown) and \(other.shown)")
      }
      // A service that says one thing whatever it is asked shows nothing about its sampling.
      let other = try await context.chat.complete(
        context.request("Name seven animals that live in the sea.", tokens: 48))
      try other.demandText()
      try Finding.presume(
        other.generated != texts[0], "another question gets the same response, \(answers[0].shown): it is a constant")
      return .pass("4 times \(answers[0].shown)")
    }
  }

  /// The limit of tokens holds.
  static var maxTokens: Check {
    Check(
      "llm.max-tokens", "The limit of tokens holds",
      requirement:
        "With max_tokens: 10 a response that is longer without it is cut: usage counts at most 10 completion tokens, its "
        + "text is shorter, and its finish reason is length.",
      tags: [.sampling, .usage]
    ) { context in
      var limit = 10
      var limited = try await context.chat.complete(context.longRequest(tokens: limit))
      var free = try await context.chat.complete(context.longRequest())
      if limited.hiddenReasoning != nil {
        // Its reasoning does not show what the limit cuts: let the limit fall into the text behind it.
        free = try await context.chat.complete(context.longRequest(tokens: context.semanticTokens))
        if free.hiddenReasoning == nil, let reasoning = free.usage?.reasoningTokens {
          limit = min(reasoning, 1_000_000_000) + 10
          limited = try await context.chat.complete(context.longRequest(tokens: limit))
        }
      }
      return try TokenLimit(limit, limited: limited, free: free).finding()
    }
  }
}

/// Judges a response under a limit of tokens beside the same response without it.
///
/// A count is what the server says of itself; the text and the finish reason have to agree with it.
struct TokenLimit {
  private let limit: Int
  private let limited: ChatResponse
  private let free: ChatResponse

  init(_ limit: Int, limited: ChatResponse, free: ChatResponse) {
    (self.limit, self.limited, self.free) = (limit, limited, free)
  }

  func finding() throws -> Finding {
    let shown = "with max_tokens: \(limit): \(limited.shown)"
    let count = limited.usage?.completionTokens
    if let count { try Finding.demand(count <= limit, "\(count) completion tokens \(shown)") }
    for answer in [limited, free] { try answer.demandText() }
    if let count {
      try Finding.demand(count > 0, "usage counts no completion token for a response that has text, \(shown)")
    }
    // A word has a token at least, whatever the server counts.
    let words = limited.generated.split(whereSeparator: \.isWhitespace).count
    try Finding.demand(words <= limit, "the response has \(words) words \(shown)")
    let isLonger =
      free.generated.count > limited.generated.count || free.usage?.completionTokens.map { $0 > limit } == true
    let reason = limited.choices.first?.finishReason
    let said = reason?.rawValue ?? "missing"
    guard isLonger else {
      try Finding.demand(
        reason != .length || count == limit,
        "the finish reason is length after \(count ?? 0) of \(limit) tokens, \(shown)")
      return .inconclusive(
        "the response ends by itself before the limit, so that it shows nothing, \(shown), finish reason \(said)")
    }
    try Finding.demand(
      free.generated.count > limited.generated.count,
      "the text is no shorter than without the limit, where usage counts \(free.usage?.completionTokens ?? 0) tokens, \(shown)"
    )
    try Finding.demand(
      reason == .length, "the limit cuts the response, but its finish reason is \(said), \(shown)")
    guard let count else {
      return .inconclusive("the response is cut, but does not count its tokens, and words are no tokens, \(shown)")
    }
    return .pass("\(count) completion tokens, finish reason length: \(limited.shown)")
  }
}
