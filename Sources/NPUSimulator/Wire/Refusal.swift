internal import NIOCore

/// Why a request is refused, in the manner of the small web servers that are imitated beside vLLM's.
enum Refusal: Error, Sendable, Hashable {
  /// An exception inside a server without checks: a page.
  case page(status: Int)
  /// FastAPI's text.
  case detail(status: Int, String)
  /// FastAPI's complaint about one field.
  case field(String, type: String, message: String)
}

extension WireFormat {
  /// The response that refuses a request.
  func response(_ refusal: Refusal, extra: [(String, String)] = []) -> ByteBuffer {
    switch refusal {
    case .page(let status):
      let title =
        switch status {
        case 400: "400 Bad Request"
        case 415: "415 Unsupported Media Type"
        default: "\(status) Internal Server Error"
        }
      let page = "<!doctype html>\n<html lang=en>\n<title>\(title)</title>\n<h1>\(title.dropFirst(4))</h1>\n"
      return response(
        status, contentType: "text/html; charset=utf-8", body: ByteBuffer(string: page), extra: extra)
    case .detail(let status, let text):
      var body = ByteBuffer()
      body.writeStaticString(#"{"detail":"#)
      body.writeJSON(text)
      body.writeStaticString("}")
      return response(status, body: body, extra: extra)
    case .field(let field, let type, let message):
      var body = ByteBuffer()
      body.writeStaticString(#"{"detail":[{"type":"#)
      body.writeJSON(type)
      body.writeStaticString(#","loc":["body","#)
      body.writeJSON(field)
      body.writeStaticString(#"],"msg":"#)
      body.writeJSON(message)
      body.writeStaticString(#","input":null}]}"#)
      return response(422, body: body, extra: extra)
    }
  }
}
