import Foundation
import NPUBase
import NPUConformance
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

/// A service that reasons before it speaks, counts that and does not show it; then it says 30 words.
private struct HiddenReasoning: Sendable, CustomTestStringConvertible {
  /// What its usage says of the tokens.
  enum Count: String, Sendable {
    case reasoning, tokensAlone, noReasoning, nothing
  }

  var tokens: Int
  var count = Count.reasoning

  var testDescription: String { "\(tokens) hidden tokens, counts \(count.rawValue)" }

  var transport: ScriptedTransport { ScriptedTransport { respond(to: $0) } }

  private func respond(to request: TransferRequest) -> [ScriptedTransport.Step] {
    guard case .bytes(let body) = request.body,
      let limit = (try? JSONDecoder().decode(JSONValue.self, from: Data(body)))?["max_tokens"]?.integer
    else { return VacuousService.json("{}") }
    let produced = min(limit, tokens + 30)
    let text = Array(repeating: "word", count: max(0, produced - tokens)).joined(separator: " ")
    return VacuousService.json(
      #"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"#
        + "\"\(text)\"" + #"},"finish_reason":""# + (produced < tokens + 30 ? "length" : "stop")
        + #""}],"usage":"# + usage(produced) + "}")
  }

  private func usage(_ produced: Int) -> String {
    func counts(_ tokens: Int, _ more: String = "") -> String {
      #"{"prompt_tokens":3,"completion_tokens":\#(tokens),"total_tokens":\#(tokens + 3)\#(more)}"#
    }
    func reasoning(_ tokens: Int) -> String { #","completion_tokens_details":{"reasoning_tokens":\#(tokens)}"# }
    return switch count {
    case .reasoning: counts(produced, reasoning(min(produced, tokens)))
    case .tokensAlone: counts(produced)
    case .noReasoning: counts(produced, reasoning(0))
    case .nothing: counts(0)
    }
  }
}

@Suite("Reasoning that is counted and not shown") struct HiddenReasoningTests {
  /// More than any limit of the checks.
  private static let endless = Behaviour.exemplary.with {
    $0.reasoningTokens = 4000
    $0.reasoningStyle = .hidden
  }

  @Test("It fails no check of a language model, in a stream or whole", arguments: CheckSuite.llm.checks)
  func llm(_ check: Check<LLMCheckContext>) async throws {
    try await withChatService(Self.endless) { context, _ in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict != .fail, "\(finding.reason)")
      // What no text is needed for can be judged.
      let judged = ["llm.usage", "llm.stream.usage", "llm.multi-turn", "llm.system-prompt", "llm.tools.result"]
      if judged.contains(check.id) { #expect(finding.verdict == .pass, "\(finding.reason)") }
      if ["llm.chat", "llm.stream", "llm.max-tokens", "llm.concurrent"].contains(check.id) {
        #expect(finding.verdict == .inconclusive)
        #expect(finding.reason.contains("hidden reasoning"), "\(finding.reason)")
      }
    }
  }

  @Test("It fails no check of a model that sees", arguments: CheckSuite.multimodal.checks)
  func multimodal(_ check: Check<MultimodalCheckContext>) async throws {
    try await withChatService(Self.endless) { llm, _ in
      var context = MultimodalCheckContext(llm)
      (context.largeWidth, context.largeHeight) = (64, 32)
      let finding = await check.run(in: context).finding
      #expect(finding.verdict != .fail, "\(finding.reason)")
    }
  }

  @Test("The limits of the checks grow beyond it where they can", arguments: ["llm.max-tokens", "llm.concurrent"])
  func short(_ identifier: String) async throws {
    let finding = try await run(identifier, against: HiddenReasoning(tokens: 30))
    #expect(finding.verdict == .pass, "\(finding.reason)")
  }

  @Test(
    "A service that does not tell reasoning from other tokens gets the benefit of the doubt, and no more",
    arguments: ["llm.chat", "llm.max-tokens", "llm.concurrent"])
  func untold(_ identifier: String) async throws {
    let finding = try await run(identifier, against: HiddenReasoning(tokens: 1000, count: .tokensAlone))
    #expect(finding.verdict == .inconclusive, "\(finding.reason)")
  }

  @Test(
    "A service that says nothing and counts nothing, or says that nothing of it is reasoning, fails",
    arguments: ["llm.chat", "llm.max-tokens", "llm.concurrent", "llm.usage"],
    [HiddenReasoning(tokens: 1000, count: .nothing), HiddenReasoning(tokens: 1000, count: .noReasoning)])
  fileprivate func empty(_ identifier: String, _ service: HiddenReasoning) async throws {
    let finding = try await run(identifier, against: service)
    #expect(finding.verdict == .fail, "\(finding.reason)")
    #expect(finding.reason.contains("holds no text"), "\(finding.reason)")
  }

  @Test("Whoever asks for a text gets an error") func client() async throws {
    let chat = ChatClient(transport: HiddenReasoning(tokens: 1000).transport, service: try service)
    let request = ChatRequest(model: "m", messages: [.user("Hello")], sampling: SamplingParameters(maxTokens: 10))
    let error = try await #require(throws: ServiceError.self) { try await chat.complete(request) }
    #expect(error.kind == .emptyResponse)
  }

  private var service: ServiceConfiguration { get throws { try ServiceConfiguration("http://127.0.0.1:8000") } }

  private func run(_ identifier: String, against hidden: HiddenReasoning) async throws -> Finding {
    var context = LLMCheckContext(transport: hidden.transport, service: try service, model: "m")
    context.concurrentRequests = 3
    return await (try CheckSuite.check(identifier)).run(in: context).finding
  }
}
