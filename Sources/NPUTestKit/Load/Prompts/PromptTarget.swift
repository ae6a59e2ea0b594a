package import NPUServices

/// What prompts are to be used for, which decides what forms they may have.
package enum PromptTarget: Sendable, Hashable {
  /// The messages of a chat.
  case chat
  /// The text of a completion.
  case completion
  /// The text of a continuation by MindIE, or its tokens where the protocol takes them.
  case mindIE(MindIERequest.WireProtocol)
  /// The text, or the messages, of a request to a service of one's own.
  case prediction
  /// One text, of what is named: an image, a task, speech.
  case text(of: String)
}

extension Prompt {
  /// Why a prompt cannot be used, if it cannot: a part of it that is not sent would make another load.
  func refusal(as target: PromptTarget) -> String? {
    switch (target, content) {
    case (.chat, .tokens): "A chat takes no token ids; send them to the completions endpoint."
    case (.mindIE(let wireProtocol), .tokens) where wireProtocol != .infer:
      "MindIE's \(wireProtocol.rawValue) protocol takes no token ids; its infer protocol and completions do."
    case (.prediction, .tokens): "A prediction takes no token ids; send a text, or messages."
    case (.completion, .messages(let messages)) where messages.contains(where: \.hasMedia),
      (.mindIE, .messages(let messages)) where messages.contains(where: \.hasMedia):
      "A completion takes no images and no audio; send them to the chat endpoint."
    case (.text(let purpose), .tokens): "The prompt of \(purpose) is a text, not a list of token ids."
    case (.text(let purpose), .messages(let messages))
    where messages.count != 1 || messages.contains(where: { $0.hasMedia || $0.role != "user" }):
      "\(purpose.prefix(1).uppercased() + purpose.dropFirst()) takes one text; this entry has several messages, or media."
    default: nil
    }
  }

  /// The text of a prompt, for services that take nothing else.
  func text(of purpose: String) throws(PromptError) -> String {
    try check(.text(of: purpose))
    switch content {
    case .text(let text): return text
    case .messages(let messages): return messages.first?.text ?? ""
    case .tokens: return ""
    }
  }

  func check(_ target: PromptTarget) throws(PromptError) {
    if let reason = refusal(as: target) { throw PromptError(kind: .invalidSetting, message: reason) }
  }
}

extension PromptList {
  /// Refuses the first prompt that cannot be used, before a load meets it.
  ///
  /// - Throws: ``PromptError`` with the file and the entry.
  package func check(_ target: PromptTarget) throws(PromptError) {
    for (place, prompt) in prompts.enumerated() {
      guard let reason = prompt.refusal(as: target) else { continue }
      throw PromptError(
        kind: .invalidSetting, message: reason, path: dataset?.path, entry: entry(at: place))
    }
  }
}
