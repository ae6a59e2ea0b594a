/// Frames as a server sends them, written by hand.
enum Frames {
  static func text(_ text: String, isFinal: Bool = true) -> [UInt8] { frame(1, Array(text.utf8), isFinal) }

  static func frame(_ opcode: UInt8, _ payload: [UInt8], _ isFinal: Bool = true) -> [UInt8] {
    let first = opcode | (isFinal ? 0x80 : 0)
    let count = payload.count
    return (count < 126 ? [first, UInt8(count)] : [first, 126, UInt8(count >> 8), UInt8(count & 255)]) + payload
  }

  static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
    frame(8, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
  }

  /// The frames that a client has sent behind its handshake, without their masks.
  static func ofClient(_ bytes: [UInt8]) -> [(opcode: UInt8, payload: [UInt8], isMasked: Bool)] {
    let text = Array("\r\n\r\n".utf8)
    guard let end = (0..<max(0, bytes.count - 3)).first(where: { Array(bytes[$0..<$0 + 4]) == text }) else { return [] }
    var rest = bytes[(end + 4)...]
    var frames: [(opcode: UInt8, payload: [UInt8], isMasked: Bool)] = []
    while rest.count >= 2 {
      let (first, second) = (rest.removeFirst(), rest.removeFirst())
      var count = Int(second & 0x7F)
      if count == 126 {
        guard rest.count >= 2 else { return frames }
        count = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
      }
      let mask = second & 0x80 == 0 ? [0, 0, 0, 0] : Array(rest.prefix(4))
      if second & 0x80 != 0 { rest = rest.dropFirst(4) }
      guard rest.count >= count, mask.count == 4 else { return frames }
      let payload = rest.prefix(count).enumerated().map { $1 ^ mask[$0 % 4] }
      rest = rest.dropFirst(count)
      frames.append((first & 0xF, payload, second & 0x80 != 0))
    }
    return frames
  }
}
