internal import NIOCore

/// Where a body is torn apart on purpose.
enum BodySplit: Sendable, Hashable {
  /// Only where it is convenient.
  case none
  /// Between any two bytes.
  case everyByte
  /// After the first byte of each character of several bytes.
  case insideCharacters

  /// The rest of a longer body stays whole: each part is a write of its own.
  static let tornBytes = 65_536

  init(_ fault: Fault?) {
    switch fault?.kind {
    case .splitBytes: self = .everyByte
    case .splitInsideUTF8: self = .insideCharacters
    default: self = .none
    }
  }

  /// The parts of a body; joined they are the body.
  func parts(of body: ByteBuffer) -> [ByteBuffer] {
    guard self != .none else { return [body] }
    var rest = body
    let torn = rest.readSlice(length: min(Self.tornBytes, rest.readableBytes)) ?? ByteBuffer()
    return tornParts(of: torn) + (rest.readableBytes > 0 ? [rest] : [])
  }

  /// The writes in which a part of a body goes out, framed as its response frames it.
  ///
  /// - Parameters:
  ///   - body: The part.
  ///   - format: How it is framed.
  ///   - ending: Whether it is the last one.
  /// - Returns: One write, or as many as it is torn into.
  func writes(of body: ByteBuffer, _ format: WireFormat, ending: Bool) -> [ByteBuffer] {
    var writes: [ByteBuffer] = []
    var out = ByteBuffer()
    for part in parts(of: body) {
      var part = part
      format.frame(&part, into: &out)
      guard self != .none else { break }
      writes.append(out)
      out = ByteBuffer()
    }
    if ending { format.writeEnd(into: &out) }
    if out.readableBytes > 0 { writes.append(out) }
    return writes
  }

  private func tornParts(of body: ByteBuffer) -> [ByteBuffer] {
    switch self {
    case .none: return [body]
    case .everyByte: return body.readableBytesView.map { ByteBuffer(bytes: CollectionOfOne($0)) }
    case .insideCharacters:
      let bytes = Array(body.readableBytesView)
      var parts: [ByteBuffer] = []
      var start = 0
      for index in bytes.indices where bytes[index] >= 0xC0 {
        parts.append(ByteBuffer(bytes: bytes[start...index]))
        start = index + 1
      }
      if start < bytes.count { parts.append(ByteBuffer(bytes: bytes[start...])) }
      return parts
    }
  }
}
