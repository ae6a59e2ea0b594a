internal import NIOCore
internal import NIOHTTP1

/// How one response is put on the wire: its headers' habits and the framing of its body.
struct WireFormat: Sendable, Hashable {
  /// Whose headers these are.
  var wireProtocol: WireProtocol
  /// Whether the client understands chunks; the end of the connection ends the body otherwise.
  var chunks: Bool
  /// Whether the connection may serve another request afterwards.
  var keepsAlive: Bool
  /// The `Date` header.
  var date: String
  /// The number of the request.
  var number: Int
  /// When the request came, in nanoseconds.
  var receivedAt: Int64

  /// How long a body is.
  enum Length: Sendable, Hashable {
    case known(Int)
    case open
  }

  /// Writes the head of a response without its last empty line, so that headers may follow.
  func writeOpenHead(
    _ status: Int, contentType: String?, length: Length, extra: [(String, String)] = [], into buffer: inout ByteBuffer
  ) {
    buffer.writeStaticString("HTTP/1.1 ")
    buffer.writeDecimal(status)
    buffer.writeStaticString(" ")
    buffer.writeString(HTTPResponseStatus(statusCode: status).reasonPhrase)
    buffer.writeStaticString("\r\n")
    var headers = [("date", date)]
    switch wireProtocol {
    case .vllm: headers.append(("server", "uvicorn"))
    case .mindie:
      headers.append(("RequestUUID", String(SplitMix64.mix(UInt64(number), 7), radix: 16)))
      headers.append(("startTime", String(receivedAt)))
    }
    if let contentType { headers.append(("content-type", contentType)) }
    switch length {
    case .known(let count): headers.append(("content-length", String(count)))
    case .open where chunks: headers.append(("transfer-encoding", "chunked"))
    case .open: break
    }
    if !keepsAlive { headers.append(("connection", "close")) }
    for (name, value) in headers + extra {
      buffer.writeString(name)
      buffer.writeStaticString(": ")
      buffer.writeString(value)
      buffer.writeStaticString("\r\n")
    }
  }

  /// Writes the whole head of a response.
  func writeHead(
    _ status: Int, contentType: String?, length: Length, extra: [(String, String)] = [], into buffer: inout ByteBuffer
  ) {
    writeOpenHead(status, contentType: contentType, length: length, extra: extra, into: &buffer)
    buffer.writeStaticString("\r\n")
  }

  /// A whole response of known length.
  func response(
    _ status: Int, contentType: String? = "application/json", body: ByteBuffer = ByteBuffer(),
    extra: [(String, String)] = []
  ) -> ByteBuffer {
    var body = body
    var buffer = ByteBuffer()
    buffer.reserveCapacity(body.readableBytes + 256)
    writeHead(status, contentType: contentType, length: .known(body.readableBytes), extra: extra, into: &buffer)
    buffer.writeBuffer(&body)
    return buffer
  }

  /// An error response in the protocol.
  func response(_ error: ErrorResponse, extra: [(String, String)] = []) -> ByteBuffer {
    var body = ByteBuffer()
    error.write(wireProtocol, into: &body)
    return response(error.status(in: wireProtocol), body: body, extra: extra)
  }

  /// Appends a part of a body of open length.
  func frame(_ body: inout ByteBuffer, into buffer: inout ByteBuffer) {
    // A chunk of no bytes would end the body.
    guard body.readableBytes > 0 else { return }
    guard chunks else {
      buffer.writeBuffer(&body)
      return
    }
    buffer.writeString(String(body.readableBytes, radix: 16))
    buffer.writeStaticString("\r\n")
    buffer.writeBuffer(&body)
    buffer.writeStaticString("\r\n")
  }

  /// Appends the end of a body of open length.
  func writeEnd(into buffer: inout ByteBuffer) {
    if chunks { buffer.writeStaticString("0\r\n\r\n") }
  }
}
