internal import NPUBase
internal import NPUServices

extension Check where Context == ImageCheckContext {
  /// Impossible sizes are refused.
  static var badSizes: Check {
    refusal(
      "image.error.bad-size", "Impossible sizes are refused",
      requirement: "A size of 0, a negative one, and a word in place of a number are errors."
    ) { try $0.badSizeBodies() }
  }

  /// A body that is not JSON is refused.
  static var malformedJSON: Check {
    refusal(
      "image.error.malformed-json", "Malformed JSON is refused", requirement: "A body that is not JSON is an error."
    ) { try $0.malformedBodies() }
  }

  /// A request without a prompt is refused.
  static var missingPrompt: Check {
    refusal(
      "image.error.missing-prompt", "A missing prompt is refused",
      requirement: "A request without a prompt is an error.",
      knownDeviations: "Minimal servers draw an image of their own choice.", severity: .recommended
    ) { context in
      ["no prompt": try context.body { $0.prompt = nil }]
    }
  }

  /// Refusals blame the client.
  static var refusalStatus: Check {
    blamesClient(
      "image.error.status",
      knownDeviations: "Minimal servers pass a bad size on to the pipeline, and answer with 500."
    ) { context in
      let bodies = try context.badSizeBodies().merging(try context.malformedBodies()) { first, _ in first }
      return bodies.sorted { $0.key < $1.key }.map { name, body in (name, { try await context.send(raw: body) }) }
    }
  }

  /// A check that some bodies are refused, each with an error, and that the service answers afterwards.
  private static func refusal(
    _ identifier: String, _ title: String, requirement: String, knownDeviations: String? = nil,
    severity: CheckSeverity = .required,
    bodies: @escaping @Sendable (ImageCheckContext) async throws -> [String: [UInt8]]
  ) -> Check {
    Check(
      identifier, title, requirement: requirement + " Afterwards the service still answers.",
      knownDeviations: knownDeviations, severity: severity, tags: [.errors], isolation: .alone
    ) { context in
      var notes: [String] = []
      for (name, body) in try await bodies(context).sorted(by: { $0.key < $1.key }) {
        let refusal = Refusal(name: name)
        notes.append(try await refusal.judge { try await context.send(raw: body) })
        try await refusal.demandResponse { _ = try await context.client.generate(context.request(seed: 1)) }
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }
}

extension ImageCheckContext {
  /// Bodies with a size that no image has.
  fileprivate func badSizeBodies() throws -> [String: [UInt8]] {
    [
      "a size of 0x0": try body { ($0.width, $0.height) = (0, 0) },
      "a size of -64x-64": try body { ($0.width, $0.height) = (-64, -64) },
      "a word as size": try body {
        ($0.width, $0.height) = (nil, nil)
        $0.extras = wireProtocol == .openAI ? ["size": "wide"] : ["width": "wide", "height": "high"]
      },
    ]
  }

  /// Bodies that are no JSON.
  fileprivate func malformedBodies() throws -> [String: [UInt8]] {
    Refusal.malformedBodies(insteadOf: try body { _ in })
  }

  /// The bytes of a request in which something is otherwise.
  fileprivate func body(_ change: (inout ImageRequest) -> Void) throws -> [UInt8] {
    var request = request(seed: 1)
    change(&request)
    return try service.json(ImageRequestBody(request: request, wireProtocol: wireProtocol), for: client.route)
  }
}
