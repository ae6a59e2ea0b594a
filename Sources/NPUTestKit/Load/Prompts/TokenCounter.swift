/// A tokenizer that can be asked, usually the service's own over its tokenize endpoint.
///
/// Counts must leave out special tokens: a request with `add_special_tokens` set to false.
public protocol TokenCounter: Sendable {
  /// The tokens of a text.
  func tokens(of text: String) async throws -> [Int]

  /// The text of tokens.
  func text(of tokens: [Int]) async throws -> String

  /// The number of tokens of a text; by default the tokens are asked for and counted.
  func tokenCount(of text: String) async throws -> Int

  /// The number of tokens of a chat with the service's template around it; missing if the service cannot tell.
  func tokenCount(of messages: [PromptMessage]) async throws -> Int?
}

extension TokenCounter {
  /// The number of tokens of a text.
  public func tokenCount(of text: String) async throws -> Int { try await tokens(of: text).count }

  /// Unknown.
  public func tokenCount(of messages: [PromptMessage]) async throws -> Int? { nil }
}
