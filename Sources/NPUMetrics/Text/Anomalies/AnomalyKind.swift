/// A way in which a response of a language model is wrong although it came with a good status.
///
/// The raw values are the names in reports.
public enum AnomalyKind: String, Sendable, Hashable, CaseIterable, Codable, CodingKeyRepresentable {
  /// A phrase, sentence or paragraph that is repeated over and over.
  case loop
  /// One character, or one word, that is repeated over and over.
  case repeatedToken = "repeated_token"
  /// Letters of a script for which nothing in prompt or response gives a reason, or characters that no text has.
  case foreignScript = "foreign_script"
  /// U+FFFD, which stands for bytes that were no character.
  case replacementCharacter = "replacement_character"
  /// Nothing but white space.
  case empty
  /// Fewer tokens than the end that the server names would have it, or no end at all.
  case truncated
  /// Far shorter than the other responses of its run, by the model's own choice.
  case lengthCollapse = "length_collapse"
  /// A mark of the chat template or the tokenizer that belongs to no text, such as `<|im_end|>`.
  case templateToken = "template_token"
  /// The nonce of another request.
  case leak
  /// Log-probabilities that were asked for and are `null`, not a number, or not there.
  case nanLogprob = "nan_logprob"
}

/// One thing that was found wrong in a response.
public struct Anomaly: Sendable, Hashable {
  /// What is wrong.
  public var kind: AnomalyKind
  /// What was found, in a few words, such as the phrase that is repeated.
  public var detail: String

  /// Creates an anomaly.
  public init(_ kind: AnomalyKind, _ detail: String) { (self.kind, self.detail) = (kind, detail) }
}
