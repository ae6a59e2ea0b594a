internal import NPUBase
internal import NPUServices

/// The most tokens of one response for which gaps are listed one by one.
private let mostTokensExpanded = 1_000_000

extension MetricDialect {
  /// The inference-perf benchmark of the Kubernetes project.
  public static let inferencePerf = MetricDialect(
    name: "inference-perf", title: "inference-perf", terms: Terms(perToken: ["TPOT", "NTPOT"], gaps: "ITL"),
    explanation: """
      Reasoning does not exist for it: TTFT stops at the first answer text and n counts answer tokens only. TPOT = (last - first \
      answer text) / (n - 1). ITL gives every token of a chunk the chunk's time, hence zeros within chunks. NTPOT = E2E / n, and \
      E2E ends after the client has tokenised the answer.
      """
  ) { view in
    let contentEvents = view.events.filter { $0.content.contains(.text) }
    let first = view.since(contentEvents.first?.instant)
    let last = view.since(contentEvents.last?.instant)
    let endToEnd = view.since(view.processed ?? view.ended)

    // The tool tokenises the response text itself. The nearest count is that of the events; else the usage without
    // reasoning.
    let complete = view.timeline.omittedTokenEvents == 0
    let perEvent = complete ? contentEvents.map(\.tokens) : []
    // A negative count is none: the counts are the server's word.
    let known = perEvent.compactMap { count in count.flatMap { $0 >= 0 ? Int($0) : nil } }
    var count: Int?
    if !known.isEmpty, known.count == contentEvents.count {
      count = known.reduce(0, +)
    } else if let all = view.tokens {
      let hasReasoning = view.first(.reasoning) != nil
      if let reasoning = view.record.tokens.reasoning {
        count = reasoning >= 0 && all >= reasoning ? all - reasoning : nil
      } else if !hasReasoning {
        count = all
      }
    }

    var gaps: [Duration]?
    // A false count must not make an array of its size.
    if !known.isEmpty, known.count == contentEvents.count, known.reduce(0, +) <= mostTokensExpanded {
      var samples: [Duration] = []
      var previous: MonotonicInstant?
      for (event, tokens) in zip(contentEvents, known) where tokens > 0 {
        if let previous { samples.append(previous.duration(to: event.instant)) }
        samples.append(contentsOf: repeatElement(.zero, count: tokens - 1))
        previous = event.instant
      }
      gaps = samples
    }
    var normalized: Duration?
    if let endToEnd, let count, count > 0 { normalized = endToEnd / count }
    return DialectFigures(
      firstToken: first, perToken: [view.perToken(from: first, to: last, count: count), normalized], gaps: gaps,
      endToEnd: endToEnd, outputTokens: count)
  }
}
