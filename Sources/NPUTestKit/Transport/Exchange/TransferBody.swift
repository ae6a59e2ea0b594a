/// The body of a request.
public enum TransferBody: Sendable, Hashable {
  /// No body.
  case empty
  /// Bytes in memory, sent with their length.
  case bytes([UInt8])
  /// A file on disk, sent with its length as it is read, never held in memory as a whole.
  ///
  /// It must be a regular file that does not change meanwhile. The network thread reads it, 64 KiB at a time: a slow
  /// disk holds up the stamps of the other exchanges of the transport.
  case file(path: String)
  /// A form of several parts, as `multipart/form-data` with a boundary of the transport's choice.
  ///
  /// The header field `Content-Type` must be left to the transport, which alone knows the boundary.
  case form(MultipartForm)

  /// Bytes of the body that are in memory; files on disk count nothing.
  public var bytesInMemory: Int {
    switch self {
    case .empty, .file: 0
    case .bytes(let bytes): bytes.count
    case .form(let form): form.bytesInMemory
    }
  }
}

extension TransferBody: CustomStringConvertible {
  /// What kind of body it is and how large, without any of its contents.
  public var description: String {
    switch self {
    case .empty: "no body"
    case .bytes(let bytes): "\(bytes.count) bytes of body"
    case .file(let path): "the file \(path) as body"
    case .form(let form): "a form of [\(form.parts.map(\.description).joined(separator: ", "))]"
    }
  }
}
