/// The parts of a `multipart/form-data` body, in the order in which they are sent (RFC 7578).
public struct MultipartForm: Sendable, Hashable {
  /// The parts; several may have one name.
  public var parts: [MultipartPart]

  /// Creates a form.
  public init(_ parts: [MultipartPart] = []) {
    self.parts = parts
  }

  /// Bytes of the parts that are in memory; files on disk count nothing.
  public var bytesInMemory: Int { parts.reduce(0) { $0 + $1.content.bytesInMemory } }

  /// The first part of a name.
  public func part(named name: String) -> MultipartPart? { parts.first { $0.name == name } }
}

/// One part of a form: a field or a file.
public struct MultipartPart: Sendable, Hashable {
  /// Where the bytes of a part come from.
  public enum Content: Sendable, Hashable {
    /// Bytes in memory; libcurl makes a copy of them while the exchange runs.
    case bytes([UInt8])
    /// A regular file on disk, read as it is sent and never held in memory as a whole.
    case file(path: String)

    /// Bytes that are in memory.
    public var bytesInMemory: Int {
      if case .bytes(let bytes) = self { bytes.count } else { 0 }
    }
  }

  /// The name of the field, in any characters but control characters.
  public var name: String
  /// What is sent.
  public var content: Content
  /// The file name that the server is told, or `nil` for a plain field.
  public var fileName: String?
  /// The content type of the part, or `nil` for what libcurl makes of the file name; plain fields need none.
  public var contentType: String?

  /// Creates a part.
  public init(name: String, content: Content, fileName: String? = nil, contentType: String? = nil) {
    self.name = name
    self.content = content
    self.fileName = fileName
    self.contentType = contentType
  }

  /// A plain field with a text, sent as UTF-8.
  public static func field(_ name: String, _ text: String) -> MultipartPart {
    MultipartPart(name: name, content: .bytes(Array(text.utf8)))
  }

  /// A file whose bytes are in memory.
  public static func file(
    _ name: String, bytes: [UInt8], fileName: String, contentType: String? = nil
  ) -> MultipartPart {
    MultipartPart(name: name, content: .bytes(bytes), fileName: fileName, contentType: contentType)
  }

  /// A file on disk, sent as it is read.
  ///
  /// - Parameters:
  ///   - name: The name of the field.
  ///   - path: Where the file lies.
  ///   - fileName: The name the server is told; the last component of the path unless given.
  ///   - contentType: The content type of the part.
  /// - Returns: The part; whether the file can be read shows when the exchange begins.
  public static func file(
    _ name: String, path: String, fileName: String? = nil, contentType: String? = nil
  ) -> MultipartPart {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return MultipartPart(
      name: name, content: .file(path: path), fileName: fileName ?? last, contentType: contentType)
  }

  /// The text of a part in memory, or `nil` if it is not UTF-8 or lies on disk.
  public var text: String? {
    guard case .bytes(let bytes) = content else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension MultipartPart: CustomStringConvertible {
  /// The name of the part and where its bytes are, without any of them.
  public var description: String {
    switch content {
    case .bytes(let bytes): "\(name): \(bytes.count) bytes"
    case .file(let path): "\(name): file \(path)"
    }
  }
}
