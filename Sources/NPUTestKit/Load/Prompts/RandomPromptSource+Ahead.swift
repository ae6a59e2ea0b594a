extension RandomPromptSource {
  /// The most prompts that are made ahead of a run; more would take long and much memory.
  public static let mostMadeAhead = 5_000

  /// Random prompts for a load, made and checked ahead of it where their number allows.
  ///
  /// A load of more requests, or of a number that nobody knows, gets prompts that are composed as they are needed,
  /// without a question to the tokenizer while the load runs.
  ///
  /// - Parameters:
  ///   - requests: The most requests that the load can use; `nil` if only time limits them.
  ///   - lengths: The lengths to draw from.
  ///   - seed: The seed of lengths and words.
  ///   - counter: The service's tokenizer; without one lengths are estimated.
  ///   - note: Told what is done, before it takes time.
  /// - Returns: The source.
  /// - Throws: An error of the tokenizer, or ``PromptError``.
  public static func ahead(
    of requests: Int?, _ lengths: RandomPromptLengths, seed: UInt64, counter: (any TokenCounter)?,
    note: (String) -> Void = { _ in }
  ) async throws -> any PromptSource {
    guard let counter else {
      note("The service has no tokenizer route for this model: prompt lengths are estimated, a word for a token.")
      return try estimatedWords(lengths, seed: seed)
    }
    guard let requests, requests <= mostMadeAhead else {
      note("Prompts are composed as they are needed, of words that the service's own tokenizer has counted.")
      return try await words(lengths, seed: seed, counter: counter, check: .none)
    }
    let range = lengths.inputRange
    let length = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    note("Making \(requests) prompts of \(length) tokens, counted by the service's own tokenizer.")
    return try await words(lengths, seed: seed, counter: counter).collected(requests)
  }
}
