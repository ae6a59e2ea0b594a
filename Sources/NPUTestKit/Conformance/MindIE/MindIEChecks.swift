internal import NPUBase
internal import NPUServices

extension Check where Context == MindIECheckContext {
  /// A text is continued.
  static var continuation: Check {
    Check(
      "mindie.whole", "A text is continued",
      requirement: "A response in one document has text and, where the protocol has one, a regular finish reason.",
      knownDeviations: "MindIE writes stop_sequence for requests that its engine aborted, too.", tags: [.basic]
    ) { context in
      let response = try await context.client.generate(context.request())
      try Finding.demand(response.text?.isBlank == false, "the response says nothing: \(response.shown)")
      if let reason = response.finishReason {
        try Finding.demand(reason.isRegular, "the finish reason is \(reason.rawValue); expected length or eos_token")
      } else {
        try Finding.demand(
          context.wireProtocol == .vllm, "the response has no finish reason, although details are asked for")
      }
      return .pass("the response says \(response.shown)")
    }
  }

  /// A stream comes in pieces that make a response.
  static var continuationStream: Check {
    Check(
      "mindie.stream", "A continuation is streamed",
      requirement: "A stream has text in more than one event and ends as the protocol says.", tags: [.basic, .stream]
    ) { context in
      let events = try await context.events(context.request())
      let texts = events.count { $0.texts.contains { !$0.isEmpty } }
      let response = events.assembled
      try Finding.demand(response.text?.isBlank == false, "the stream of \(events.count) events says nothing")
      try Finding.demand(texts > 1, "all of the text, \(response.shown), comes in one event")
      return .pass("\(texts) events with text; they say \(response.shown)")
    }
  }

  /// The stream says what the whole response says.
  static var continuationEqualsWhole: Check {
    Check(
      "mindie.stream.equals-whole", "The stream says what the whole response says",
      requirement: "A greedy stream adds up to the text of the same request without a stream.", tags: [.stream]
    ) { context in
      let whole = try await context.client.generate(context.request())
      let streamed = try await context.events(context.request()).assembled
      if whole.text == streamed.text { return .pass("both say \(whole.shown)") }
      let again = try await context.client.generate(context.request())
      try Finding.presume(
        again.text == whole.text, "two equal greedy requests differ without any stream: \(whole.shown), \(again.shown)")
      return .fail("the whole response says \(whole.shown), the stream \(streamed.shown)")
    }
  }

  /// The limit of tokens is kept.
  static var continuationLimit: Check {
    Check(
      "mindie.max-tokens", "The limit of tokens is kept",
      requirement: "max_new_tokens ends the response with the finish reason length and as many tokens.",
      tags: [.sampling, .usage]
    ) { context in
      try context.require([.tgi, .infer, .triton], "says neither why a response ended nor how many tokens it has")
      let response = try await context.client.generate(context.request(tokens: 5))
      let count = response.usage?.completionTokens
      try Finding.demand(
        response.finishReason == .length,
        "the finish reason is \(response.finishReason?.rawValue ?? "missing"), not length")
      try Finding.demand(count == 5, "generated_tokens is \(count.map(String.init) ?? "missing"), not 5")
      return .pass("5 tokens, finish reason length")
    }
  }

  /// Counts and tokens agree.
  static var continuationCounts: Check {
    Check(
      "mindie.usage", "Counts and tokens agree",
      requirement: "generated_tokens of a stream is the number of its tokens, and that of the same whole response.",
      tags: [.usage, .stream]
    ) { context in
      try context.require([.tgi, .infer, .triton], "counts no tokens")
      let events = try await context.events(context.request())
      let streamed = events.assembled
      let count = streamed.usage?.completionTokens
      try Finding.demand(count ?? 0 > 0, "generated_tokens of the stream is \(count.map(String.init) ?? "missing")")
      if context.wireProtocol != .triton {
        let tokens = events.reduce(0) { $0 + ($1.tokenIDs?.count ?? 0) }
        // The end of the text may be a token that is listed and not counted.
        try Finding.demand(
          tokens == count || tokens == (count ?? 0) + 1,
          "generated_tokens is \(count ?? 0), and the events list \(tokens) tokens")
      }
      if context.wireProtocol == .tgi {
        try Finding.demand(streamed.usage?.promptTokens ?? 0 > 0, "prompt_tokens is missing or 0")
      }
      let whole = try await context.client.generate(context.request()).usage?.completionTokens
      try Finding.demand(
        whole == count, "generated_tokens is \(count ?? 0) in the stream, \(whole ?? 0) in the whole response")
      return .pass("\(count ?? 0) tokens in the stream and in the whole response")
    }
  }

  /// A stop text ends the response.
  static var continuationStop: Check {
    Check(
      "mindie.stop", "A stop text ends the response",
      requirement: "The response ends before the text of stop.", tags: [.sampling]
    ) { context in
      try context.require([.tgi, .vllm], "has no stop texts")
      let whole = try await context.client.generate(context.request()).text ?? ""
      let words = whole.split(whereSeparator: { !$0.isLetter })
      guard let stop = words.dropFirst().first(where: { $0.count > 2 }).map(String.init) else {
        throw Finding.inconclusive("no word of the response could be a stop text: it reads \"\(Excerpt.of(whole))\"")
      }
      var request = context.request()
      request.sampling.stop = [stop]
      let response = try await context.client.generate(request)
      try Finding.demand(
        response.text?.contains(stop) == false, "with stop \"\(stop)\" the response still says \(response.shown)")
      return .pass("with stop \"\(stop)\" the response says \(response.shown)")
    }
  }

  /// Tokens are continued with tokens.
  static var continuationOfTokens: Check {
    Check(
      "mindie.tokens", "Tokens are continued with tokens",
      requirement: "POST /v2/models/{model}/infer gives at least one token, and none that is negative.",
      tags: [.basic]
    ) { context in
      try context.require([.triton], "takes no tensors")
      let client = MindIEClient(
        transport: context.transport, service: context.service, wireProtocol: .triton,
        model: ServedModel(context.model, of: HealthClient(transport: context.transport, service: context.service)))
      let tokens = try await client.inferTokens([1, 2, 3, 4], sampling: SamplingParameters(maxTokens: 4)).tokens
      try Finding.demand(tokens.allSatisfy { $0 >= 0 }, "a token is negative: \(tokens)")
      return .pass("\(tokens.count) tokens")
    }
  }

  /// The tokenizer counts.
  static var mindIETokenizer: Check {
    Check(
      "mindie.tokenizer", "The tokenizer counts",
      requirement: "POST /v1/tokenizer counts more tokens for a longer text.",
      severity: .recommended, tags: [.usage]
    ) { context in
      let client = TokenizerClient(transport: context.transport, service: context.service, wireProtocol: .mindIE)
      guard case .available(let short) = try await client.tokenize("one") else {
        throw Finding.notApplicable("the service has no route /v1/tokenizer")
      }
      let long = try await client.tokenize(context.prompt).value
      try Finding.demand(
        long?.count ?? 0 > short.count, "\(short.count) tokens for one word, \(long?.count ?? 0) for a sentence")
      return .pass("\(short.count) tokens for one word, \(long?.count ?? 0) for a sentence")
    }
  }
}

extension MindIEResponse {
  /// The text for messages.
  var shown: String { "\"\(Excerpt.of(text ?? "", limit: 160))\"" }
}
