#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension PromptList {
  /// Reads prompts from a file with one of them on each line.
  ///
  /// A line is one of these; empty lines are skipped:
  /// - an object with `prompt` (a text, or an array of token ids) or with `messages` (as in a chat request, text only);
  ///   `output_tokens` (as in vLLM's custom dataset), `max_completion_tokens` or `max_tokens` asks for a length of the
  ///   response, and other keys are ignored;
  /// - a JSON string;
  /// - anything that begins with neither `{` nor `"`, which is the prompt as it stands.
  ///
  /// - Parameters:
  ///   - path: The file, in UTF-8.
  ///   - limits: How much of it to keep.
  ///   - shuffleSeed: The seed of a shuffle; without one the prompts keep the order of the file.
  /// - Returns: The prompts, without token counts.
  /// - Throws: ``PromptError`` with the number of the line.
  public static func jsonLines(
    path: String, limits: PromptFileLimits = PromptFileLimits(), shuffledBy shuffleSeed: UInt64? = nil
  ) throws -> PromptList {
    var reader = try PromptFileReader(path: path, format: .lines, limits: limits)
    var prompts: [Prompt] = []
    let decoder = JSONDecoder()
    while let entries = try reader.next() {
      for entry in entries {
        guard let prompt = try PromptLine.prompt(of: entry.bytes, decoder, path, entry.number) else { continue }
        guard prompts.count < limits.prompts else {
          return try PromptList(prompts, shuffledBy: shuffleSeed, isCutOff: true)
        }
        prompts.append(prompt)
      }
    }
    guard !prompts.isEmpty else {
      throw PromptError(kind: .noPrompts, message: "The file holds no prompt; write one on each line.", path: path)
    }
    return try PromptList(prompts, shuffledBy: shuffleSeed, isCutOff: reader.isCutOff)
  }
}

/// One line of a file of prompts.
private struct PromptLine: Decodable {
  var prompt: PromptField?
  var messages: [MessageField]?
  var outputTokens: Int?
  var maxCompletionTokens: Int?
  var maxTokens: Int?

  enum CodingKeys: String, CodingKey {
    case prompt
    case messages
    case outputTokens = "output_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case maxTokens = "max_tokens"
  }

  enum PromptField: Decodable {
    case text(String)
    case tokens([Int])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .tokens(try container.decode([Int].self))
      }
    }
  }

  struct MessageField: Decodable {
    var role: String
    var content: ContentField
  }

  struct ContentField: Decodable {
    var text: String

    private struct Part: Decodable {
      var type: String
      var text: String?
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
        return
      }
      text = ""
      for part in try container.decode([Part].self) {
        // Leaving out an image would measure another load than the file describes.
        guard part.type == "text", let piece = part.text else {
          throw PromptError(
            kind: .malformedEntry,
            message: "A message has a part of type \(part.type); only text parts can be used here.")
        }
        text += piece
      }
    }
  }

  /// The prompt of a line, or nothing if the line is empty.
  static func prompt(of bytes: [UInt8], _ decoder: JSONDecoder, _ path: String, _ number: Int) throws -> Prompt? {
    func malformed(_ message: String) -> PromptError {
      PromptError(kind: .malformedEntry, message: message, path: path, entry: number)
    }
    guard let first = bytes.first(where: { !isSpace($0) }) else { return nil }
    do {
      switch first {
      case UInt8(ascii: "{"):
        let line = try decoder.decode(PromptLine.self, from: Data(bytes))
        return try line.prompt(malformed)
      case UInt8(ascii: "\""):
        return Prompt(.text(try decoder.decode(String.self, from: Data(bytes))))
      default:
        guard let text = String(validating: bytes, as: UTF8.self) else {
          throw malformed("The line is not UTF-8; convert the file.")
        }
        return Prompt(.text(text.last == "\r" ? String(text.dropLast()) : text))
      }
    } catch let error as PromptError {
      throw malformed(error.message)
    } catch {
      throw malformed("The line is not a prompt in JSON: \(error).")
    }
  }

  private func prompt(_ malformed: (String) -> PromptError) throws -> Prompt {
    let outputTokens = outputTokens ?? maxCompletionTokens ?? maxTokens
    if let outputTokens, outputTokens < 1 {
      throw malformed("The line asks for \(outputTokens) output tokens; allowed: 1 or more.")
    }
    switch (prompt, messages) {
    case (.text(let text)?, nil): return Prompt(.text(text), outputTokens: outputTokens)
    case (.tokens(let tokens)?, nil):
      let length = PromptLength(tokens: tokens.count, source: .verified)
      return Prompt(.tokens(tokens), input: length, outputTokens: outputTokens)
    case (nil, let messages?) where !messages.isEmpty:
      let messages = messages.map { PromptMessage(role: $0.role, text: $0.content.text) }
      return Prompt(.messages(messages), outputTokens: outputTokens)
    case (nil, nil): throw malformed("The line has neither prompt nor messages; it needs one of them.")
    case (nil, _?): throw malformed("The line has an empty list of messages; it needs at least one.")
    case (_?, _?): throw malformed("The line has prompt and messages; it must have one of them.")
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
