/// What a peer says as it closes a WebSocket.
public struct WebSocketClose: Sendable, Hashable {
  /// The code (RFC 6455, section 7.4); `nil` where none was given.
  public var code: Int?
  /// The reason, in the words of the peer.
  public var reason: String

  /// Creates a close.
  public init(code: Int?, reason: String = "") { (self.code, self.reason) = (code, reason) }

  /// Whether the peer has said all that it had to say: code 1000, or none.
  public var isClean: Bool { code == nil || code == 1000 }

  /// What the code means; `nil` for one that services give a meaning of their own.
  public var meaning: String? {
    switch code {
    case nil: "no code"
    case 1000: "normal closure"
    case 1001: "the peer goes away"
    case 1002: "protocol error"
    case 1003: "data of a kind that it does not take"
    case 1007: "a text that is not UTF-8"
    case 1008: "against its policy"
    case 1009: "a message that is too big"
    case 1010: "an extension is missing"
    case 1011: "the service failed"
    case 1012: "the service restarts"
    case 1013: "try again later"
    case 1014: "bad gateway"
    default: nil
    }
  }

  /// Whether a peer may send a code (RFC 6455, sections 7.4.1 and 7.4.2).
  static func isAllowed(_ code: Int) -> Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}

extension WebSocketClose: CustomStringConvertible {
  /// The code, what it means, and the reason.
  public var description: String {
    let number = code.map { "code \($0)" }
    let parts = [number, code == nil ? meaning : meaning.map { "(\($0))" }].compactMap(\.self)
    return parts.joined(separator: " ") + (reason.isEmpty ? "" : ": \"\(reason)\"")
  }
}
