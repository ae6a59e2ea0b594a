/// What every object of one response repeats.
struct ResponseIdentity: Sendable, Hashable {
  /// The response's id.
  var id: String
  /// When it was made, in seconds since 1970.
  var created: Int
  /// The model's name as the request wrote it.
  var model: String

  /// Makes the id as the server does.
  ///
  /// - Parameters:
  ///   - request: The request that is answered.
  ///   - wireProtocol: Whose ids these are.
  ///   - number: The number of the request, which makes the id unique.
  ///   - requestID: The request's `X-Request-Id`, which becomes part of vLLM's id.
  ///   - created: Seconds since 1970.
  init(_ request: GenerationRequest, wireProtocol: WireProtocol, number: Int, requestID: String?, created: Int) {
    switch wireProtocol {
    case .vllm:
      let prefix = request.kind == .chat ? "chatcmpl-" : "cmpl-"
      id = prefix + (requestID ?? SplitMix64.mix(UInt64(number), UInt64(created)).hexDigits)
    case .mindie:
      id = "endpoint_common_\(number + 1)"
    }
    self.created = created
    self.model = request.model
  }

  /// The id of a tool call.
  func toolCallID(wireProtocol: WireProtocol, choice: Int, call: Int) -> String {
    let digits = SplitMix64.mix(SplitMix64.digest(id.utf8), UInt64(choice), UInt64(call)).hexDigits
    return wireProtocol == .vllm ? "chatcmpl-tool-" + digits : "call_" + digits.prefix(8)
  }
}
