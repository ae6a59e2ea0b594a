internal import NPUServices

extension MetricDialect {
  /// The performance mode of AISBench.
  public static let aisBench = MetricDialect(
    name: "aisbench", title: "AISBench", terms: Terms(perToken: ["TPOT"], gaps: "ITL", endToEnd: "E2EL"),
    explanation: """
      Every JSON chunk counts, the role-only one and the usage chunk included: TTFT stops at the first of any kind, E2EL at the \
      last, ITL has a gap between each two, and TPOT = (E2EL - TTFT) / (n - 1). Its clock restarts on a silent retry, which no \
      record of one exchange can show.
      """
  ) { view in
    let isPayload: (StreamEvent) -> Bool = { !$0.content.contains(.done) }
    let firstToken = view.since(view.events.first(where: isPayload)?.instant)
    let endToEnd = view.since(view.lastPayload)
    return DialectFigures(
      firstToken: firstToken, perToken: [view.perToken(from: firstToken, to: endToEnd, count: view.tokens)],
      gaps: view.gaps(where: isPayload), endToEnd: endToEnd, outputTokens: view.tokens)
  }
}
