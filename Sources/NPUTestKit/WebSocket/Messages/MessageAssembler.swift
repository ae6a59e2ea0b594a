internal import NPUBase
internal import NPUTransport

/// What breaks the protocol, and with which code the connection is closed for it.
struct WebSocketFault: Error, Sendable, Hashable {
  var code: UInt16
  var kind = TransportError.Kind.protocolViolation
  var message: String
}

/// Puts the frames of a server together to messages; pure, and bounded in memory.
struct MessageAssembler: Sendable {
  /// One frame.
  struct Frame: Sendable, Hashable {
    var opcode: UInt8
    var isFinal = true
    /// Whether a bit is set that only an extension gives a meaning, and none was agreed on.
    var hasReservedBits = false
    var isMasked = false
    var payload: [UInt8]
  }

  /// What a frame was.
  enum Event: Sendable, Hashable {
    /// A part of a message whose end is still to come.
    case fragment
    /// The end of a message.
    case message(WebSocketMessage.Kind, [UInt8])
    /// To be responded to with the same bytes.
    case ping([UInt8])
    case pong
    /// The last frame.
    case close(WebSocketClose)
  }

  /// The most bytes of one message.
  let limit: Int
  private var kind: WebSocketMessage.Kind?
  private var parts: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// Takes the next frame.
  ///
  /// - Throws: ``WebSocketFault`` for a frame that breaks the protocol or a limit; the assembler is of no further use.
  mutating func take(_ frame: Frame) throws(WebSocketFault) -> Event {
    guard !frame.hasReservedBits else {
      throw WebSocketFault(code: 1002, message: "a frame uses an extension that nobody has asked for")
    }
    guard !frame.isMasked else {
      throw WebSocketFault(code: 1002, message: "the service masks its frames, which only a client may")
    }
    switch frame.opcode {
    case 0x0:
      guard let kind else {
        throw WebSocketFault(code: 1002, message: "a frame goes on with a message that was never begun")
      }
      return try add(frame, kind)
    case 0x1, 0x2:
      guard kind == nil else {
        throw WebSocketFault(code: 1002, message: "a message begins inside another one")
      }
      return try add(frame, frame.opcode == 0x1 ? .text : .binary)
    case 0x8, 0x9, 0xA:
      guard frame.isFinal, frame.payload.count <= 125 else {
        throw WebSocketFault(code: 1002, message: "a control frame is cut, or has more than 125 bytes")
      }
      switch frame.opcode {
      case 0x9: return .ping(frame.payload)
      case 0xA: return .pong
      default: return .close(try Self.close(frame.payload))
      }
    default: throw WebSocketFault(code: 1002, message: "a frame has the unknown opcode \(frame.opcode)")
    }
  }

  private mutating func add(_ frame: Frame, _ kind: WebSocketMessage.Kind) throws(WebSocketFault) -> Event {
    guard frame.payload.count <= limit - parts.count else {
      throw WebSocketFault(
        code: 1009, kind: .bodyTooLarge,
        message: "a message exceeds \(limit) bytes; raise the limit on lines and events if that is right")
    }
    guard frame.isFinal else {
      self.kind = kind
      parts += frame.payload
      return .fragment
    }
    // One that comes in a single frame, as most do, is not copied.
    let whole = parts.isEmpty ? frame.payload : parts + frame.payload
    self.kind = nil
    parts = []
    // Only the whole can be asked: a frame may end within a character.
    guard kind == .binary || String(validating: whole, as: UTF8.self) != nil else {
      throw WebSocketFault(code: 1007, message: "a text message is not UTF-8; it reads \"\(Excerpt.of(whole))\"")
    }
    return .message(kind, whole)
  }

  private static func close(_ payload: [UInt8]) throws(WebSocketFault) -> WebSocketClose {
    guard payload.count >= 2 else {
      guard payload.isEmpty else {
        throw WebSocketFault(code: 1002, message: "the closing frame has half a code")
      }
      return WebSocketClose(code: nil)
    }
    let code = Int(payload[0]) << 8 | Int(payload[1])
    guard WebSocketClose.isAllowed(code) else {
      throw WebSocketFault(code: 1002, message: "the closing frame has the code \(code), which nobody may send")
    }
    guard let reason = String(validating: payload[2...], as: UTF8.self) else {
      throw WebSocketFault(code: 1007, message: "the reason for closing with code \(code) is not UTF-8")
    }
    return WebSocketClose(code: code, reason: Excerpt.of(reason, limit: 125))
  }
}
