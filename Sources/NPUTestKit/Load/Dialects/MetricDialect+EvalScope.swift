internal import NPUServices

extension MetricDialect {
  /// The perf command of EvalScope.
  public static let evalScope = MetricDialect(
    name: "evalscope", title: "EvalScope", terms: Terms(perToken: ["TPOT"], gaps: "ITL"),
    explanation: """
      Every chunk with a choice counts, as in vLLM, so TTFT stops at the chunk that only names the role. E2E ends with the last \
      JSON chunk, which is the usage chunk, and TPOT = (E2E - TTFT) / (n - 1) holds both waits.
      """
  ) { view in
    let firstToken = view.since(view.first(.choices))
    let endToEnd = view.since(view.lastPayload)
    return DialectFigures(
      firstToken: firstToken, perToken: [view.perToken(from: firstToken, to: endToEnd, count: view.tokens)],
      gaps: view.gaps { $0.content.contains(.choices) }, endToEnd: endToEnd, outputTokens: view.tokens)
  }
}
