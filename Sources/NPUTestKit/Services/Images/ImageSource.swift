internal import NPUBase

/// An image that goes to a service inside a JSON request.
public enum ImageSource: Sendable, Hashable {
  /// The bytes of a file, sent as Base64.
  case bytes([UInt8])
  /// A text that the service understands: a path on its own disk, an address, or Base64.
  case text(String)
}

extension ImageSource: Encodable {
  /// Writes the text, or the bytes in Base64.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bytes(let bytes): try container.encode(Base64.encode(bytes))
    case .text(let text): try container.encode(text)
    }
  }
}
