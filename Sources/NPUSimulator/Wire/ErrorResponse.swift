internal import NIOCore

/// A response that says what is wrong with a request or with the server.
struct ErrorResponse: Error, Sendable, Hashable {
  var status: Int
  var message: String
  /// The kind of error in vLLM's words.
  var type: String
  /// The member of the request at fault.
  var parameter: String?

  /// A member of the request with the wrong type or missing, which vLLM finds before it looks at values.
  static func shape(_ message: String, at parameter: String? = nil) -> ErrorResponse {
    ErrorResponse(status: 400, message: message, type: "Bad Request", parameter: parameter.map { "body.\($0)" })
  }

  /// A value that cannot be served.
  static func value(_ message: String, _ parameter: String? = nil) -> ErrorResponse {
    ErrorResponse(status: 400, message: message, type: "BadRequestError", parameter: parameter)
  }

  static func unknownModel(_ name: String) -> ErrorResponse {
    ErrorResponse(
      status: 404, message: "The model `\(name)` does not exist.", type: "NotFoundError", parameter: "model")
  }

  /// A failed engine.
  static func engine(status: Int = 500) -> ErrorResponse {
    ErrorResponse(
      status: status, message: "The simulated engine failed with status \(status), as its behaviour asks",
      type: status >= 500 ? "InternalServerError" : status == 404 ? "NotFoundError" : "BadRequestError")
  }

  /// The status in a protocol: MindIE responds with 422 to what vLLM calls a bad request.
  func status(in wireProtocol: WireProtocol) -> Int {
    wireProtocol == .mindie && status == 400 ? 422 : status
  }

  /// Writes the body of an error response.
  func write(_ wireProtocol: WireProtocol, into buffer: inout ByteBuffer) {
    switch wireProtocol {
    case .vllm:
      buffer.writeStaticString(#"{"error":{"message":"#)
      buffer.writeJSON(message)
      buffer.writeStaticString(#","type":"#)
      buffer.writeJSON(type)
      buffer.writeStaticString(#","param":"#)
      buffer.writeJSON(parameter)
      buffer.writeStaticString(#","code":"#)
      buffer.writeDecimal(status)
      buffer.writeStaticString("}}")
    case .mindie:
      buffer.writeStaticString(#"{"error":"#)
      buffer.writeJSON(message)
      buffer.writeStaticString(#","error_type":"#)
      buffer.writeJSON(mindiePhrase)
      buffer.writeStaticString("}")
    }
  }

  /// Writes the event by which vLLM reports an error in a stream: Python's spaces and escapes.
  func writeEvent(into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"data: {"error": {"message": "#)
    buffer.writeASCIIJSON(message)
    buffer.writeStaticString(#", "type": "#)
    buffer.writeASCIIJSON(type)
    buffer.writeStaticString(#", "param": "#)
    if let parameter { buffer.writeASCIIJSON(parameter) } else { buffer.writeStaticString("null") }
    buffer.writeStaticString(#", "code": "#)
    buffer.writeDecimal(status)
    buffer.writeStaticString("}}\n\n")
  }

  private var mindiePhrase: String {
    switch status(in: .mindie) {
    case 404: return "NotFoundError"
    case 422: return "Input Validation Error"
    case 424: return "Generation Error"
    case 503: return "Service Unavailable"
    case 500...: return "Incomplete Generation"
    default: return "Bad Request"
    }
  }
}
