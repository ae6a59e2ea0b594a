internal import Foundation
import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension Check where Context == LLMCheckContext {
  /// Log-probabilities stand beside the tokens.
  static var logprobs: Check {
    Check(
      "llm.logprobs", "Log-probabilities stand beside the tokens",
      requirement:
        "With logprobs: true and top_logprobs: 2 each token of the response has a log-probability of at most 0 and one or "
        + "two alternatives, and the tokens make the text.",
      needs: [.logprobs], tags: [.logprobs]
    ) { context in
      var request = context.request("Say hello.", tokens: 12)
      request.logprobs = true
      request.topLogprobs = 2
      var answer = try await context.chat.complete(request)
      let isReasoning = answer.choices.first?.message.reasoning?.isEmpty == false || answer.hiddenReasoning != nil
      if answer.text?.isEmpty ?? true, isReasoning {
        // Not every server lists the tokens of the reasoning: let the response come to its content.
        request.sampling.maxTokens = context.semanticTokens
        answer = try await context.chat.complete(request)
      }
      try answer.demandText()
      guard let tokens = answer.choices.first?.logprobs, !tokens.isEmpty else {
        return .fail("the response has no log-probabilities: \(answer.shown)")
      }
      for (place, token) in tokens.enumerated() {
        guard let value = token.logprob else {
          return .fail("token \(place), \"\(token.token)\", has no log-probability")
        }
        try Finding.demand(
          value <= 1e-6, "token \(place), \"\(token.token)\", has the log-probability \(value); over 0")
        let others = token.alternatives.count
        try Finding.demand(
          (1...2).contains(others), "token \(place), \"\(token.token)\", has \(others) alternatives; asked for 2")
        // Different tokens exclude each other.
        let sum = Dictionary(token.alternatives.map { ($0.token, $0.logprob ?? -.infinity) }) { first, _ in first }
          .values.reduce(0) { $0 + exp($1) }
        try Finding.demand(
          sum <= 1.01,
          "the alternatives of token \(place), \"\(token.token)\", have the probability \(sum) together; over 1")
      }
      try Finding.presume(
        tokens.contains { $0.logprob != 0 }, "each of \(tokens.count) tokens has the log-probability 0: a constant")
      // Bytes that are no character are listed one by one by some servers, and in one or not at all by others.
      let text = tokens.reduce("") { $0 + $1.token }
      let isWhole = !(answer.generated + text).unicodeScalars.contains("\u{FFFD}")
      let reasons = answer.choices.first?.message.reasoning?.isEmpty == false
      if let count = answer.usage?.completionTokens, isWhole, !reasons {
        // The token that ends the response is counted by all servers and listed by some.
        try Finding.demand(
          (tokens.count...(tokens.count + 1)).contains(count),
          "\(tokens.count) tokens have log-probabilities, usage counts \(count)")
      }
      if isWhole, !reasons {
        let said = answer.generated.filter { !$0.isWhitespace }
        try Finding.demand(
          text.filter { !$0.isWhitespace }.hasPrefix(said),
          "the tokens make \"\(Excerpt.of(text, limit: 160))\", the response says \(answer.shown)")
      }
      let note =
        isWhole ? "" : "; number and text are not compared, since the model generates bytes that are no character"
      return .pass("\(tokens.count) tokens have log-probabilities\(note)")
    }
  }
}

extension Probe where Context == LLMCheckContext {
  /// Whether the server takes the parameter; some refuse it.
  static var logprobs: Probe {
    Probe("log-probabilities") { context in
      var request = context.request("Say hello.", tokens: 4)
      let plain = request
      request.logprobs = true
      request.topLogprobs = 2
      let response = try await context.chat.response(to: request)
      guard [400, 404, 422, 501].contains(response.head.status.code) else { return .supported }
      _ = try await context.chat.complete(plain)
      return .notSupported("it answers status \(response.head.status.code) \(ErrorBody(response.body).message)")
    }
  }
}
