/// A checked request for generated text, from either of the two routes.
struct GenerationRequest: Sendable, Hashable {
  /// The route.
  enum Kind: Sendable, Hashable {
    case chat
    case completion
  }

  /// The text that a response continues.
  struct Prompt: Sendable, Hashable {
    /// The text in UTF-8.
    var bytes: [UInt8]
    /// Its tokens, if the request gave token numbers.
    var identifiers: [Int]?
    /// The number of tokens.
    var count: Int

    init(_ text: String) {
      bytes = Array(text.utf8)
      count = Tokenizer.count(bytes)
    }

    /// Numbers that are no token of this tokenizer count as one token each, and read as the replacement character.
    init(identifiers: [Int]) {
      bytes = identifiers.flatMap { Tokenizer.piece(of: $0) ?? [0xEF, 0xBF, 0xBD] }
      self.identifiers = identifiers
      count = identifiers.count
    }

    /// The tokens as texts.
    var pieces: [[UInt8]] {
      identifiers?.map { Tokenizer.piece(of: $0) ?? [0xEF, 0xBF, 0xBD] } ?? Tokenizer.pieces(bytes)
    }
  }

  /// A function that the response may call.
  struct Tool: Sendable, Hashable {
    var name: String
    var parameters: JSONValue
  }

  /// Whether and what the response calls.
  enum ToolChoice: Sendable, Hashable {
    case none
    case auto
    case required
    case named(String)
  }

  var kind: Kind
  /// Images, videos and sounds of a chat.
  var media = 0
  var model: String
  /// One for a chat, any number for completions.
  var prompts: [Prompt]
  var streams = false
  var includeUsage = false
  var continuousUsage = false
  /// The limit of output tokens, already held to the model's length.
  var maxTokens: Int
  var minTokens = 0
  var ignoresEnd = false
  /// Responses for each prompt.
  var choices = 1
  var stops: [String] = []
  var keepsStop = false
  var seed: UInt64?
  /// How many alternatives stand beside each token's log-probability; nothing for no log-probabilities.
  var logprobs: Int?
  /// The same for the tokens of the prompt.
  var promptLogprobs: Int?
  var echo = false
  /// The last message, which `echo` repeats in a chat.
  var echoText = ""
  /// The quoted text of a chat, or of a prompt in one of MindIE's own protocols, which an obedient model repeats.
  var quote: String?
  /// Whether this request takes the second best token where its prompt has a tie, by chance.
  var turnsByChance = false
  var tools: [Tool] = []
  var toolChoice = ToolChoice.none
  var includesReasoning = true
  var returnsTokenIDs = false

  /// The text in double quotes that stands first in a text.
  static func quote(in text: String) -> String? {
    let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 && !parts[1].isEmpty ? String(parts[1]) : nil
  }

  /// All responses of the request.
  var choiceCount: Int { prompts.count * choices }

  /// The tokens of all prompts.
  var promptTokens: Int { prompts.reduce(0) { $0 + $1.count } }
}
