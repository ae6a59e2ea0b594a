import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension Check where Context == LLMCheckContext {
  /// The earlier turns of a conversation reach the model.
  static var multiTurn: Check {
    Check(
      "llm.multi-turn", "Earlier messages reach the model",
      requirement:
        "A conversation of several turns is answered, and its prompt counts more tokens than its last message alone.",
      tags: [.conversation]
    ) { context in
      let last = ChatMessage.user("And what did I ask you to remember?")
      let turns = [
        ChatMessage.user("Please remember the number seventeen and the colour green."),
        .assistant("I will remember the number seventeen and the colour green."), last,
      ]
      let whole = try await context.chat.complete(context.request(turns))
      let alone = try await context.chat.complete(context.request([last]))
      return try promptGrows(from: alone, to: whole, by: "two earlier messages")
    }
  }

  /// The system prompt reaches the model.
  static var systemPrompt: Check {
    Check(
      "llm.system-prompt", "The system prompt reaches the model",
      requirement:
        "A message of the role system is accepted, and the prompt counts more tokens with it than without it.",
      needs: [.systemRole], tags: [.conversation]
    ) { context in
      let question = ChatMessage.user("Who are you?")
      let system = ChatMessage.system(
        "You are a careful librarian in a small town by the sea, and you speak in rhymes.")
      let with = try await context.chat.complete(context.request([system, question]))
      let without = try await context.chat.complete(context.request([question]))
      return try promptGrows(from: without, to: with, by: "a system prompt of 17 words")
    }
  }

  /// The model uses what was said before.
  static var memory: Check {
    Check(
      "llm.multi-turn.memory", "The model uses what was said before",
      requirement: "The response to a question about an earlier message is right, by keywords or a judge of one's own.",
      knownDeviations: "A model without training, or a very small one, fails whatever the server does.",
      tags: [.conversation, .semantic]
    ) { context in
      try await semantic(context.memoryCase, without: "the earlier messages", in: context) { Array($0.suffix(1)) }
    }
  }

  /// The model follows the system prompt.
  static var systemPromptFollowed: Check {
    Check(
      "llm.system-prompt.followed", "The model follows the system prompt",
      requirement: "The response follows the instruction of the system prompt, by keywords or a judge of one's own.",
      knownDeviations: "A model without training, or a very small one, fails whatever the server does.",
      needs: [.systemRole], tags: [.conversation, .semantic]
    ) { context in
      try await semantic(context.systemPromptCase, without: "the system prompt", in: context) { messages in
        messages.filter { $0.role != .system }
      }
    }
  }

  /// Judges the response to a case; a yardstick that the response without the decisive messages meets as well measures
  /// nothing.
  private static func semantic(
    _ example: LLMCheckContext.SemanticCase, without what: String, in context: LLMCheckContext,
    _ shortened: ([ChatMessage]) -> [ChatMessage]
  ) async throws -> Finding {
    let answer = try await context.chat.complete(context.request(example.messages, tokens: context.semanticTokens))
    try answer.presumeShown()
    // A response that is still reasoning at its limit has not been given.
    try Finding.presume(
      answer.text?.isEmpty == false || answer.choices.first?.finishReason != .length,
      "the response was cut after \(context.semanticTokens) tokens of reasoning; allow more")
    let finding = try await example.judge.finding(for: answer.text ?? "")
    let rest = shortened(example.messages)
    guard finding.verdict == .pass, !rest.isEmpty, rest.count < example.messages.count else { return finding }
    let other = try await context.chat.complete(context.request(rest, tokens: context.semanticTokens))
    try other.presumeShown()
    let control = other.text ?? ""
    try Finding.presume(
      try await example.judge.objection(control) != nil,
      "the response without \(what), \"\(Excerpt.of(control, limit: 100))\", is as right; judged by \(example.judge.name), "
        + "nothing can be told")
    return finding
  }

  private static func promptGrows(
    from shorter: ChatResponse, to longer: ChatResponse, by what: String
  ) throws -> Finding {
    for answer in [shorter, longer] { try answer.demandTokens() }
    guard let before = shorter.usage?.promptTokens, let after = longer.usage?.promptTokens else {
      throw Finding.inconclusive("the responses do not count the tokens of the prompt")
    }
    try Finding.demand(before > 0, "a prompt that is not empty counts \(before) tokens")
    try Finding.demand(after > before, "the prompt counts \(before) tokens without and \(after) with \(what)")
    return .pass("the prompt counts \(before) tokens without and \(after) with \(what)")
  }
}

extension Probe where Context == LLMCheckContext {
  /// Whether the chat template takes a system message; some models have none.
  static var systemRole: Probe {
    Probe("a system role") { context in
      let question = ChatMessage.user("Hello")
      let response = try await context.chat.response(to: context.request([.system("Be brief."), question], tokens: 4))
      guard [400, 422].contains(response.head.status.code) else { return .supported }
      // Only if the same request without it is accepted, the system message was the reason.
      _ = try await context.chat.complete(context.request([question], tokens: 4))
      return .notSupported("it answers status \(response.head.status.code) \(ErrorBody(response.body).message)")
    }
  }
}
