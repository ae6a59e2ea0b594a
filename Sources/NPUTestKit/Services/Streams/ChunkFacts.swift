/// What one event of a chat or completions stream carried, as far as measurements and verdicts need it.
package struct ChunkFacts: Sendable, Hashable {
  /// What the event carried.
  package var content: ChunkContent = []
  /// Bytes of generated text as they stand in the JSON: reasoning, answer and tool-call arguments of all choices
  /// together.
  package var textBytes = 0
  /// How many token ids the choices list; `nil` where none lists any, which is not zero.
  package var tokenIDs: Int?
  /// The token counts, if the event has a usage object.
  package var usage: ChunkUsage?
  /// Where in the payload the identity of the response stands, without its quotes and with its escapes.
  package var id: Range<Int>?
  /// Where in the payload the last finish reason stands, without its quotes and with its escapes.
  package var finishReason: Range<Int>?
  /// Where in the payload a finish reason stands by which the server gave the response up.
  package var failedReason: Range<Int>?
  /// Where in the payload the first finish reason stands that says that the server cut the response.
  package var cutReason: Range<Int>?
  /// Where in the payload the first finish reason stands that nobody knows.
  package var unknownReason: Range<Int>?
  /// Where in the payload the last text that is a plain string stands, answer or reasoning, without its quotes and with
  /// its escapes; it is the only text of the event if ``textBytes`` are as many.
  package var text: Range<Int>?
  /// Where in the payload the log-probabilities of the last choice that has any stand.
  package var logprobs: Range<Int>?
  /// What is odd about the event.
  package var oddities: Oddities = []
  /// The choices that the event names: bit n is the choice of index n.
  ///
  /// Indices from 64 are not shown here.
  package var choices: UInt64 = 0
  /// The choices that gave their finish reason in this event: bit n is the choice of index n.
  package var finishedChoices: UInt64 = 0
  /// How often choices of an index from 64 gave a finish reason in this event.
  package var finishedBeyond = 0

  /// Whether the payload is an object, which a client hands out; else the event is the end mark or keeps the stream
  /// open.
  package var isObject = false

  /// Creates the facts of an event that carried nothing.
  package init() {}

  /// What is odd about an event that was read all the same.
  package struct Oddities: OptionSet, Sendable, Hashable {
    package var rawValue: UInt8

    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A string has half a character, be it a text or not.
    @inlinable package static var characterHalf: Oddities { Oddities(rawValue: 1 << 0) }
    /// A choice of a chunk has a message, as a whole response has, in place of a delta.
    @inlinable package static var message: Oddities { Oddities(rawValue: 1 << 1) }
    /// A text ends within a character of UTF-8.
    @inlinable package static var endsInCharacter: Oddities { Oddities(rawValue: 1 << 2) }
    /// A text begins within a character of UTF-8.
    @inlinable package static var beginsInCharacter: Oddities { Oddities(rawValue: 1 << 3) }
    /// The payload is not UTF-8, and that is no matter of the edges of its texts.
    @inlinable package static var notUTF8: Oddities { Oddities(rawValue: 1 << 4) }
  }
}

/// The token counts of a usage object; a number that is missing, negative, broken or too large is `nil`.
package struct ChunkUsage: Sendable, Hashable {
  /// Tokens of the prompt.
  package var promptTokens: Int?
  /// Tokens of the response so far, reasoning included.
  package var completionTokens: Int?
  /// Both together, as the server says.
  package var totalTokens: Int?
  /// Prompt tokens that came from the server's cache.
  package var cachedTokens: Int?
  /// Answer tokens that were reasoning.
  package var reasoningTokens: Int?

  /// Creates token counts.
  package init(
    promptTokens: Int? = nil, completionTokens: Int? = nil, totalTokens: Int? = nil, cachedTokens: Int? = nil,
    reasoningTokens: Int? = nil
  ) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.totalTokens = totalTokens
    self.cachedTokens = cachedTokens
    self.reasoningTokens = reasoningTokens
  }
}
