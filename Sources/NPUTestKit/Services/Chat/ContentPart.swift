public import NPUBase

/// One part of a message: text or media.
///
/// Media are named by an address: `http`, `https`, or `data:image/png;base64,…`; servers take `file:` only where they
/// were told to.
public enum ContentPart: Sendable, Hashable {
  /// How closely a model looks at an image.
  public struct Detail: OpenString {
    /// The word as it is sent.
    public var rawValue: String
    /// Wraps any word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The model decides.
    public static let auto: Detail = "auto"
    /// Coarse.
    public static let low: Detail = "low"
    /// Fine.
    public static let high: Detail = "high"
  }

  /// Text.
  case text(String)
  /// An image at an address.
  case imageURL(String, detail: Detail? = nil)
  /// A video at an address.
  case videoURL(String)
  /// A sound at an address.
  case audioURL(String)
  /// A sound in Base64, with its format such as `wav`.
  case inputAudio(base64: String, format: String)
  /// An image as embeddings of the encoder, in Base64.
  case imageEmbeds(String)
  /// A sound as embeddings of the encoder, in Base64.
  case audioEmbeds(String)
  /// What a model said when it declined.
  case refusal(String)
  /// What a model reasoned.
  case thinking(String)
  /// Any other part, as it is to be written; MindIE's flat form of an image address is one.
  case other(JSONValue)

  /// An image in a data address.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - mediaType: Its type.
  /// - Returns: The part.
  public static func image(_ bytes: [UInt8], mediaType: String = "image/png") -> ContentPart {
    .imageURL("data:\(mediaType);base64,\(Base64.encode(bytes))")
  }

  /// A video in a data address.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - mediaType: Its type.
  /// - Returns: The part.
  public static func video(_ bytes: [UInt8], mediaType: String = "video/mp4") -> ContentPart {
    .videoURL("data:\(mediaType);base64,\(Base64.encode(bytes))")
  }

  /// A video as its frames, JPEG files in one data address: vLLM takes them as frames without decoding a video.
  ///
  /// - Parameter frames: JPEG files in the order of time.
  /// - Returns: The part.
  public static func video(frames: [[UInt8]]) -> ContentPart {
    .videoURL("data:video/jpeg;base64," + frames.map { Base64.encode($0) }.joined(separator: ","))
  }

  /// An image address in MindIE's flat form, without an object around it.
  public static func flatImage(_ url: String) -> ContentPart {
    .other(["type": "image_url", "image_url": .string(url)])
  }

  /// An image from a file, its type by its first bytes.
  ///
  /// - Parameter path: The file, at most 64 MiB; it is read at once, since a chat's request is one JSON document.
  /// - Returns: The part.
  /// - Throws: ``ServiceError`` of kind `invalidRequest` if the file cannot be read or is no image that is known here.
  public static func image(contentsOf path: String) throws -> ContentPart {
    try image(try MediaFile.read(path), named: path)
  }

  /// The image of a file that was read, its type by its first bytes.
  package static func image(_ bytes: [UInt8], named path: String) throws -> ContentPart {
    guard let format = ImageFormat(recognising: bytes) else {
      throw ServiceError(
        kind: .invalidRequest,
        message: "\(path) is not a PNG, JPEG, WebP, GIF or BMP file; convert it, or give its type")
    }
    return .image(bytes, mediaType: "image/\(format.rawValue)")
  }

  /// A sound from a file, its format by the ending of its name.
  ///
  /// - Parameter path: The file, at most 64 MiB.
  /// - Returns: The part.
  /// - Throws: ``ServiceError`` of kind `invalidRequest` if the file cannot be read or has no ending.
  public static func audio(contentsOf path: String) throws -> ContentPart {
    try audio(try MediaFile.read(path), named: path)
  }

  /// The sound of a file that was read, its format by the ending of its name.
  package static func audio(_ bytes: [UInt8], named path: String) throws -> ContentPart {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else {
      throw ServiceError(kind: .invalidRequest, message: "the name \(path) does not end with an audio format")
    }
    return .audio(bytes, format: path[path.index(after: dot)...].lowercased())
  }

  /// A video from a file.
  ///
  /// - Parameters:
  ///   - path: The file, at most 64 MiB.
  ///   - mediaType: Its type.
  /// - Returns: The part.
  /// - Throws: ``ServiceError`` of kind `invalidRequest` if the file cannot be read.
  public static func video(contentsOf path: String, mediaType: String = "video/mp4") throws -> ContentPart {
    .video(try MediaFile.read(path), mediaType: mediaType)
  }

  /// A sound in a data address, for servers that take no other.
  public static func audioAddress(_ bytes: [UInt8], mediaType: String = "audio/wav") -> ContentPart {
    .audioURL("data:\(mediaType);base64,\(Base64.encode(bytes))")
  }

  /// A sound in Base64.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - format: Its format.
  /// - Returns: The part.
  public static func audio(_ bytes: [UInt8], format: String = "wav") -> ContentPart {
    .inputAudio(base64: Base64.encode(bytes), format: format)
  }
}

extension ContentPart: Encodable {
  /// Writes the part as the protocol has it.
  public func encode(to encoder: any Encoder) throws {
    if case .other(let value) = self {
      try value.encode(to: encoder)
      return
    }
    var container = encoder.container(keyedBy: JSONKey.self)
    func set(_ type: String, _ value: some Encodable) throws {
      try container.encode(type, forKey: "type")
      try container.encode(value, forKey: JSONKey(type))
    }
    switch self {
    case .text(let text): try set("text", text)
    case .imageURL(let url, let detail):
      var members = ["url": url]
      if let detail { members["detail"] = detail.rawValue }
      try set("image_url", members)
    case .videoURL(let url): try set("video_url", ["url": url])
    case .audioURL(let url): try set("audio_url", ["url": url])
    case .inputAudio(let base64, let format): try set("input_audio", ["data": base64, "format": format])
    case .imageEmbeds(let base64): try set("image_embeds", base64)
    case .audioEmbeds(let base64): try set("audio_embeds", base64)
    case .refusal(let text): try set("refusal", text)
    case .thinking(let text): try set("thinking", text)
    case .other: break
    }
  }
}
