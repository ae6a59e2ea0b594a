/// The messages of a chat, and the prompt that they make.
///
/// The simulated model's template is one line for each message, its role and its text, and an opening for the answer.
/// An image, video or audio part stands in it as a word in angle brackets that its content decides.
struct ChatMessages: Sendable, Hashable {
  /// The text of the prompt.
  private(set) var text = ""
  /// The text of the last message.
  private(set) var last = ""
  /// Whether there is no message.
  let isEmpty: Bool

  /// How many images, videos and sounds there are.
  private(set) var media = 0

  /// The prompt of the template, with as many tokens for each medium on top.
  func prompt(tokensPerMedium: Int) -> GenerationRequest.Prompt {
    var prompt = GenerationRequest.Prompt(text)
    prompt.count += media * max(0, tokensPerMedium)
    return prompt
  }

  /// - Throws: `ErrorAnswer` if a message has no role or a content of the wrong kind.
  init(_ elements: [JSONValue]) throws(ErrorAnswer) {
    isEmpty = elements.isEmpty
    for (index, element) in elements.enumerated() {
      guard let role = element["role"]?.stringValue else {
        throw .shape("1 validation error:\n  message \(index) has no role", at: "messages.\(index).role")
      }
      let content = try Self.content(element["content"] ?? .null, of: index)
      last = content.text
      media += content.media
      text += "\(role): \(last)\n"
    }
    text += "assistant:"
  }

  private static func content(_ value: JSONValue, of index: Int) throws(ErrorAnswer) -> (text: String, media: Int) {
    if value.isNull { return ("", 0) }
    if let text = value.stringValue { return (text, 0) }
    guard let parts = value.arrayValue else {
      throw .shape(
        "1 validation error:\n  the content of message \(index) should be a string or an array, it is \(value.kindName)",
        at: "messages.\(index).content")
    }
    var text = ""
    var media = 0
    for part in parts {
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
