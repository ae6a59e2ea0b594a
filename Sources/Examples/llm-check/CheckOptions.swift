import ArgumentParser
import Foundation
import NPUTestKit

/// Which checks, and how they run.
struct CheckOptions: ParsableArguments {
  @Option(help: "Which checks: llm for every language model, multimodal for pictures.")
  var suite = SuiteName.llm
  @Flag(help: "List the checks with what they demand, and leave.")
  var list = false
  @Option(help: ArgumentHelp("Only these checks, by identifier, separated by commas.", valueName: "ids"))
  var only: String?
  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("Only checks with one of these tags, separated by commas.", valueName: "tags"))
  var tags: String?
  @Option(help: ArgumentHelp("Not these checks, by identifier or tag, separated by commas.", valueName: "names"))
  var skip: String?
  @Option(help: ArgumentHelp("How many checks run at the same time.", valueName: "count"))
  var concurrency = 4
  @Option(help: ArgumentHelp("How long one check may take.", valueName: "seconds"))
  var timeout = 120.0
  @Option(help: ArgumentHelp("How many requests the check of concurrency sends at once.", valueName: "count"))
  var concurrentRequests = 50
  @Option(
    help: ArgumentHelp("Most tokens of prompt and answer. Default: what the list of models says.", valueName: "tokens"))
  var contextLength: Int?
  @Option(help: ArgumentHelp("Most tokens of an answer that is judged by its meaning.", valueName: "tokens"))
  var semanticTokens = 256

  enum SuiteName: String, ExpressibleByArgument, CaseIterable { case llm, multimodal }

  func validate() throws {
    // Ten years: a longer time cannot be meant, and some cannot be held.
    guard timeout > 0, timeout <= 3.2e8 else { throw ValidationError("--timeout must lie in 0...3.2e8 seconds.") }
    for (name, value) in [
      ("concurrency", concurrency), ("concurrent-requests", concurrentRequests), ("context-length", contextLength ?? 1),
      ("semantic-tokens", semanticTokens),
    ] where !(1...100_000_000).contains(value) {
      throw ValidationError("--\(name) is \(value); it must be at least 1 and at most 100000000.")
    }
  }

  var selection: CheckSelection {
    CheckSelection(only: names(only), tags: names(tags).map(CheckTag.init(rawValue:)), skip: names(skip))
  }

  var limits: CheckLimits { CheckLimits(concurrency: concurrency, timeout: .seconds(timeout)) }

  /// The context; a service that does not answer is left to the report to tell.
  func context(
    _ transport: CurlTransport, _ service: ServiceConfiguration, model: String?
  ) async throws -> LLMCheckContext {
    let choice = try? await HealthClient(transport: transport, service: service).chooseModel(model)
    var context = LLMCheckContext(transport: transport, service: service, model: choice?.name ?? model)
    context.concurrentRequests = concurrentRequests
    context.contextLength = contextLength
    context.semanticTokens = semanticTokens
    return context
  }

  private func names(_ list: String?) -> [String] {
    (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}
