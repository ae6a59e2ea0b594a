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
      .needs(["--concurrent-requests", "--context-length"], "--suite", in: ["llm"], byDefault: "llm")
    ]

  func run() async throws {
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
