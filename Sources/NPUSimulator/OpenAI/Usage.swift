internal import NIOCore

/// The token counts of a response or of its part so far.
struct Usage: Sendable, Hashable {
  var prompt: Int
  var completion: Int
  var reasoning = 0

  /// Writes the object in the server's order of members.
  ///
  /// - Parameters:
  ///   - wireProtocol: Whose order it is.
  ///   - full: Whether it stands in a whole response, which has more members.
  ///   - surplus: By how much the total is wrong on purpose.
  ///   - buffer: Where it goes.
  func write(_ wireProtocol: WireProtocol, full: Bool = false, surplus: Int = 0, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"prompt_tokens":"#)
    buffer.writeDecimal(prompt)
    if wireProtocol == .vllm { writeTotal(surplus, into: &buffer) }
    buffer.writeStaticString(#","completion_tokens":"#)
    buffer.writeDecimal(completion)
    if full, wireProtocol == .vllm { buffer.writeStaticString(#","prompt_tokens_details":null"#) }
    if reasoning > 0 {
      buffer.writeStaticString(#","completion_tokens_details":{"reasoning_tokens":"#)
      buffer.writeDecimal(reasoning)
      buffer.writeStaticString("}")
    }
    if wireProtocol == .mindie { writeTotal(surplus, into: &buffer) }
    buffer.writeStaticString("}")
  }

  private func writeTotal(_ surplus: Int, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","total_tokens":"#)
    buffer.writeDecimal(prompt + completion + surplus)
  }
}
