internal import NPUBase
internal import NPUServices

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The object that is one entry of a custom file of prompts.
struct PromptEntry: Decodable {
  var prompt: Content?
  var messages: [Message]?
  var outputTokens: Int?
  var maxCompletionTokens: Int?
  var maxTokens: Int?
  var images: [String]?
  var sounds: [String]?

  enum CodingKeys: String, CodingKey {
    case prompt
    case messages
    case outputTokens = "output_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case maxTokens = "max_tokens"
    case images = "image_files"
    case sounds = "audio_files"
  }

  /// What is asked, in each of the forms that mean a prompt.
  enum Content: Decodable {
    case text(String)
    case tokens([Int])
    case messages([Message])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let tokens = try? container.decode([Int].self) {
        self = .tokens(tokens)
      } else if let messages = try? container.decode([Message].self) {
        self = .messages(messages)
      } else {
        throw PromptError(
          kind: .malformedEntry, message: "The prompt is neither text nor a list of token ids nor one of messages.")
      }
    }
  }

  struct Message: Decodable {
    var role: String
    var content: MessageContent
  }

  struct MessageContent: Decodable {
    /// The types of parts that carry media in a chat.
    private static let mediaTypes: Set<String> = [
      "image_url", "input_audio", "audio_url", "video_url", "image_embeds", "audio_embeds",
    ]

    var content: ChatMessage.Content

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        content = .text(text)
        return
      }
      let parts = try container.decode([JSONValue].self).map(Self.part)
      let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
      content = texts.count == parts.count ? .text(texts.joined()) : .parts(parts)
    }

    /// A part of a message; media are sent as they stand in the file.
    private static func part(_ value: JSONValue) throws -> ContentPart {
      let type = value["type"]?.string
      if type == "text", let text = value["text"]?.string { return .text(text) }
      guard let type, mediaTypes.contains(type), let medium = value[type], medium != .null else {
        throw PromptError(
          kind: .malformedEntry,
          message: "A message has a part "
            + (type.map { "of type \($0) without what belongs to it" } ?? "without a type")
            + "; parts are text and media, such as {\"type\": \"image_url\", \"image_url\": {\"url\": …}}.")
      }
      return .other(value)
    }
  }
}

extension PromptEntry {
  /// Whether a JSON array by itself is one prompt: a conversation, or token ids.
  static func isOnePrompt(_ array: ArraySlice<UInt8>) -> Bool { content(of: array) != nil }

  /// The prompt that a JSON array by itself is; `nil` if it is none.
  static func content(of array: ArraySlice<UInt8>) -> Content? {
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(array)) else { return nil }
    switch content {
    case .tokens(let tokens) where !tokens.isEmpty: return content
    case .messages(let messages) where !messages.isEmpty: return content
    default: return nil
    }
  }
}
