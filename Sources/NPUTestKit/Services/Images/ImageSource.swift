internal import NPUBase
public import NPUTransport

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

/// An image that goes to a service as a part of a form.
public struct ImageUpload: Sendable, Hashable {
  /// Where its bytes are.
  public var content: MultipartPart.Content
  /// The file name that the service is told.
  public var fileName: String
  /// The media type that the service is told.
  public var mediaType: String

  /// Uploads bytes in memory.
  public init(_ bytes: [UInt8], fileName: String = "image.png", mediaType: String = "image/png") {
    content = .bytes(bytes)
    self.fileName = fileName
    self.mediaType = mediaType
  }

  /// Uploads a file on disk, which is read as it is sent.
  public init(path: String, mediaType: String = "image/png") {
    content = .file(path: path)
    fileName = path.split(separator: "/").last.map(String.init) ?? path
    self.mediaType = mediaType
  }

  func part(named name: String) -> MultipartPart {
    MultipartPart(name: name, content: content, fileName: fileName, contentType: mediaType)
  }
}
