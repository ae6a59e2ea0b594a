/// Whose responses the simulator imitates.
public enum WireProtocol: String, Sendable, Hashable, Codable, CaseIterable {
  /// The OpenAI server of vLLM and vllm-ascend.
  case vllm
  /// MindIE: on its OpenAI routes the role in every delta, usage in the finish chunk and other error bodies; beside
  /// them its other protocols, and health and figures of its own.
  case mindie
}
