internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// The model asked for is in the list of models.
  static var models: Check {
    Check(
      "llm.models", "The list of models has the model",
      requirement: "GET /v1/models lists the model under the name by which requests ask for it.",
      knownDeviations: "llama-server answers to any name, but lists one.",
      needs: [.modelList], tags: [.health, .basic]
    ) { context in
      let names = try await context.health.models().value?.models.map(\.id) ?? []
      try Finding.demand(!names.isEmpty, "the list of models is empty")
      try Finding.demand(!names.contains(where: \.isBlank), "a model of the list has no name")
      let shown = names.prefix(8).joined(separator: ", ")
      if let model = context.model {
        try Finding.demand(names.contains(model), "the model \"\(model)\" is not in the list: \(shown)")
      }
      return .pass("the service lists \(shown)")
    }
  }

  /// A chat is answered as the protocol says.
  static var chat: Check {
    Check(
      "llm.chat", "A chat is answered",
      requirement: "POST /v1/chat/completions answers 200 and JSON with a choice, an assistant's message that says "
        + "something, and a regular finish reason.",
      tags: [.basic]
    ) { context in
      let answer = try await context.chat.complete(context.request("Say hello."))
      guard let choice = answer.choices.first else { return .fail("the list of choices is empty") }
      let role = choice.message.role?.rawValue ?? "none"
      try Finding.demand(role == "assistant", "the role of the message is \(role), not assistant")
      try answer.demandText()
      let reason = choice.finishReason
      try Finding.demand(
        reason?.isRegular == true, "the finish reason is \(reason?.rawValue ?? "missing"); expected stop or length")
      return .pass("the response is \(answer.shown), finish reason \(reason?.rawValue ?? "")")
    }
  }
}
