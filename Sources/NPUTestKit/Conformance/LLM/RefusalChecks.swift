internal import NPUBase
internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// An unknown model is refused.
  static var unknownModel: Check {
    refusal(
      "llm.error.unknown-model", "An unknown model is refused",
      requirement: "A request for a model that the service does not have is an error.",
      knownDeviations: "Servers of one model, such as llama-server, answer under any name.", severity: .recommended
    ) { context in
      var request = context.request("Hello", tokens: 4)
      request.model = "no-such-model-4f1c"
      return ["a model that does not exist": try context.service.json(request, for: context.chat.route)]
    }
  }

  /// A body that is not JSON is refused.
  static var malformedJSON: Check {
    refusal(
      "llm.error.malformed-json", "Malformed JSON is refused",
      requirement: "A body that is not JSON is an error."
    ) { try $0.malformedBodies() }
  }

  /// Values of a wrong type are refused.
  static var wrongType: Check {
    refusal(
      "llm.error.wrong-type", "A wrong type is refused",
      requirement:
        "A list in place of the request, a text in place of the messages, and a word in place of a number are errors."
    ) { try $0.wrongTypeBodies() }
  }

  /// A request without messages is refused.
  static var emptyMessages: Check {
    refusal(
      "llm.error.empty-messages", "An empty list of messages is refused",
      requirement: "A chat without a message is an error.",
      knownDeviations: "llama-server answers the bare chat template.", severity: .recommended
    ) { context in
      ["messages: []": try context.service.json(context.request([], tokens: 4), for: context.chat.route)]
    }
  }

  /// A prompt over the length of the context is refused, with and without a stream.
  static var overLongContext: Check {
    refusal(
      "llm.error.over-long-context", "A prompt over the length of the context is refused",
      requirement: "A prompt of more tokens than the context holds is an error, with and without a stream.",
      knownDeviations: "llama-cpp-python answers a stream with status 200 and no event.", needs: [.contextLength]
    ) { context in
      let length = try await context.statedContextLength() ?? 0
      // Words of the prompt alone are more than the limit, since each is a token at least.
      try Finding.presume(
        (1...4_000_000).contains(length), "a context of \(length) tokens is too long to be filled by one request")
      let words = ["sun", "sea", "map", "car", "tree", "moon", "rain", "bird"]
      let text = (0..<(length + 64)).map { words[$0 % words.count] }.joined(separator: " ")
      var request = context.request(text, tokens: 4)
      let whole = try context.service.json(request, for: context.chat.route)
      request.stream = true
      return [
        "\(length + 64) words in a context of \(length) tokens": whole,
        "the same with stream: true": try context.service.json(request, for: context.chat.route),
      ]
    }
  }

  /// Refusals blame the client.
  static var refusalStatus: Check {
    blamesClient(
      "llm.error.status", knownDeviations: "llama-server answers malformed JSON with 500, as plain Flask servers do."
    ) { context in
      let bodies = try context.malformedBodies().merging(try context.wrongTypeBodies()) { first, _ in first }
      return bodies.sorted { $0.key < $1.key }.map { name, body in (name, { try await context.send(raw: body) }) }
    }
  }

  /// A check that some bodies are refused, each with an error, and that the service answers afterwards.
  private static func refusal(
    _ identifier: String, _ title: String, requirement: String, knownDeviations: String? = nil,
    severity: CheckSeverity = .required, needs: [Probe<LLMCheckContext>] = [],
    bodies: @escaping @Sendable (LLMCheckContext) async throws -> [String: [UInt8]]
  ) -> Check {
    Check(
      identifier, title, requirement: requirement + " Afterwards the service still answers.",
      knownDeviations: knownDeviations, severity: severity, needs: needs, tags: [.errors], isolation: .alone
    ) { context in
      var notes: [String] = []
      for (name, body) in try await bodies(context).sorted(by: { $0.key < $1.key }) {
        notes.append(try await Refusal(name: name).judge(body, in: context))
        try await Refusal(name: name).demandResponse(in: context)
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }
}

extension Probe where Context == LLMCheckContext {
  /// Whether the service says how long its context is.
  static var contextLength: Probe {
    Probe("a stated length of the context", lack: "the length of the context is not known") { context in
      guard try await context.statedContextLength() == nil else { return .supported }
      return .notSupported("the list of models does not say it; give it to the check")
    }
  }
}

extension LLMCheckContext {
  /// Bodies that are no JSON.
  fileprivate func malformedBodies() throws -> [String: [UInt8]] {
    Refusal.malformedBodies(insteadOf: try service.json(request("Hello", tokens: 4), for: chat.route))
  }

  /// Bodies with a value of a wrong type.
  fileprivate func wrongTypeBodies() throws -> [String: [UInt8]] {
    func body(_ field: String, _ value: JSONValue) throws -> [UInt8] {
      var request = request("Hello", tokens: 4)
      request.sampling.maxTokens = nil
      request.extras = ["max_tokens": 4]
      request.extras[field] = value
      return try service.json(request, for: chat.route)
    }
    return [
      "a list as request": Array("[]".utf8), "messages: \"hello\"": try body("messages", "hello"),
      "max_tokens: \"many\"": try body("max_tokens", "many"),
    ]
  }

  /// The length that was given, else the one that the list of models gives.
  fileprivate func statedContextLength() async throws -> Int? {
    if let contextLength { return max(1, contextLength) }
    let models = try await health.models().value?.models ?? []
    let own = models.first { $0.id == model } ?? (models.count == 1 ? models.first : nil)
    return own?.maxModelLength.flatMap { $0 > 0 ? $0 : nil }
  }
}
