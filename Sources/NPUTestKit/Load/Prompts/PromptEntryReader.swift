internal import NPUBase
internal import NPUServices

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Makes prompts of the entries of a custom file: what means a prompt is read, everything else is refused by its number.
struct PromptEntryReader {
  private let path: String
  /// How entries are called in messages.
  private let noun: String
  private let isArray: Bool
  private let decoder = JSONDecoder()
  private var media: PromptMedia
  /// The files of media that the entries named.
  var mediaFiles: DatasetDescription.MediaFiles { media.files }

  init(
    path: String, format: EntrySplitter.Format, limits: PromptFileLimits, observingMedia: (([UInt8]) -> Void)? = nil
  ) {
    self.path = path
    isArray = format == .jsonArray
    noun = isArray ? "element" : "line"
    media = PromptMedia(datasetPath: path, byteLimit: limits.totalBytes, observing: observingMedia)
  }

  /// The prompt of an entry; `nil` for an empty line.
  mutating func prompt(of entry: PromptFileReader.Entry) throws(PromptError) -> Prompt? {
    let bytes = entry.bytes[...].drop(while: PromptFileFormat.isSpace)
    guard let first = bytes.first else {
      guard isArray else { return nil }
      throw malformed("is empty", entry)
    }
    do {
      switch first {
      case UInt8(ascii: "{"): return try object(bytes, entry)
      case UInt8(ascii: "\""):
        return Prompt(.text(try checked(try decoder.decode(String.self, from: Data(bytes)), entry)))
      case UInt8(ascii: "["): return try array(bytes, entry)
      default: return try text(bytes, entry)
      }
    } catch let error as PromptError {
      throw PromptError(kind: error.kind, message: error.message, path: path, entry: entry.number)
    } catch {
      throw malformed("is not a prompt in JSON: \(JSONCoding.describe(error))", entry)
    }
  }

  private mutating func object(_ bytes: ArraySlice<UInt8>, _ entry: PromptFileReader.Entry) throws -> Prompt {
    let object = try decoder.decode(PromptEntry.self, from: Data(bytes))
    let outputTokens = object.outputTokens ?? object.maxCompletionTokens ?? object.maxTokens
    if let outputTokens, outputTokens < 1 {
      throw malformed("asks for \(outputTokens) output tokens; allowed: 1 or more", entry)
    }
    let content: PromptEntry.Content
    switch (object.prompt, object.messages) {
    case (let prompt?, nil): content = prompt
    case (nil, let messages?): content = .messages(messages)
    case (nil, nil): throw malformed(withoutPrompt(bytes), entry)
    case (_?, _?): throw malformed("has prompt and messages; it must have one of them", entry)
    }
    let parts = try media.images(object.images ?? []) + media.sounds(object.sounds ?? [])
    guard !parts.isEmpty else { return try prompt(content, outputTokens, entry) }
    guard case .text(let text) = content else {
      throw malformed("has image_files or audio_files, which go with a prompt that is text alone", entry)
    }
    let message = PromptMessage(role: "user", content: .parts(parts + [.text(text)]))
    return Prompt(.messages([message]), outputTokens: outputTokens)
  }

  private func prompt(
    _ content: PromptEntry.Content, _ outputTokens: Int?, _ entry: PromptFileReader.Entry
  ) throws -> Prompt {
    switch content {
    case .text(let text): return Prompt(.text(try checked(text, entry)), outputTokens: outputTokens)
    case .tokens(let tokens):
      guard !tokens.isEmpty else { throw malformed("has an empty list as its prompt", entry) }
      let length = PromptLength(tokens: tokens.count, source: .verified)
      return Prompt(.tokens(tokens), input: length, outputTokens: outputTokens)
    case .messages(let messages):
      guard !messages.isEmpty else { throw malformed("has an empty list of messages; it needs at least one", entry) }
      return Prompt(
        .messages(messages.map { PromptMessage(role: $0.role, content: $0.content.content) }),
        outputTokens: outputTokens)
    }
  }

  /// An array in brackets: one prompt, or text that begins so.
  private func array(_ bytes: ArraySlice<UInt8>, _ entry: PromptFileReader.Entry) throws -> Prompt {
    if let content = PromptEntry.content(of: bytes) { return try prompt(content, nil, entry) }
    let advice = "; a text that begins with a bracket stands in JSON quotes"
    if PromptFileFormat.isJSON(bytes) {
      throw malformed("is a JSON array, but neither of messages nor of token ids" + advice, entry)
    }
    let second = bytes.dropFirst().first { !PromptFileFormat.isSpace($0) }
    if isArray || second.map(PromptFileFormat.opensValue) ?? true || PromptFileFormat.isOfNumbers(bytes) {
      throw malformed("begins like a JSON array, but is not valid JSON" + advice, entry)
    }
    return try text(bytes, entry)
  }

  private func text(_ bytes: ArraySlice<UInt8>, _ entry: PromptFileReader.Entry) throws -> Prompt {
    guard let text = String(validating: entry.bytes, as: UTF8.self) else {
      throw malformed("is not UTF-8; convert the file", entry)
    }
    if isArray || PromptFileFormat.isJSON(bytes) {
      throw malformed(
        "is \(Excerpt.of(bytes, limit: 40)), which is no prompt; a text stands in JSON quotes, and an object has prompt "
          + "or messages", entry)
    }
    return Prompt(.text(text.last == "\r" ? String(text.dropLast()) : text))
  }

  private func checked(_ text: String, _ entry: PromptFileReader.Entry) throws -> String {
    guard text.contains(where: { !$0.isWhitespace }) else { throw malformed("has an empty prompt", entry) }
    return text
  }

  /// What is wrong with an object that has no prompt, by the keys that it has.
  private func withoutPrompt(_ bytes: ArraySlice<UInt8>) -> String {
    let keys = (try? decoder.decode(JSONValue.self, from: Data(bytes)))?.object?.keys.sorted() ?? []
    if keys.contains("conversations") {
      return "has conversations, as in a ShareGPT file; read it as one, or give each a prompt or messages"
    }
    if keys.contains("role"), keys.contains("content") {
      return "is a message by itself; put the messages of a conversation into an object: {\"messages\": […]}"
    }
    let found = keys.isEmpty ? "it is empty" : "found \(Excerpt.of(keys.joined(separator: ", "), limit: 100))"
    return "has neither prompt nor messages; it needs one of them (\(found))"
  }

  private func malformed(_ what: String, _ entry: PromptFileReader.Entry) -> PromptError {
    PromptError(kind: .malformedEntry, message: "The \(noun) \(what).", path: path, entry: entry.number)
  }
}
