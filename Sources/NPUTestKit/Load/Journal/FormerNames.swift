/// Words of journals that earlier versions wrote, and what they are called now.
enum FormerNames {
  private static let outcomes: [String: Outcome.Kind] = [
    "empty_answer": .emptyResponse, "answer_too_large": Outcome.Kind(rawValue: "response_too_large"),
  ]

  private static let measures: [String: Measure] = ["asr_ms": .transcriptionLatency, "tts_ms": .speechLatency]

  static func outcome(_ name: String) -> Outcome.Kind { outcomes[name] ?? Outcome.Kind(rawValue: name) }

  static func measure(_ name: String) -> Measure { measures[name] ?? Measure(rawValue: name) }
}
