extension MetricDialect {
  /// The kit's own definitions, the same as those of the request's metrics.
  public static let npuTestKit = MetricDialect(
    name: "nputestkit", title: "NPUTestKit",
    terms: Terms(firstOutput: "TTFC", perToken: ["TPOT"], gaps: "ITL"),
    explanation: """
      TTFT runs from the request written to the first event that bears a token: reasoning, answer text or a tool call. TTFC \
      stops at the first answer text. TPOT = (last - first token-bearing event) / (n - 1). ITL is every gap between \
      token-bearing events. E2E runs from the start to the last token-bearing event: the finish chunk, the usage chunk and the \
      end mark come after the answer and do not count.
      """
  ) { view in
    let metrics = view.record.metrics
    return DialectFigures(
      firstToken: metrics.timeToFirstToken, firstOutput: metrics.timeToFirstContent,
      perToken: [metrics.timePerOutputToken], gaps: view.timeline.interTokenLatencies, endToEnd: metrics.endToEnd,
      outputTokens: metrics.outputTokens)
  }
}
