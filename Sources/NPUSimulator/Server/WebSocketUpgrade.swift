internal import Crypto
internal import NIOCore
internal import NIOHTTP1

/// The handshake of a WebSocket, as a server carries it out.
enum WebSocketUpgrade {
  /// The response to a request that asks for a WebSocket, or to one that does not.
  static func response(to request: IncomingRequest, _ format: WireFormat) throws(ErrorResponse) -> Response {
    let headers = request.head.headers
    guard headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) else {
      return .refusal(
        format.response(
          426, body: ByteBuffer(string: #"{"error":"This path speaks WebSocket."}"#), extra: [("upgrade", "websocket")])
      )
    }
    guard headers.first(name: "sec-websocket-version") == "13", let key = headers.first(name: "sec-websocket-key")
    else {
      return .refusal(
        format.response(
          400, body: ByteBuffer(string: #"{"error":"Version 13 and a key are needed."}"#),
          extra: [("sec-websocket-version", "13")]))
    }
    let proof = Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
    var head = ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n")
    head.writeStaticString("sec-websocket-accept: ")
    head.writeBytes(Base64Text.encode(Array(proof)))
    head.writeStaticString("\r\n\r\n")
    var response = Response.fixed(head)
    response.isUpgrade = true
    return response
  }
}
