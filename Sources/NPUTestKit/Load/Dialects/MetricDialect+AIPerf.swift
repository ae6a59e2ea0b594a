internal import NPUServices

extension MetricDialect {
  /// AIPerf without per-chunk usage, its default.
  public static let aiPerf = MetricDialect(
    name: "aiperf", title: "AIPerf", terms: Terms(firstOutput: "TTFO", perToken: ["ITL"], gaps: "ICL"),
    explanation: """
      What AIPerf calls ITL is one value per request, (E2E - TTFT) / (n - 1): the TPOT of others. The gaps between chunks are \
      its ICL. TTFT counts reasoning, TTFO does not. E2E ends with the last text; clocks start before the connection is taken from \
      the pool.
      """
  ) { view in
    let firstToken = view.since(view.first(.token))
    let endToEnd = view.since(view.last(.token))
    return DialectFigures(
      firstToken: firstToken, firstOutput: view.since(view.first([.text, .toolCall])),
      perToken: [view.perToken(from: firstToken, to: endToEnd, count: view.tokens)],
      gaps: view.gaps(where: \.bearsToken),
      endToEnd: endToEnd, outputTokens: view.tokens)
  }
}
