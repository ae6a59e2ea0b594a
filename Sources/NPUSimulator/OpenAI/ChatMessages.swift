/// The messages of a chat, and the prompt that they make.
///
/// The simulated model's template is one line for each message, its role and its text, and an opening for the response.
/// An image, video or audio part stands in it as a word in angle brackets that its content decides.
struct ChatMessages: Sendable, Hashable {
  /// The text of the prompt.
  private(set) var text = ""
  /// The text of the last message.
  private(set) var last = ""
  /// The text in double quotes that an obedient model repeats: of the last message, else of the first that has one.
  private(set) var quote: String?
  /// Whether there is no message.
  let isEmpty: Bool

  /// How many images, videos and sounds there are.
  private(set) var media = 0

  /// The prompt of the template, with as many tokens for each medium on top.
  func prompt(tokensPerMedium: Int) -> GenerationRequest.Prompt {
    var prompt = GenerationRequest.Prompt(text)
    prompt.count = Int.sum(prompt.count, Int.product(media, max(0, tokensPerMedium)))
    return prompt
  }

  /// - Throws: `ErrorResponse` if a message has no role, a content of the wrong kind, or an image that is refused.
  init(_ elements: [JSONValue], _ behaviour: Behaviour) throws(ErrorResponse) {
    isEmpty = elements.isEmpty
    for (index, element) in elements.enumerated() {
      guard let role = element["role"]?.stringValue else {
        throw .shape("1 validation error:\n  message \(index) has no role", at: "messages.\(index).role")
      }
      let images = try Self.images(element["content"] ?? .null, behaviour)
      let content = try Self.content(element["content"] ?? .null, of: index, images: images)
      last = content.text
      media += content.media
      text += "\(role): \(last)\n"
      let texts = images.compactMap(\.text)
      quote = texts.isEmpty ? quote ?? GenerationRequest.quote(in: last) : texts.joined(separator: " ")
    }
    quote = GenerationRequest.quote(in: last) ?? quote
    guard media > 0 || !behaviour.has(.requiresImages) else { throw .value("An image is required.", "messages") }
    text += "assistant:"
  }

  /// The images of a message as a model that sees them gets them; none for one that does not.
  private static func images(_ value: JSONValue, _ behaviour: Behaviour) throws(ErrorResponse) -> [ChatImage] {
    guard behaviour.seesImages else { return [] }
    var images: [ChatImage] = []
    for part in value.arrayValue ?? [] where part["type"]?.stringValue == "image_url" {
      images.append(try ChatImage(part, behaviour))
    }
    guard images.count <= 1 || !behaviour.has(.refusesSeveralImages) else {
      throw .value("At most 1 image(s) may be provided in one prompt.", "messages")
    }
    if behaviour.has(.keepsOneImage) { return Array(images.prefix(1)) }
    return behaviour.has(.sortsImages) ? images.sorted { $0.mark < $1.mark } : images
  }

  private static func content(
    _ value: JSONValue, of index: Int, images: [ChatImage]
  ) throws(ErrorResponse) -> (text: String, media: Int) {
    if value.isNull { return ("", 0) }
    if let text = value.stringValue { return (text, 0) }
    guard let parts = value.arrayValue else {
      throw .shape(
        "1 validation error:\n  the content of message \(index) should be a string or an array, it is \(value.kindName)",
        at: "messages.\(index).content")
    }
    var text = ""
    var media = 0
    let isSeen = !images.isEmpty
    var images = images[...]
    for part in parts {
      if isSeen, part["type"]?.stringValue == "image_url" {
        text += images.popFirst()?.mark ?? ""
        media += 1
        continue
      }
      if let medium = try ChatMedium(part) {
        text += medium.word
        media += 1
        continue
      }
      switch part["type"]?.stringValue {
      case "text", "thinking", "refusal": text += part["text"]?.stringValue ?? ""
      case let type:
        throw .value("Message \(index) has a content part of the unknown type '\(type ?? "none")'.", "messages")
      }
    }
    return (text, media)
  }
}
