internal import NIOCore
internal import NIOHTTP1

/// A request whose body has been read.
struct IncomingRequest: Sendable {
  var head: HTTPRequestHead
  var body: ByteBuffer
  /// How long the body was.
  var bodySize: Int
  /// The form that the body was, of which ``body`` then holds the beginning alone.
  var form: FormIntake?
  /// Whether the body was longer than the server takes.
  var isTooLarge: Bool
  /// When its last byte was read.
  var receivedAt: NIODeadline

  /// The bytes of the body.
  var bytes: [UInt8] { Array(body.readableBytesView) }

  /// Whether the body is declared to be JSON; parameters after a semicolon do not matter.
  var isJSON: Bool {
    guard let type = head.headers.first(name: "content-type") else { return false }
    let essence = type.prefix { $0 != ";" && $0 != " " }
    return essence.lowercased() == "application/json"
  }

  /// What the log keeps of the request.
  func logged(number: Int, connection: Int, counters: SimulatorCounters) -> ReceivedRequest {
    let headers = head.headers.map { name, value in
      ReceivedRequest.Header(name: name, value: name.lowercased() == "authorization" ? "[redacted]" : value)
    }
    return ReceivedRequest(
      number: number, connection: connection, method: head.method.rawValue, path: head.uri, headers: headers,
      bodySize: bodySize, body: Array(body.readableBytesView.prefix(65_536)),
      receivedAt: Int64(receivedAt.uptimeNanoseconds), openConnections: counters.openConnections,
      peakConnections: counters.peakConnections)
  }
}

extension HTTPRequestHead {
  /// Whether the client speaks HTTP/1.1, which brought chunks and interim answers.
  var understandsChunks: Bool {
    version.major > 1 || (version.major == 1 && version.minor >= 1)
  }
}
