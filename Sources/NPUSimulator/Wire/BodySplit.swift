internal import NIOCore

/// Where a body is torn apart on purpose.
enum BodySplit: Sendable, Hashable {
  /// Only where it is convenient.
  case none
  /// Between any two bytes.
  case everyByte
  /// After the first byte of each character of several bytes.
  case insideCharacters

  init(_ fault: Fault?) {
    switch fault?.kind {
    case .splitBytes: self = .everyByte
    case .splitInsideUTF8: self = .insideCharacters
    default: self = .none
    }
  }

  /// The parts of a body; joined they are the body.
  func parts(of body: ByteBuffer) -> [ByteBuffer] {
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
