/// Frames of HTTP/2 (RFC 9113), written by hand: what no well-behaved library would send.
enum HTTP2Frame {
  enum Kind: UInt8 {
    case data = 0, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  static let endStream: UInt8 = 0x1
  static let acknowledges: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4

  /// The head of a frame, whose length may be a lie.
  static func head(_ kind: Kind, _ flags: UInt8 = 0, stream: UInt32, length: Int) -> [UInt8] {
    Array(big(UInt32(length)).dropFirst()) + [kind.rawValue, flags] + big(stream)
  }

  static func frame(_ kind: Kind, _ flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
    head(kind, flags, stream: stream, length: payload.count) + payload
  }

  /// The frames with which a server greets.
  static let greeting = frame(.settings, stream: 0) + frame(.settings, acknowledges, stream: 0)

  /// A block with the status 200, as HPACK's static table has it.
  static let okay: [UInt8] = [0x88]

  /// A field that is written out and not remembered (RFC 7541, 6.2.2).
  static func field(_ name: String, _ value: [UInt8]) -> [UInt8] {
    [0x00] + integer(name.utf8.count) + Array(name.utf8) + integer(value.count) + value
  }

  /// A field that the receiver is to remember (RFC 7541, 6.2.1).
  static func remembered(_ name: String, _ value: [UInt8]) -> [UInt8] {
    [0x40] + integer(name.utf8.count) + Array(name.utf8) + integer(value.count) + value
  }

  /// A length of a text without Huffman's code (RFC 7541, 5.1).
  private static func integer(_ value: Int) -> [UInt8] {
    guard value >= 127 else { return [UInt8(value)] }
    var bytes: [UInt8] = [127]
    var rest = value - 127
    while rest >= 128 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func big(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }
}

extension FaultConnection {
  /// Reads the preface of a client and its frames up to the headers of a request; gives the number of their stream.
  func readHTTP2Request() throws -> UInt32 {
    _ = try read(24)
    while true {
      let head = try read(9)
      let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
      _ = try read(length)
      guard head[3] == HTTP2Frame.Kind.headers.rawValue else { continue }
      return head[5...].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    }
  }
}
