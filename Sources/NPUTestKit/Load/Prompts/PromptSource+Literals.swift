extension PromptSource where Self == PromptList {
  /// The same text for every request.
  ///
  /// A service with a prefix cache answers all but the first from it; use it to look at decoding, not at prefill.
  ///
  /// - Parameters:
  ///   - text: The prompt.
  ///   - outputTokens: Most tokens of a response; `nil` leaves it to the request.
  /// - Returns: The source.
  public static func fixed(_ text: String, outputTokens: Int? = nil) -> PromptList {
    PromptList(fixed: text, outputTokens: outputTokens)
  }
}
