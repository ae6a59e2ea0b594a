internal import NPUServices

extension MetricDialect {
  /// GuideLLM.
  public static let guideLLM = MetricDialect(
    name: "guidellm", title: "GuideLLM", terms: Terms(firstOutput: "TTFOT", perToken: ["TPOT", "ITL"]),
    explanation: """
      TPOT = (last token - start) / n holds the TTFT. What GuideLLM calls ITL is one value per request, (last - first) / (n - 1): \
      the TPOT of others. It keeps no gaps: token times are interpolated between first and last, so a stall cannot be seen. E2E \
      ends when the stream is closed. Without a usage object n is the number of chunks. TTFOT leaves reasoning out.
      """
  ) { view in
    let first = view.since(view.first(.token))
    let last = view.since(view.last(.token))
    let count = view.tokens ?? (first == nil ? nil : view.timeline.tokenEventCount)
    var perOutputToken: Duration?
    if let last, let count, count > 0 { perOutputToken = last / count }
    return DialectFigures(
      firstToken: first, firstOutput: view.since(view.first([.text, .toolCall])),
      perToken: [perOutputToken, view.perToken(from: first, to: last, count: count)], gaps: nil,
      endToEnd: view.since(view.ended), outputTokens: count)
  }
}
