/// How messages are handed to whoever watches an exchange, which knows bodies alone.
enum MessageRendering: Sendable {
  /// As server-sent events, one for each message: whoever reads, times and judges a stream of events does the same to
  /// one of messages. What keeps the connection alive becomes a comment.
  case events
  /// Each message in one piece behind a byte that says what it is.
  case tagged

  /// The tag of what is no message.
  static let silence: UInt8 = 0
  /// The tag of a text message.
  static let text: UInt8 = 1
  /// The tag of a binary message.
  static let binary: UInt8 = 2

  /// What the head says that the body is.
  var contentType: String {
    switch self {
    case .events: "text/event-stream"
    case .tagged: "application/octet-stream"
    }
  }

  /// A message.
  func message(_ kind: WebSocketMessage.Kind, _ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .events: Self.event(bytes)
    case .tagged: [kind == .text ? Self.text : Self.binary] + bytes
    }
  }

  /// A frame that is no message: a ping, a pong, a part.
  var silence: [UInt8] {
    switch self {
    case .events: Array(": frame\n\n".utf8)
    case .tagged: [Self.silence]
    }
  }

  /// The event whose data a message is; each of its lines is one of the event.
  private static func event(_ message: [UInt8]) -> [UInt8] {
    let field = Array("data: ".utf8)
    var event: [UInt8] = []
    event.reserveCapacity(message.count + 16)
    event += field
    var followsReturn = false
    for byte in message {
      switch byte {
      case 0x0A where followsReturn: break  // the second half of one line end
      case 0x0A, 0x0D:
        event.append(0x0A)
        event += field
      default: event.append(byte)
      }
      followsReturn = byte == 0x0D
    }
    event += [0x0A, 0x0A]
    return event
  }
}
