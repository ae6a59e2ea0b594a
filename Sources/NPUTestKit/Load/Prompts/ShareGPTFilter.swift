/// Which conversations of a ShareGPT file make a load, by their lengths in tokens.
///
/// The defaults are those of `vllm bench serve`: prompts under 4 or over 1,024 tokens, responses under 4 tokens, and
/// pairs over 2,048 tokens are left out. The lower limit on the response does not hold where a fixed output length
/// replaces it.
public struct ShareGPTFilter: Sendable, Hashable {
  /// The fewest tokens of a prompt, and of a response that sets the output length.
  public var fewestTokens: Int
  /// The most tokens of a prompt.
  public var mostPromptTokens: Int
  /// The most tokens of a prompt and its output together.
  public var mostTotalTokens: Int

  /// Creates a filter.
  public init(fewestTokens: Int = 4, mostPromptTokens: Int = 1_024, mostTotalTokens: Int = 2_048) {
    self.fewestTokens = fewestTokens
    self.mostPromptTokens = mostPromptTokens
    self.mostTotalTokens = mostTotalTokens
  }

  /// Whether a pair of these lengths is kept.
  ///
  /// - Parameters:
  ///   - promptTokens: The length of the prompt.
  ///   - outputTokens: The length of the output, from the response or fixed.
  ///   - isOutputFixed: Whether the output length was given for all requests.
  /// - Returns: Whether it is within all limits, which belong to the allowed range.
  public func keeps(promptTokens: Int, outputTokens: Int, isOutputFixed: Bool = false) -> Bool {
    promptTokens >= fewestTokens && (isOutputFixed || outputTokens >= fewestTokens)
      && promptTokens <= mostPromptTokens && promptTokens + outputTokens <= mostTotalTokens
  }
}
