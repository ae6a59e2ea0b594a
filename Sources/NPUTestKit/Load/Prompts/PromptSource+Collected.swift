extension PromptSource {
  /// Makes the first prompts ahead of the load, so that checking their lengths does not disturb it.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - width: How many are made at once, each of which may ask the service's tokenizer.
  /// - Returns: The prompts in their order.
  /// - Throws: What the source throws.
  public func collected(_ count: Int, atOnce width: Int = 16) async throws -> PromptList {
    var prompts = [Prompt?](repeating: nil, count: count)
    try await withThrowingTaskGroup(of: (Int, Prompt).self) { group in
      var next = 0
      func addNext() {
        guard next < count else { return }
        let index = next
        next += 1
        group.addTask { (index, try await prompt(at: index)) }
      }
      for _ in 0..<max(1, width) { addNext() }
      for try await (index, prompt) in group {
        prompts[index] = prompt
        addNext()
      }
    }
    return try PromptList(prompts.compactMap(\.self))
  }
}
