extension PromptSource where Self == PromptList {
  /// One text, again and again.
  ///
  /// - Parameters:
  ///   - text: The prompt.
  ///   - outputTokens: Most tokens of a response; `nil` leaves it to the request.
  public static func fixed(_ text: String, outputTokens: Int? = nil) -> PromptList {
    PromptList(fixed: text, outputTokens: outputTokens)
  }
}
