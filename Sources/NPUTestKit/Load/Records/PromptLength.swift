/// How many tokens a prompt has and how that is known.
///
/// Reports must say the source: prompts whose length is believed and not measured are a common reason for two tools to
/// disagree about the same load.
public struct PromptLength: Sendable, Hashable {
  /// How a count is known.
  public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
    /// The server's tokenizer counted this very prompt, or the prompt consists of token ids.
    case verified
    /// The sum of what the server's tokenizer counted for each word. It was exact for the prompts that were checked.
    case composed
    /// Nobody counted: a rule of thumb was applied, which each source of prompts documents.
    case estimated
  }

  /// The user's own tokens, without special tokens and chat template; this is what a requested length means.
  public var tokens: Int
  /// The length that was asked for; it differs from the count only where the tokenizer cannot be hit exactly.
  public var target: Int?
  /// Tokens that the server's chat template adds around a single user message; missing if unknown.
  public var templateTokens: Int?
  /// How the count is known.
  public var source: Source

  /// Creates a length.
  public init(tokens: Int, target: Int? = nil, templateTokens: Int? = nil, source: Source) {
    self.tokens = tokens
    self.target = target
    self.templateTokens = templateTokens
    self.source = source
  }

  /// The tokens that reach the model in a chat, if the template is known: the user's and the template's.
  public var tokensWithTemplate: Int? { templateTokens.map { tokens + $0 } }

  /// Whether the prompt has the length that was asked for, as far as is known.
  public var isOnTarget: Bool { target.map { $0 == tokens } ?? true }
}
