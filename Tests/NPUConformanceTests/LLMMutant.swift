import NPUSimulator

/// A service with something wrong on purpose, and what a check must say of it.
struct LLMMutant: Sendable, CustomStringConvertible {
  /// The check that must find it.
  var check: String
  /// What is wrong, for the name of the test.
  var what: String
  /// The service.
  var behaviour: Behaviour
  /// What the reason must hold.
  var reason: String

  init(_ check: String, _ what: String, _ behaviour: Behaviour, _ reason: String) {
    self.check = check
    self.what = what
    self.behaviour = behaviour
    self.reason = reason
  }

  init(_ check: String, _ flaw: Flaw, _ reason: String) {
    self.init(check, flaw.rawValue, .flawed(flaw), reason)
  }

  init(_ check: String, _ fault: Fault, _ reason: String) {
    self.init(check, fault.kind.rawValue, .exemplary.with { $0.fault = fault }, reason)
  }

  var description: String { "\(check) with \(what)" }

  /// Every check with the services that it must find wanting.
  static let all: [LLMMutant] = [
    .init("health.ready", "health_503", .exemplary.with { $0.healthStatus = 503 }, "status 503"),
    .init("llm.models", .listsNoModels, "list of models is empty"),
    .init("llm.models", "another_name", .exemplary.with { $0.models += ["other"] }, "not in the list"),
    .init("llm.chat", .status(500), "status 500"),
    .init("llm.chat", Fault(.htmlPage), "expected JSON"),
    .init("llm.chat", Fault(.emptyBody), "expected JSON"),
    .init("llm.chat", "finish_abort", .exemplary.with { $0.finishReason = "abort" }, "finish reason \"abort\""),
    .init("llm.stream", Fault(.noFinish), "no chunk has a finish reason"),
    .init("llm.stream", .wrongContentType(), "text/plain"),
    .init("llm.stream", "finish_filter", .exemplary.with { $0.finishReason = "content_filter" }, "is content_filter"),
    .init("llm.stream", "finish_abort", .exemplary.with { $0.finishReason = "abort" }, "finish reason \"abort\""),
    .init("llm.stream", .errorEvent(afterTokens: 3), "holds an error"),
    .init("llm.stream", .invalidJSON(afterTokens: 2), "is not a chunk"),
    .init("llm.stream", .truncate(afterTokens: 3), "exchange broke"),
    .init("llm.stream", "one_chunk", .exemplary.with { $0.tokensPerChunk = 1000 }, "comes in one chunk"),
    .init("llm.stream.done", Fault(.noDone), "without [DONE]"),
    .init("llm.stream.equals-whole", .losesStreamedToken, "the stream"),
    .init("llm.stream.utf8", .tearsCharacters, "not valid UTF-8"),
    .init("llm.stream.utf8", .replacesTornCharacters, "replacement characters"),
    .init("llm.multi-turn", .forgetsHistory, "two earlier messages"),
    .init("llm.multi-turn.memory", .forgetsHistory, "judged by keywords \"magnolia\""),
    .init("llm.multi-turn.memory", "no_sense", .exemplary.with { $0.repeatsQuotes = false }, "lacks \"magnolia\""),
    .init("llm.system-prompt", .dropsSystemMessages, "a system prompt of 17 words"),
    .init("llm.system-prompt.followed", .dropsSystemMessages, "judged by keywords \"heron\""),
    .init("llm.stop", .ignoresStop, "stands in the response"),
    .init("llm.stop", .leaksStop, "stands in the response"),
    .init("llm.stop.stream", .ignoresStop, "stands in the response"),
    .init("llm.stop.stream", .leaksStop, "stands in the response"),
    .init("llm.max-tokens", .ignoresMaxTokens, "completion tokens with max_tokens: 10"),
    .init(
      "llm.max-tokens", "ignored_and_uncounted", .flawed(.ignoresMaxTokens, .countsNoTokens),
      "counts no completion token"),
    .init(
      "llm.max-tokens", "cuts_and_says_stop", .exemplary.with { $0.finishReason = "stop" }, "its finish reason is stop"),
    .init("llm.usage", .countsNoTokens, "counts nothing"),
    .init("llm.usage", .miscountsUsage, "does not add up"),
    .init("llm.usage", "no_usage", .exemplary.with { $0.usage = .never }, "has no usage"),
    .init("llm.stream.usage", .miscountsUsage, "does not add up"),
    .init("llm.stream.usage", "no_usage", .exemplary.with { $0.usage = .never }, "has no usage"),
    .init("llm.logprobs", .omitsLogprobs, "no log-probabilities"),
    .init("llm.logprobs", .positiveLogprobs, "over 0"),
    .init("llm.tools", .ignoresTools, "calls no function"),
    .init("llm.tools", .cutsToolArguments, "not JSON with a city"),
    .init("llm.tools", .doublesToolCalls, "2 functions are called although the request names one"),
    .init("llm.tools.stream", .doublesToolCalls, "2 functions are called although the request names one"),
    .init("llm.tools.stream", .ignoresTools, "calls no function"),
    .init("llm.tools.stream", .cutsToolArguments, "not JSON with a city"),
    .init("llm.tools.result", .dropsToolMessages, "a call and its result"),
    .init("llm.temperature-zero", .ignoresTemperature, "different responses"),
    .init(
      "llm.concurrent", "some_503",
      .exemplary.with {
        $0.fault = .status(503)
        $0.faultRate = 0.2
      }, "requests at once were not answered"),
    .init(
      "llm.concurrent.overlap", "one_at_a_time",
      .exemplary.with {
        // Pauses between the streams that a client that comes late does not close.
        $0.timeToFirstToken = .milliseconds(400)
        $0.maxConcurrency = 1
      }, "has ended"),
    .init("llm.error.unknown-model", .acceptsUnknownModel, "accepted with status 200"),
    .init("llm.error.unknown-model", .diesAfterRefusal, "no longer answers"),
    .init("llm.error.malformed-json", .acceptsMalformedJSON, "accepted with status 200"),
    .init("llm.error.malformed-json", .diesAfterRefusal, "no longer answers"),
    .init("llm.error.wrong-type", .acceptsWrongTypes, "accepted with status 200"),
    .init("llm.error.wrong-type", .diesAfterRefusal, "no longer answers"),
    .init("llm.error.empty-messages", .acceptsEmptyMessages, "accepted with status 200"),
    .init("llm.error.empty-messages", .diesAfterRefusal, "no longer answers"),
    .init("llm.error.over-long-context", .acceptsOverlongPrompts, "accepted with status 200"),
    .init("llm.error.over-long-context", .diesAfterRefusal, "no longer answers"),
    .init("llm.error.status", .blamesItself, "a fault of the server: JSON cut in half: status 500"),
  ]
}
