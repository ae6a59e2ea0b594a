internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// The token counts add up.
  static var usage: Check {
    Check(
      "llm.usage", "The token counts add up",
      requirement: "usage counts at least one token of prompt and response each, and the total is their sum.",
      tags: [.usage]
    ) { context in
      let answer = try await context.chat.complete(context.longRequest())
      return try judgeUsage(answer, of: "the response")
    }
  }

  /// A stream counts its tokens when asked.
  static var streamUsage: Check {
    Check(
      "llm.stream.usage", "A stream counts its tokens when asked",
      requirement: "With stream_options.include_usage a stream carries usage that adds up and counts the prompt as the "
        + "whole response does.",
      knownDeviations: "llama-cpp-python ignores the option; MindIE sends usage in the finish chunk, asked or not.",
      tags: [.usage, .stream]
    ) { context in
      var request = context.longRequest()
      let whole = try await context.chat.complete(request)
      request.streamOptions = .usage
      let streamed = try await context.transcript(request).response
      let finding = try judgeUsage(streamed, of: "the stream")
      guard finding.verdict == .pass else { return finding }
      let prompts = [whole, streamed].map { $0.usage?.promptTokens }
      try Finding.demand(
        prompts[0] == nil || prompts[0] == prompts[1],
        "the prompt counts \(shown(prompts[0])) tokens in the whole response, \(shown(prompts[1])) in the stream")
      return finding
    }
  }

  private static func shown(_ count: Int?) -> String { count.map(String.init) ?? "an unknown number of" }

  private static func judgeUsage(_ answer: ChatResponse, of what: String) throws -> Finding {
    try answer.demandTokens()
    guard let usage = answer.usage else { return .fail("\(what) has no usage") }
    guard let prompt = usage.promptTokens, let completion = usage.completionTokens, let total = usage.totalTokens else {
      return .fail("usage of \(what) lacks prompt_tokens, completion_tokens or total_tokens")
    }
    let (sum, overflow) = prompt.addingReportingOverflow(completion)
    let shown = "\(prompt) prompt + \(completion) completion, total \(total)"
    try Finding.demand(prompt > 0 && completion > 0, "usage of \(what) counts nothing: \(shown)")
    try Finding.demand(!overflow && sum == total, "usage of \(what) does not add up: \(shown)")
    // Most words are a token each, or more.
    let words = answer.generated.split(whereSeparator: \.isWhitespace).count
    try Finding.demand(completion >= (words + 3) / 4, "usage of \(what) is too low for \(words) words: \(shown)")
    let most = max(1 << 20, answer.generated.utf8.count)
    try Finding.demand(completion <= most, "usage of \(what) counts more than there can be: \(shown)")
    return .pass("usage of \(what): \(shown)")
  }
}
