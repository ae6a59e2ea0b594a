internal import NPUServices

extension MetricDialect {
  /// LLMPerf against an OpenAI-compatible endpoint.
  public static let llmPerf = MetricDialect(
    name: "llmperf", title: "LLMPerf", terms: Terms(perToken: ["ITL"]),
    explanation: """
      TTFT stops at the first answer text; reasoning does not exist for it. What LLMPerf calls ITL is one value per request: the \
      sum of the gaps between answer texts, the TTFT among them, over the number of chunks with a choice. E2E ends with the loop, \
      after the end mark. It keeps no gaps.
      """
  ) { view in
    let last = view.since(view.last(.text))
    let chunks = view.events.count { $0.content.contains(.choices) } + view.timeline.omittedTokenEvents
    var perChunk: Duration?
    if let last, chunks > 0 { perChunk = last / chunks }
    return DialectFigures(
      firstToken: view.since(view.first(.text)), perToken: [perChunk], gaps: nil, endToEnd: view.since(view.lastLine),
      outputTokens: chunks)
  }
}
