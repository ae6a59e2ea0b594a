extension FinishReason {
  /// What a finish reason says of its response: the one place in which the words of servers are told apart.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The response ended as asked: by the model, by length, or by a tool call.
    case regular
    /// The server cut the response by a rule of its own, such as a content filter or a detector of repetition: the
    /// response is complete and counted apart.
    case cut
    /// The server gave the response up: it is no complete response.
    case failed
    /// A word that nobody here knows: the response counts as complete, and is counted apart under its word.
    case unknown
  }

  /// What the word says of the response; case, and hyphens for underscores, make no difference.
  ///
  /// A word that is not in the lists is a failure if it speaks of an error, an abort, a cancellation or a timeout, and a
  /// cut if it speaks of a filter or of safety.
  public var kind: Kind {
    let word = String(
      rawValue.lowercased().map { character in character == "-" || character == " " ? "_" : character })
    if Self.regularWords.contains(word) { return .regular }
    if Self.failedWords.contains(word) || Self.failedParts.contains(where: word.contains) { return .failed }
    if Self.cutWords.contains(word) || Self.cutParts.contains(where: word.contains) { return .cut }
    return .unknown
  }

  private static let regularWords: Set<String> = [
    // OpenAI, and everybody after it.
    "stop", "length", "tool_calls", "function_call",
    // TGI, Triton and MindIE.
    "eos_token", "stop_sequence",
    // Anthropic, Gemini, Cohere, Mistral, and gateways that hand their words on.
    "end_turn", "max_tokens", "tool_use", "complete", "completed", "model_length", "stop_token", "eos",
  ]
  private static let failedWords: Set<String> = [
    // SGLang, vLLM and lmdeploy; DeepSeek; GLM.
    "abort", "error", "cancelled", "insufficient_system_resource", "network_error", "malformed_function_call",
    "preempted", "disconnect", "disconnected", "shutdown", "overloaded",
  ]
  private static let failedParts = ["error", "abort", "cancel", "timeout", "timed_out", "fail"]
  private static let cutWords: Set<String> = [
    "content_filter", "repetition", "refusal", "recitation", "blocklist", "prohibited_content", "spii",
  ]
  private static let cutParts = ["filter", "safety", "sensitive", "moderation", "guardrail"]
}
