import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Conformance of an OpenAI-compatible server of a language model.
@main
struct LLMCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "llm-check", abstract: "Check that an LLM service conforms to its protocol.",
    discussion: """
      Without --base-url a simulated service is checked.

        llm-check --base-url URL --junit report.xml
        llm-check --base-url URL --tag stream --skip llm.stream.done
        llm-check --base-url URL --suite multimodal
        llm-check --base-url URL --protocol mindie-tgi --management-url URL

      \(CheckReportOptions.exitStatus)
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Checks") var choice: CheckToolChoice
  @OptionGroup(title: "Language model") var checks: CheckOptions
  @OptionGroup(title: "Output") var output: CheckReportOptions

  static func main() async { await runAsTool(rules: rules) }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    CheckToolChoice.rules + [
      .needs(["--concurrent-requests", "--context-length"], "--suite", in: ["llm"], byDefault: "llm"),
      .needs(
        ["--suite", "--concurrent-requests", "--context-length", "--semantic-tokens"], "--protocol",
        in: ["openai-chat"],
        byDefault: "openai-chat", "MindIE's own protocols have one suite"),
      .needs(
        ["--management-url"], "--protocol", in: CheckOptions.WireProtocol.mindIENames, byDefault: "openai-chat",
        "no other server has a management address"),
    ]

  func run() async throws {
    if let mindIE = checks.wireProtocol.mindIE { return try await run(mindIE) }
    try target.refuseEndpoint("/v1/models, /v1/chat/completions, /v1/completions")
    switch checks.suite {
    case .llm: try await run(.llm) { context, _ in context }
    case .multimodal:
      try await run(.multimodal) { context, simulator in
        let context = MultimodalCheckContext(context)
        // The simulator cannot read: it is told what stands in the images.
        if let simulator { simulator.behaviour.imageTexts = try context.imageTexts }
        return context
      }
    }
  }

  private func run(_ wireProtocol: MindIERequest.WireProtocol) async throws {
    try target.refuseEndpoint("/v1/models, /v1/tokenizer, those of the protocol")
    let suite = try choice.chosen(of: .mindIE)
    if choice.list { return try choice.show(suite) }
    let behaviour = Behaviour(outputTokens: 64).with { $0.wireProtocol = .mindie }
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: behaviour) : nil
    let management = try checks.managementURL.map { try target.service($0) }
    let status = try await CheckToolRun(target, choice, output).play(
      suite, simulatorURL: simulator?.baseURL, connections: 1
    ) { transport, service in
      let model = try? await HealthClient(transport: transport, service: service).chooseModel(target.model)
      if let warning = model?.warning { Console.note("Warning: \(warning)") }
      return MindIECheckContext(
        transport: transport, service: service, wireProtocol: wireProtocol, model: model?.name ?? target.model,
        management: management)
    }
    try await simulator?.shutDown()
    if !status.isSuccess { throw status }
  }

  private func run<Context>(
    _ suite: CheckSuite<Context>, in context: (LLMCheckContext, Simulator?) throws -> Context
  ) async throws {
    let suite = try choice.chosen(of: suite)
    if choice.list { return try choice.show(suite) }
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .exemplary) : nil
    let run = CheckToolRun(target, choice, output)
    let most = suite.checks.contains { $0.id == "llm.concurrent" } ? checks.concurrentRequests : 1
    let status = try await run.play(suite, simulatorURL: simulator?.baseURL, connections: most) {
      try context(try await checks.context($0, $1, model: target.model), simulator)
    }
    try await simulator?.shutDown()
    if !status.isSuccess { throw status }
  }
}
