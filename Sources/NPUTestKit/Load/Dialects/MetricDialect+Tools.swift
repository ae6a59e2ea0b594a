internal import NPUBase
internal import NPUMetrics
internal import NPUServices

extension MetricDialect {
  /// The kit's own definitions, the same as those of the request's metrics.
  public static let npuTestKit = MetricDialect(
    name: "nputestkit", title: "NPUTestKit", version: "\(RequestMetrics.definitionsVersion)",
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

extension MetricDialect {
  /// The serving benchmark of vLLM, its Python and its Rust client alike.
  public static let vLLM = MetricDialect(
    name: "vllm", title: "vLLM", version: "0.32",
    terms: Terms(perToken: ["TPOT"], gaps: "ITL", endToEnd: "E2EL"),
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

extension MetricDialect {
  /// The serving benchmark of SGLang against a chat endpoint.
  public static let sgLang = MetricDialect(
    name: "sglang", title: "SGLang", version: "0.5.23",
    terms: Terms(perToken: ["TPOT"], gaps: "ITL"),
    explanation: """
      TTFT stops at the first reasoning or answer text. E2E ends with the last line of the stream, the end mark included, so \
      TPOT = (E2E - TTFT) / (n - 1) also holds the wait for the end mark. For single turns it does not ask for usage, and takes \
      the length asked for as n, whatever came: here n is that length, or the usage where no length was asked for. Its stream \
      has no usage chunk, so its end mark may come sooner than in a record of the kit. Tool-call fragments bear no token.
      """
  ) { view in
    let text: ChunkContent = [.reasoning, .text]
    let firstToken = view.since(view.first(text))
    let endToEnd = view.since(view.lastLine)
    let count = view.record.requested.outputTokens ?? view.tokens
    return DialectFigures(
      firstToken: firstToken, perToken: [view.perToken(from: firstToken, to: endToEnd, count: count)],
      gaps: view.gaps { !$0.content.isDisjoint(with: text) }, endToEnd: endToEnd, outputTokens: count)
  }
}

extension MetricDialect {
  /// AIPerf without per-chunk usage, its default.
  public static let aiPerf = MetricDialect(
    name: "aiperf", title: "AIPerf", version: "0.13",
    terms: Terms(firstOutput: "TTFO", perToken: ["ITL"], gaps: "ICL"),
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

extension MetricDialect {
  /// GuideLLM.
  public static let guideLLM = MetricDialect(
    name: "guidellm", title: "GuideLLM", version: "0.8.1", percentileMethod: .invertedCDF,
    terms: Terms(firstOutput: "TTFOT", perToken: ["TPOT", "ITL"]),
    explanation: """
      TPOT = (last token - start) / n holds the TTFT. What GuideLLM calls ITL is one value per request, (last - first) / (n - 1): \
      the TPOT of others. It keeps no gaps: token times are interpolated between first and last, so a stall cannot be seen. E2E \
      ends with the end mark. Over a run a request weighs n in TPOT and n - 1 in ITL, and percentiles are samples, not \
      interpolated. Without a usage object n is the number of chunks. TTFOT leaves reasoning out.
      """
  ) { view in
    let first = view.since(view.first(.token))
    let last = view.since(view.last(.token))
    let count = view.tokens ?? (first == nil ? nil : view.timeline.tokenEventCount)
    let weight = max(0, count ?? 0)
    var perOutputToken: Duration?
    if let last, let count, count > 0 { perOutputToken = last / count }
    return DialectFigures(
      firstToken: first, firstOutput: view.since(view.first([.text, .toolCall])),
      perToken: [perOutputToken, view.perToken(from: first, to: last, count: count)],
      weights: [weight, max(0, weight - 1)], gaps: nil, endToEnd: view.since(view.lastLine ?? view.ended),
      outputTokens: count)
  }
}

/// The tokens of the response text without reasoning, for a tool that counts them with a tokenizer of its own.
///
/// The nearest to it is what the events say; else the usage without reasoning; else, where the usage does not tell
/// reasoning apart, the share that the chunks with response text have of all chunks.
private struct AnswerTokens {
  /// The most tokens of one response for which gaps are listed one by one.
  private static let mostExpanded = 1_000_000

  var total: Int?
  /// The tokens of each event with response text; `nil` where nobody knows them, or they are absurdly many.
  var perEvent: [Int]?

  init(_ view: DialectView, _ contentEvents: [StreamEvent]) {
    let isComplete = view.timeline.omittedTokenEvents == 0
    // A negative count is none: the counts are the server's word.
    let told = isComplete ? contentEvents.compactMap { $0.tokens.flatMap { $0 >= 0 ? Int($0) : nil } } : []
    if !told.isEmpty, told.count == contentEvents.count {
      let sum = told.reduce(0) { $0.addingHeld($1) }
      total = sum
      if sum <= Self.mostExpanded { perEvent = told }
      return
    }
    guard let all = view.tokens, all >= 0 else { return }
    let chunks = view.timeline.tokenEventCount
    if view.first(.reasoning) == nil {
      total = all
    } else if let reasoning = view.record.tokens.reasoning {
      total = reasoning >= 0 && all >= reasoning ? all - reasoning : nil
    } else if isComplete, chunks > 0 {
      total = Int(exactly: (Double(all) * Double(contentEvents.count) / Double(chunks)).rounded())
    }
    // One token in each chunk.
    if isComplete, total == contentEvents.count { perEvent = contentEvents.map { _ in 1 } }
  }
}

extension MetricDialect {
  /// The inference-perf benchmark of the Kubernetes project.
  public static let inferencePerf = MetricDialect(
    name: "inference-perf", title: "inference-perf", version: "0.7",
    terms: Terms(perToken: ["TPOT", "NTPOT"], gaps: "ITL"),
    explanation: """
      Reasoning does not exist for it: TTFT stops at the first answer text and n counts answer tokens only. TPOT = (last - first \
      answer text) / (n - 1). ITL gives every token of a chunk the chunk's time, hence zeros within chunks. NTPOT = E2E / n, and \
      E2E ends after the client has tokenised the answer. Where the server does not tell reasoning and response text apart, the kit \
      takes the share of the chunks that bear answer text.
      """
  ) { view in
    let contentEvents = view.events.filter { $0.content.contains(.text) }
    let first = view.since(contentEvents.first?.instant)
    let last = view.since(contentEvents.last?.instant)
    let endToEnd = view.since(view.processed ?? view.ended)

    let counts = AnswerTokens(view, contentEvents)
    let count = counts.total
    var gaps: [Duration]?
    if let perEvent = counts.perEvent {
      var samples: [Duration] = []
      var previous: MonotonicInstant?
      for (event, tokens) in zip(contentEvents, perEvent) where tokens > 0 {
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

extension MetricDialect {
  /// The perf command of EvalScope.
  public static let evalScope = MetricDialect(
    name: "evalscope", title: "EvalScope", version: "1.14.1", percentileMethod: .invertedCDF,
    terms: Terms(perToken: ["TPOT"], gaps: "ITL"),
    explanation: """
      TTFT stops at the first answer text, reasoning or tool call, and ITL is every gap between such chunks. E2E ends with the \
      last JSON chunk, which is the usage chunk, so TPOT = (E2E - TTFT) / (n - 1) holds the wait for it. Percentiles are the \
      nearest rank. Before 1.14 the chunk that only names the role counted, as in vLLM.
      """
  ) { view in
    let firstToken = view.since(view.first(.token))
    let endToEnd = view.since(view.lastPayload)
    return DialectFigures(
      firstToken: firstToken, perToken: [view.perToken(from: firstToken, to: endToEnd, count: view.tokens)],
      gaps: view.gaps(where: \.bearsToken), endToEnd: endToEnd, outputTokens: view.tokens)
  }
}

extension MetricDialect {
  /// The performance mode of AISBench.
  public static let aisBench = MetricDialect(
    name: "aisbench", title: "AISBench", version: "3.1",
    terms: Terms(perToken: ["TPOT"], gaps: "ITL", endToEnd: "E2EL"),
    explanation: """
      Every JSON chunk counts, the role-only one and the usage chunk included: TTFT stops at the first of any kind, E2EL at the \
      last, ITL has a gap between each two, and TPOT = (E2EL - TTFT) / (n - 1), which it counts as 0 for one token. Its clock restarts on a silent retry, which no \
      record of one exchange can show.
      """
  ) { view in
    let isPayload: (StreamEvent) -> Bool = { !$0.content.contains(.done) }
    let firstToken = view.since(view.events.first(where: isPayload)?.instant)
    let endToEnd = view.since(view.lastPayload)
    let perToken = view.tokens == 1 ? .zero : view.perToken(from: firstToken, to: endToEnd, count: view.tokens)
    return DialectFigures(
      firstToken: firstToken, perToken: [perToken], gaps: view.gaps(where: isPayload), endToEnd: endToEnd,
      outputTokens: view.tokens)
  }
}

extension MetricDialect {
  /// LLMPerf against an OpenAI-compatible endpoint.
  public static let llmPerf = MetricDialect(
    name: "llmperf", title: "LLMPerf", version: "2.0, of 2024",
    terms: Terms(perToken: ["ITL"]),
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
