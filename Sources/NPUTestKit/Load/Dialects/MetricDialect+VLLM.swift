internal import NPUServices

extension MetricDialect {
  /// The serving benchmark of vLLM, its Python and its Rust client alike.
  public static let vLLM = MetricDialect(
    name: "vllm", title: "vLLM", terms: Terms(perToken: ["TPOT"], gaps: "ITL", endToEnd: "E2EL"),
    explanation: """
      Every chunk with a choice counts as a token: TTFT stops at the chunk that only names the role, ITL has a gap from it to \
      the first text and one to the empty finish chunk, and E2EL ends with that chunk. TPOT = (E2EL - TTFT) / (n - 1) thus holds \
      the time to the real first token.
      """
  ) { view in
    let firstToken = view.since(view.first(.choices))
    let endToEnd = view.since(view.last(.choices))
    return DialectFigures(
      firstToken: firstToken, perToken: [view.perToken(from: firstToken, to: endToEnd, count: view.tokens)],
      gaps: view.gaps { $0.content.contains(.choices) }, endToEnd: endToEnd, outputTokens: view.tokens)
  }
}
