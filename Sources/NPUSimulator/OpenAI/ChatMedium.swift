/// An image, video or sound in a message, looked at as closely as vLLM does before it generates.
struct ChatMedium: Sendable, Hashable {
  /// The word that stands for it in the prompt; other content gives another word.
  let word: String

  /// - Returns: Nothing if the part is no medium.
  /// - Throws: `ErrorAnswer` for a part without address, for Base64 that is none, and for images that are none.
  init?(_ part: JSONValue) throws(ErrorAnswer) {
    guard let type = part["type"]?.stringValue else { return nil }
    let kind: String
    switch type {
    case "image_url", "image_embeds": kind = "image"
    case "video_url": kind = "video"
    case "audio_url", "input_audio", "audio_embeds": kind = "audio"
    default: return nil
    }
    let value = part[type] ?? .null
    // MindIE's flat form has the address itself in place of an object around it.
    guard let source = value.stringValue ?? value["url"]?.stringValue ?? value["data"]?.stringValue else {
      throw .shape("1 validation error:\n  a part of the type \(type) has no address", at: "messages.content.\(type)")
    }
    var digest = ContentDigest()
    if source.hasPrefix("data:") || type == "input_audio" {
      let base64 = source.hasPrefix("data:") ? source.drop { $0 != "," }.dropFirst() : source[...]
      guard let bytes = Base64Text.decode(Array(base64.utf8)), !bytes.isEmpty else {
        throw .value("Invalid base64-encoded data in a part of the type \(type).")
      }
      guard kind != "image" || Self.isImage(bytes) else {
        throw .value("Failed to load image: cannot identify image file")
      }
      digest.update(bytes)
    } else {
      digest.update(Array(source.utf8))
    }
    word = "<\(kind) \(digest.text)>"
  }

  /// Whether bytes begin as PNG, JPEG, GIF, WebP or BMP do.
  private static func isImage(_ bytes: [UInt8]) -> Bool {
    let starts: [[UInt8]] = [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8), Array("BM".utf8)]
    return starts.contains { bytes.starts(with: $0) }
      || bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
  }
}
