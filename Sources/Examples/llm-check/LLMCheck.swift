import ArgumentParser
import Foundation
import NPUSimulator
import NPUTestKit

/// Conformance of an OpenAI-compatible server of a language model.
@main
struct LLMCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "llm-check", abstract: "Check what an LLM service does against what it must do.",
    discussion: """
      Without --base-url a simulated service is checked.

        llm-check --base-url URL --junit report.xml
        llm-check --base-url URL --tag stream --skip llm.stream.done
        llm-check --base-url URL --suite multimodal

      Exit status: 0 when every required check that applies passed, 1 when one failed or could not be judged, 2 when \
      nothing could be checked.
      """)

  @OptionGroup(title: "Service") var target: TargetOptions
  @OptionGroup(title: "Checks") var checks: CheckOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let status as ExitCode {
      Foundation.exit(status.rawValue)
    } catch {
      if exitCode(for: error) == .success { exit(withError: error) }  // help was asked for
      Console.note(
        error is ValidationError || exitCode(for: error) == .validationFailure
          ? fullMessage(for: error) : "llm-check: \(error)")
      Foundation.exit(2)
    }
  }

  func run() async throws {
    switch checks.suite {
    case .llm: try await run(.llm) { context, _ in context }
    case .multimodal:
      try await run(.multimodal) { context, simulator in
        let context = MultimodalCheckContext(context)
        // The simulator cannot read: it is told what stands in the pictures.
        if let simulator { simulator.behaviour.pictureTexts = try context.pictureTexts }
        return context
      }
    }
  }

  private func run<Context>(
    _ suite: Suite<Context>, in context: (LLMCheckContext, Simulator?) throws -> Context
  ) async throws {
    let suite = try suite.selecting(checks.selection)
    guard !suite.checks.isEmpty else {
      throw ValidationError("No check is left: --skip takes away all that were chosen.")
    }
    if checks.list { return print(suite.checks.map(\.about.listing).joined(separator: "\n\n")) }

    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .exemplary) : nil
    if let simulator {
      Console.say("Checking the built-in simulator at \(simulator.baseURL); --base-url names a real service.", output)
    }
    let service = try target.service(target.baseURL ?? simulator?.baseURL ?? "")
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration(target.transport))
    let base = try await checks.context(transport, service, model: target.model)
    let report = await play(suite, try context(base, simulator))
    transport.shutDown()
    try await simulator?.shutDown()

    print(try output.text(of: report))
    fflush(nil)
    try output.save(report)
    if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
  }

  /// Runs the checks, until they have ended or somebody presses Control-C.
  private func play<Context>(_ suite: Suite<Context>, _ context: Context) async -> ConformanceReport {
    let limits = checks.limits
    let running = Task { await suite.run(in: context, limits: limits, progress: Console.show) }
    let interruption = Console.onInterrupt { running.cancel() }
    defer { interruption.cancel() }
    return await running.value
  }
}
