/// A kind of service that probes are sent to.
public enum ProbedService: String, Sendable, Hashable, Codable, CaseIterable {
  /// A language model.
  case llm
  /// Image generation.
  case image
  /// Speech to text.
  case asr
  /// Text to speech.
  case tts
  /// Image tasks.
  case tasks
}
