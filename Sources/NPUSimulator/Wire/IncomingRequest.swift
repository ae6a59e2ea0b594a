internal import NIOCore
internal import NIOHTTP1

/// A request whose body has been read.
struct IncomingRequest: Sendable {
  /// The method under which messages of WebSockets come; no parser of HTTP lets a client use it.
  static let messageMethod = HTTPMethod.RAW(value: "MESSAGE")

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

  /// Whether it is a message of a WebSocket.
  var isMessage: Bool { head.method == Self.messageMethod }

  /// Whether the body is declared to be JSON; parameters after a semicolon do not matter.
  var isJSON: Bool {
    guard let type = head.headers.first(name: "content-type") else { return false }
    let essence = type.prefix { $0 != ";" && $0 != " " }
    return essence.lowercased() == "application/json"
  }
}

extension HTTPRequestHead {
  /// Whether the client speaks HTTP/1.1, which brought chunks and interim responses.
  var understandsChunks: Bool {
    version.major > 1 || (version.major == 1 && version.minor >= 1)
  }
}
