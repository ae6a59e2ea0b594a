internal import NPUServices

extension MetricDialect {
  /// The serving benchmark of SGLang against a chat endpoint.
  public static let sgLang = MetricDialect(
    name: "sglang", title: "SGLang", terms: Terms(perToken: ["TPOT"], gaps: "ITL"),
    explanation: """
      TTFT stops at the first reasoning or answer text. E2E ends with the last line of the stream, the end mark included, so \
      TPOT = (E2E - TTFT) / (n - 1) also holds the wait for the usage chunk and the end mark. Without a usage object the requested \
      length is taken for n. Tool-call fragments bear no token.
      """
  ) { view in
    let text: ChunkContent = [.reasoning, .text]
    let firstToken = view.since(view.first(text))
    let endToEnd = view.since(view.lastLine)
    let count = view.record.tokens.source == .usage ? view.tokens : view.record.requested.outputTokens
    return DialectFigures(
      firstToken: firstToken, perToken: [view.perToken(from: firstToken, to: endToEnd, count: count)],
      gaps: view.gaps { !$0.content.isDisjoint(with: text) }, endToEnd: endToEnd, outputTokens: count)
  }
}
