import NPUServices
import Testing

@Suite("The kinds of finish reasons")
struct FinishReasonTests {
  @Test(
    "tells regular ends, cuts, failures and unknown words apart",
    arguments: [
      (
        .regular,
        [
          "stop", "length", "tool_calls", "function_call", "eos_token", "stop_sequence", "end_turn", "max_tokens",
          "MAX_TOKENS", "STOP", "tool_use", "COMPLETE",
        ]
      ),
      (.cut, ["content_filter", "content-filter", "SAFETY", "sensitive", "repetition", "refusal", "guardrail_hit"]),
      (
        .failed,
        [
          "error", "abort", "aborted", "cancelled", "canceled", "network_error", "timeout", "timed out",
          "insufficient_system_resource", "engine_failure", "ERROR_TOXIC",
        ]
      ),
      (.unknown, ["whatever", "", "invalid finishReason", "stopp"]),
    ] as [(FinishReason.Kind, [String])])
  func kinds(kind: FinishReason.Kind, words: [String]) {
    for word in words {
      #expect(FinishReason(rawValue: word).kind == kind, "\(word)")
      #expect(FinishReason(rawValue: word).isRegular == (kind == .regular), "\(word)")
    }
  }
}
