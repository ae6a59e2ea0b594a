/// The messages of a chat, and the prompt that they make.
///
/// The simulated model's template is one line for each message, its role and its text, and an opening for the answer.
/// An image, video or audio part stands in it as a word in angle brackets.
struct ChatMessages: Sendable, Hashable {
  /// The text of the prompt.
  private(set) var text = ""
  /// The text of the last message.
  private(set) var last = ""
  /// The text in double quotes that an obedient model repeats: of the last message, else of the first that has one.
  private(set) var quote: String?
  /// Whether there is no message.
  let isEmpty: Bool

  /// The prompt of the template.
  var prompt: GenerationRequest.Prompt { .init(text) }

  /// - Throws: `ErrorAnswer` if a message has no role, a content of the wrong kind, or a picture that is refused.
  init(_ elements: [JSONValue], _ behaviour: Behaviour) throws(ErrorAnswer) {
    isEmpty = elements.isEmpty
    var hasPictures = false
    for (index, element) in elements.enumerated() {
      guard let role = element["role"]?.stringValue else {
        throw .shape("1 validation error:\n  message \(index) has no role", at: "messages.\(index).role")
      }
      let pictures = try Self.pictures(element["content"] ?? .null, behaviour)
      hasPictures = hasPictures || !pictures.isEmpty
      last = try Self.content(element["content"] ?? .null, of: index, pictures: pictures)
      text += "\(role): \(last)\n"
      let texts = pictures.compactMap(\.text)
      quote = texts.isEmpty ? quote ?? Self.quote(in: last) : texts.joined(separator: " ")
    }
    quote = Self.quote(in: last) ?? quote
    guard hasPictures || !behaviour.has(.requiresImages) else { throw .value("A picture is required.", "messages") }
    text += "assistant:"
  }

  private static func quote(in text: String) -> String? {
    let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 && !parts[1].isEmpty ? String(parts[1]) : nil
  }

  /// The pictures of a message, as the model gets them.
  private static func pictures(_ value: JSONValue, _ behaviour: Behaviour) throws(ErrorAnswer) -> [ChatPicture] {
    var pictures: [ChatPicture] = []
    for part in value.arrayValue ?? [] where part["type"]?.stringValue == "image_url" {
      pictures.append(try ChatPicture(part, behaviour))
    }
    guard pictures.count <= 1 || !behaviour.has(.refusesSeveralImages) else {
      throw .value("At most 1 image(s) may be provided in one prompt.", "messages")
    }
    if behaviour.has(.keepsOneImage) { return Array(pictures.prefix(1)) }
    return behaviour.has(.sortsImages) ? pictures.sorted { $0.mark < $1.mark } : pictures
  }

  private static func content(
    _ value: JSONValue, of index: Int, pictures: [ChatPicture]
  ) throws(ErrorAnswer) -> String {
    if value.isNull { return "" }
    if let text = value.stringValue { return text }
    guard let parts = value.arrayValue else {
      throw .shape(
        "1 validation error:\n  the content of message \(index) should be a string or an array, it is \(value.kindName)",
        at: "messages.\(index).content")
    }
    var text = ""
    var pictures = pictures[...]
    for part in parts {
      switch part["type"]?.stringValue {
      case "text", "thinking", "refusal": text += part["text"]?.stringValue ?? ""
      case "image_url": text += pictures.popFirst()?.mark ?? ""
      case "image_embeds": text += "<image>"
      case "video_url": text += "<video>"
      case "audio_url", "input_audio", "audio_embeds": text += "<audio>"
      case let type:
        throw .value("Message \(index) has a content part of the unknown type '\(type ?? "none")'.", "messages")
      }
    }
    return text
  }
}
