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
      try Finding.presume(texts.contains { !$0.isEmpty }, "the responses are empty")
      if let other = answers.first(where: { $0.generated != texts[0] }) {
        return .fail(
          "\(Set(texts).count) different responses to 4 equal requests: \(answers[0].shown) and \(other.shown)")
      }
      return .pass("4 times \(answers[0].shown)")
    }
  }

  /// The limit of tokens holds.
  static var maxTokens: Check {
    Check(
      "llm.max-tokens", "The limit of tokens holds",
      requirement:
        "With max_tokens: 10 usage counts at most 10 completion tokens, and a response that reaches the limit has "
        + "the finish reason length.",
      tags: [.sampling, .usage]
    ) { context in
      let answer = try await context.chat.complete(context.longRequest(tokens: 10))
      guard let count = answer.usage?.completionTokens else {
        return .inconclusive("the response does not count its tokens, and words are no tokens: \(answer.shown)")
      }
      try Finding.demand(count <= 10, "\(count) completion tokens with max_tokens: 10: \(answer.shown)")
      let reason = answer.choices.first?.finishReason
      if count == 10 {
        try Finding.demand(
          reason == .length || reason == .stop,
          "the limit is reached, but the finish reason is \(reason?.rawValue ?? "missing")")
      } else {
        try Finding.demand(
          reason != .length, "the finish reason is length after \(count) of 10 tokens: \(answer.shown)")
      }
      return .pass("\(count) completion tokens, finish reason \(reason?.rawValue ?? "missing")")
    }
  }
}
