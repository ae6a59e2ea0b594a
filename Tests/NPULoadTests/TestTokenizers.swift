import NPULoad
import Synchronization
import TestSupport

/// A tokenizer made of a rule that cuts a text into pieces, which counts the questions it is asked.
final class RuleTokenizer: TokenCounter {
  private let cut: @Sendable (String) -> [String]
  private let template: Int?
  private let asked = Mutex(0)

  init(template: Int? = nil, _ cut: @escaping @Sendable (String) -> [String]) {
    self.template = template
    self.cut = cut
  }

  var questions: Int { asked.withLock { $0 } }

  func tokens(of text: String) async throws -> [Int] {
    asked.withLock { $0 += 1 }
    return cut(text).map(\.utf8.count)
  }

  func text(of tokens: [Int]) async throws -> String { tokens.map { "\($0)" }.joined(separator: " ") }

  func tokenCount(of messages: [PromptMessage]) async throws -> Int? {
    template.map { $0 + messages.map { cut($0.text).count }.reduce(0, +) }
  }

  func count(_ text: String) -> Int { cut(text).count }
}

extension RuleTokenizer {
  /// One token for each word.
  static func words(template: Int? = nil) -> RuleTokenizer {
    RuleTokenizer(template: template) { $0.split(separator: " ").map(String.init) }
  }

  /// One token for each byte, the space included.
  static func bytes() -> RuleTokenizer { RuleTokenizer { $0.utf8.map { "\($0)" } } }

  /// As most vocabularies: a word at the beginning has two tokens, one after a space has one, long ones have two.
  static func spaced() -> RuleTokenizer {
    RuleTokenizer { text in
      text.split(separator: " ").enumerated().flatMap { position, word in
        position == 0 || word.count > 6 ? [String(word.prefix(1)), String(word.dropFirst())] : [String(word)]
      }
    }
  }

  /// Costs that do not add up: two short words in a row are one token.
  static func merging() -> RuleTokenizer {
    RuleTokenizer { text in
      var tokens: [String] = []
      var previousWasShort = false
      for word in text.split(separator: " ") {
        let isShort = word.count == 3
        if isShort, previousWasShort, !tokens.isEmpty {
          tokens[tokens.count - 1] += " \(word)"
          previousWasShort = false
        } else {
          tokens.append(String(word))
          previousWasShort = isShort
        }
      }
      return tokens
    }
  }
}
