/// One part of a message: text or media.
///
/// Media are named by an address: `http`, `https`, or `data:image/png;base64,…`; servers take `file:` only where they were told to.
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
  /// An image as the encoder's own numbers, in Base64.
  case imageEmbeds(String)
  /// A sound as the encoder's own numbers, in Base64.
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
