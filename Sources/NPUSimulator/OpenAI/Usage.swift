internal import NIOCore

/// The token counts of an answer or of its part so far.
struct Usage: Sendable, Hashable {
  var prompt: Int
  var completion: Int
  var reasoning = 0

  /// Writes the object in the dialect's order of members.
  func write(_ dialect: Dialect, full: Bool = false, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"prompt_tokens":"#)
    buffer.writeDecimal(prompt)
    if dialect == .vllm { writeTotal(into: &buffer) }
    buffer.writeStaticString(#","completion_tokens":"#)
    buffer.writeDecimal(completion)
    if full, dialect == .vllm { buffer.writeStaticString(#","prompt_tokens_details":null"#) }
    if reasoning > 0 {
      buffer.writeStaticString(#","completion_tokens_details":{"reasoning_tokens":"#)
      buffer.writeDecimal(reasoning)
      buffer.writeStaticString("}")
    }
    if dialect == .mindie { writeTotal(into: &buffer) }
    buffer.writeStaticString("}")
  }

  private func writeTotal(into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","total_tokens":"#)
    buffer.writeDecimal(prompt + completion)
  }
}
