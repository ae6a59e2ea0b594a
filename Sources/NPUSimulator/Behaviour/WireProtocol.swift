/// Whose responses the simulator imitates.
public enum WireProtocol: String, Sendable, Hashable, Codable, CaseIterable {
  /// The OpenAI server of vLLM and vllm-ascend.
  case vllm
  /// The OpenAI routes of MindIE: the role in every delta, usage in the finish chunk, other error bodies.
  case mindie
}
