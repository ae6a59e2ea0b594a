package import NPUServices

/// What looks at the responses of a load for what is wrong with them, beside the timing.
package protocol ResponseExaminer: Sendable {
  /// How the response to a request is examined; asked for when the request is prepared.
  func examination(of request: ExaminedRequest) -> ResponseExamination
}

/// What a request asks, as far as it matters for what its response may say.
package struct ExaminedRequest: Sendable {
  /// Position of the request in the load, from 0.
  package var index: Int
  /// What it asks.
  package var prompt: Prompt
  /// The messages that all requests have in common.
  package var common: [ChatMessage]
  /// Whether it asks for log-probabilities.
  package var asksForLogprobs: Bool
  /// Whether the model is told to go on to the limit of tokens.
  package var ignoresEnd: Bool
  /// Whether the response begins with the prompt.
  package var echoes = false
  /// Whether the model is given an image, a video or sound beside the texts.
  package var hasMedia = false

  /// Whether the model is given nothing but texts that are known here.
  package var isPlain: Bool { if case .tokens = prompt.content { false } else { !hasMedia } }

  /// Every text that the model is given.
  package var text: String {
    let common = common.map { PromptMessage(role: $0.role.rawValue, content: $0.content ?? .text("")).text }
    switch prompt.content {
    case .text(let text): return (common + [text]).joined(separator: "\n")
    case .messages(let messages): return (common + messages.map(\.text)).joined(separator: "\n")
    case .tokens: return common.joined(separator: "\n")
    }
  }
}

extension PreparedRequest {
  /// Has the response examined, if somebody examines responses.
  mutating func examine(by examiner: (any ResponseExaminer)?, _ request: @autoclosure () -> ExaminedRequest) {
    guard let examiner, case .exchange(let transfer, var expectation) = work else { return }
    expectation.isExamined = true
    work = .exchange(transfer, expectation)
    examination = examiner.examination(of: request())
  }
}
