internal import HTTPTypes
internal import NPUBase
internal import NPUDigest
internal import NPUTransport

/// The exchange of HTTP by which a WebSocket begins (RFC 6455, section 4); pure.
struct WebSocketHandshake: Sendable {
  /// What the service proves by repeating it that it speaks WebSocket.
  private let key: String

  /// Creates a handshake from the sixteen bytes that make its key.
  init(key: [UInt8]) { self.key = Base64.encode(key) }

  /// A handshake with a key of chance.
  static func random() -> WebSocketHandshake {
    WebSocketHandshake(key: (0..<16).map { _ in UInt8.random(in: 0...255) })
  }

  private static let key = HTTPField.Name("Sec-WebSocket-Key")
  private static let accept = HTTPField.Name("Sec-WebSocket-Accept")
  private static let version = HTTPField.Name("Sec-WebSocket-Version")
  private static let `protocol` = HTTPField.Name("Sec-WebSocket-Protocol")
  private static let extensions = HTTPField.Name("Sec-WebSocket-Extensions")

  /// Fields that the handshake has itself, or that speak of a body, which it has not.
  private static let own: Set<HTTPField.Name> = {
    var names: Set<HTTPField.Name> = [
      .connection, .upgrade, .contentLength, .contentType, .contentEncoding, .transferEncoding, .expect, .te, .trailer,
    ]
    for name in [key, accept, version, extensions, HTTPField.Name("Host")].compactMap(\.self) { names.insert(name) }
    return names
  }()

  /// The request of the handshake, as it can be signed: a GET of HTTP without a body and with all other fields.
  static func request(for request: TransferRequest) -> TransferRequest {
    var handshake = request
    handshake.body = .empty
    handshake.head.method = .get
    handshake.head.scheme = request.head.scheme == "wss" ? "https" : "http"
    handshake.head.headerFields = HTTPFields(request.head.headerFields.filter { !own.contains($0.name) })
    return handshake
  }

  /// What is written.
  func bytes(of request: TransferRequest, userAgent: String) -> [UInt8] {
    let head = request.head
    let usual = head.scheme == "wss" ? ":443" : ":80"
    let authority = head.authority ?? ""
    var lines = [
      "GET \(head.path ?? "/") HTTP/1.1",
      "Host: \(authority.hasSuffix(usual) ? String(authority.dropLast(usual.utf8.count)) : authority)",
      "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
    ]
    if head.headerFields[.userAgent] == nil, !userAgent.isEmpty { lines.append("User-Agent: \(userAgent)") }
    lines += head.headerFields.map { "\($0.name.rawName): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  /// Why a head of status 101 begins no WebSocket, or not the one that was asked for.
  func fault(of head: HTTPResponse, to request: TransferRequest) -> String? {
    func field(_ name: HTTPField.Name?) -> String? { name.flatMap { head.headerFields[$0] } }
    guard head.headerFields[.upgrade]?.lowercased() == "websocket" else {
      return "the service switches to another protocol than WebSocket"
    }
    let connection = head.headerFields[.connection]?.lowercased() ?? ""
    guard connection.split(separator: ",").contains(where: { $0.filter { $0 != " " } == "upgrade" }) else {
      return "the service does not say that its connection is upgraded"
    }
    guard field(Self.accept) == proof else {
      return "Sec-WebSocket-Accept does not prove that the service has read the handshake"
    }
    guard field(Self.extensions) == nil else { return "the service uses an extension that nobody has asked for" }
    if let chosen = field(Self.protocol) {
      let asked = Self.protocol.map { request.head.headerFields[values: $0].joined(separator: ",") } ?? ""
      guard asked.split(separator: ",").contains(where: { $0.filter { $0 != " " } == chosen }) else {
        return "the service chooses the subprotocol \(Excerpt.of(chosen, limit: 60)), which was not offered"
      }
    }
    return nil
  }

  /// What the service must respond to the key.
  private var proof: String {
    Base64.encode(HandshakeDigest.bytes(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }
}
