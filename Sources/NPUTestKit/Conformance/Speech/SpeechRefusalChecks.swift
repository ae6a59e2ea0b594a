import HTTPTypes
internal import NPUServices
internal import NPUTransport

extension Check where Context == SpeechCheckContext {
  /// A text without a character is refused.
  static var emptyText: Check {
    refusal(
      "tts.error.empty-text", "A text without a character is refused",
      requirement: "A request to say nothing is an error.",
      knownDeviations: "Plain servers answer a WAV file without a sample.", severity: .recommended
    ) { context in
      ["an empty text": try context.body(context.request(""))]
    }
  }

  /// An unknown voice is refused.
  static var unknownVoice: Check {
    refusal(
      "tts.error.unknown-voice", "An unknown voice is refused",
      requirement: "A request for a voice that the service does not have is an error.",
      knownDeviations: "Servers of one voice speak under any name.", severity: .recommended
    ) { context in
      var request = context.request(context.text)
      request.voice = "no-such-voice-4f1c"
      return ["a voice that does not exist": try context.body(request)]
    }
  }

  /// A body that is not JSON is refused.
  static var malformedSpeechJSON: Check {
    refusal(
      "tts.error.malformed-json", "Malformed JSON is refused", requirement: "A body that is not JSON is an error."
    ) { try $0.malformedBodies() }
  }

  /// Refusals blame the client.
  static var refusalStatus: Check {
    blamesClient("tts.error.status", knownDeviations: "Plain Flask servers answer every internal error with 500.") {
      context in
      try context.malformedBodies().sorted { $0.key < $1.key }.map { name, body in
        (name, { try await context.send(raw: body) })
      }
    }
  }

  private static func refusal(
    _ identifier: String, _ title: String, requirement: String, knownDeviations: String? = nil,
    severity: CheckSeverity = .required,
    bodies: @escaping @Sendable (SpeechCheckContext) throws -> [String: [UInt8]]
  ) -> Check {
    Check(
      identifier, title, requirement: requirement + " Afterwards the service still answers.",
      knownDeviations: knownDeviations, severity: severity, tags: [.errors], isolation: .alone
    ) { context in
      var notes: [String] = []
      for (name, body) in try bodies(context).sorted(by: { $0.key < $1.key }) {
        let refusal = Refusal(name: name)
        notes.append(
          try await refusal.judge { try await context.send(raw: body) })
        try await refusal.demandResponse { _ = try await context.speak(context.request(context.text)) }
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }
}

extension SpeechCheckContext {
  /// Bodies that are no JSON.
  fileprivate func malformedBodies() throws -> [String: [UInt8]] {
    Refusal.malformedBodies(insteadOf: try body(request(text)))
  }

  /// Sends bytes as they are.
  fileprivate func send(raw body: [UInt8]) async throws -> TransferResponse {
    let request = try service.transferRequest(.post, speaking.route, json: body)
    return try await ServiceExchange(transport: transport, request: request).response()
  }

  fileprivate func body(_ request: SpeechRequest) throws -> [UInt8] {
    try service.json(SpeechRequestBody(request: request, wireProtocol: wireProtocol), for: speaking.route)
  }
}
