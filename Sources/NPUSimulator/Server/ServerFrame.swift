internal import NIOCore
internal import NIOWebSocket

/// A frame of a WebSocket as a server sends it: without a mask.
struct ServerFrame {
  private let opcode: WebSocketOpcode
  private let payload: [UInt8]
  private let isFinal: Bool

  init(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) {
    self.opcode = opcode
    self.payload = payload
    self.isFinal = isFinal
  }

  /// The frame of a whole text message.
  static func text(_ message: ByteBuffer) -> ByteBuffer { ServerFrame(.text, Array(message.readableBytesView)).bytes }

  /// The closing frame; a code of 0 stands for none.
  static func close(_ code: Int, _ reason: String) -> ByteBuffer {
    let bytes = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
    return ServerFrame(.connectionClose, code == 0 ? [] : bytes + Array(reason.utf8)).bytes
  }

  /// The bytes on the wire.
  var bytes: ByteBuffer {
    var buffer = ByteBuffer()
    buffer.reserveCapacity(payload.count + 10)
    buffer.writeInteger(UInt8(webSocketOpcode: opcode) | (isFinal ? 0x80 : 0))
    switch payload.count {
    case ..<126: buffer.writeInteger(UInt8(payload.count))
    case ..<65_536:
      buffer.writeInteger(UInt8(126))
      buffer.writeInteger(UInt16(payload.count))
    default:
      buffer.writeInteger(UInt8(127))
      buffer.writeInteger(UInt64(payload.count))
    }
    buffer.writeBytes(payload)
    return buffer
  }
}
