internal import FoundationEssentials

/// A picture of a chat, as far as a simulated model sees it.
///
/// It is known by its address alone: equal addresses are equal pictures.
struct ChatPicture: Sendable, Hashable {
  /// The words that stand for it in the prompt.
  let mark: String
  /// What a model that reads finds in it.
  let text: String?

  /// - Parameters:
  ///   - part: The part of a message.
  ///   - behaviour: What is known of pictures, and what is wrong with how they are looked at.
  /// - Throws: `ErrorAnswer` if the model takes no pictures, or the picture cannot be read.
  init(_ part: JSONValue, _ behaviour: Behaviour) throws(ErrorAnswer) {
    guard !behaviour.has(.refusesImages) else { throw .value("The model is not a multimodal model.", "messages") }
    let image = part["image_url"]
    let address = image?["url"]?.stringValue ?? image?.stringValue ?? ""
    if !behaviour.has(.acceptsBrokenImages) {
      guard let width = Self.width(ofPNG: Self.bytes(address)) else {
        throw .value("The picture of a message cannot be read.", "messages")
      }
      guard width <= 2048 || !behaviour.has(.refusesLargeImages) else {
        throw .value("The picture is \(width) pixels wide; at most 2048 are allowed.", "messages")
      }
    }
    mark =
      behaviour.has(.ignoresImages)
      ? "<image>" : "<image \(String(Tokenizer.digest(Array(address.utf8)), radix: 16))>"
    text = behaviour.has(.ignoresImages) ? nil : behaviour.pictureTexts[address]
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
