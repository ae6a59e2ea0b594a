internal import FoundationEssentials

/// An image, video or sound in a message, looked at as closely as vLLM does before it generates.
struct ChatMedium: Sendable, Hashable {
  /// The word that stands for it in the prompt; other content gives another word.
  let word: String

  /// - Returns: Nothing if the part is no medium.
  /// - Throws: `ErrorResponse` for a part without address, for Base64 that is none, and for images that are none.
  init?(_ part: JSONValue) throws(ErrorResponse) {
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

/// An image of a chat, as far as a simulated model sees it.
///
/// It is known by its address alone: equal addresses are equal images.
struct ChatImage: Sendable, Hashable {
  /// The words that stand for it in the prompt.
  let mark: String
  /// What a model that reads finds in it.
  let text: String?

  /// - Parameters:
  ///   - part: The part of a message.
  ///   - behaviour: What is known of images, and what is wrong with how they are looked at.
  /// - Throws: `ErrorResponse` if the model takes no images, or the image cannot be read.
  init(_ part: JSONValue, _ behaviour: Behaviour) throws(ErrorResponse) {
    guard !behaviour.has(.refusesImages) else { throw .value("The model is not a multimodal model.", "messages") }
    let image = part["image_url"]
    let address = image?["url"]?.stringValue ?? image?.stringValue ?? ""
    if !behaviour.has(.acceptsBrokenImages) {
      guard let width = Self.width(ofPNG: Self.bytes(address)) else {
        throw .value("The image of a message cannot be read.", "messages")
      }
      guard width <= 2048 || !behaviour.has(.refusesLargeImages) else {
        throw .value("The image is \(width) pixels wide; at most 2048 are allowed.", "messages")
      }
    }
    mark =
      behaviour.has(.ignoresImages)
      ? "<image>" : "<image \(String(SplitMix64.digest(Array(address.utf8)), radix: 16))>"
    text = behaviour.has(.ignoresImages) ? nil : behaviour.imageTexts[address]
  }

  private static func bytes(_ address: String) -> [UInt8] {
    guard address.hasPrefix("data:"), let comma = address.firstIndex(of: ",") else { return [] }
    return Data(base64Encoded: String(address[address.index(after: comma)...])).map(Array.init) ?? []
  }

  /// The width of a PNG file whose chunks are all there; nothing else of it is looked at.
  private static func width(ofPNG bytes: [UInt8]) -> Int? {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.count >= 24 else { return nil }
    func number(_ start: Int) -> Int { bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    var place = 8
    while place + 12 <= bytes.count {
      let length = number(place)
      if bytes[(place + 4)..<(place + 8)].elementsEqual("IEND".utf8) { return number(16) }
      place += length + 12
    }
    return nil
  }
}
