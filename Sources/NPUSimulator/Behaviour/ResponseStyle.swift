/// Which members carry reasoning text; vLLM's responses changed twice.
public enum ReasoningStyle: String, Sendable, Hashable, Codable, CaseIterable {
  /// The member of releases before 0.12, and of MindIE.
  case reasoningContent = "reasoning_content"
  /// The same text in both members, as in releases 0.12 to 0.15.
  case both
  /// The member of releases since 0.16.
  case reasoning
  /// None: the tokens are counted and their text is not sent, as by services that keep their reasoning to themselves.
  case hidden
}

/// The script of generated words, which decides how many bytes a token has.
public enum Script: String, Sendable, Hashable, Codable, CaseIterable {
  /// English words, one byte a letter.
  case latin
  /// Chinese characters, three bytes each.
  case chinese
  /// Words of one to four bytes a character, emoji among them.
  case mixed
}

/// When streamed responses carry a usage object.
public enum UsagePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// When the request asks for it, which MindIE does not need.
  case asked
  /// In every stream, asked for or not.
  case always
  /// In no response, as servers that ignore the option.
  case never
}
