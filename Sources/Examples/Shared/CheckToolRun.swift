import Foundation
package import NPUTestKit

/// One run of a suite as the work of a process.
package struct CheckToolRun {
  /// Which service.
  package var target: CheckToolTarget
  /// Which checks.
  package var choice: CheckToolChoice
  /// What to report.
  package var output: CheckToolOutput

  package init(_ target: CheckToolTarget, _ choice: CheckToolChoice, _ output: CheckToolOutput) {
    (self.target, self.choice, self.output) = (target, choice, output)
  }

  /// Checks the service and prints the report.
  ///
  /// - Parameters:
  ///   - suite: The checks that were chosen.
  ///   - simulatorURL: Where the simulator listens, if one was started.
  ///   - context: Makes the context of the checks.
  /// - Returns: The exit status of the process.
  /// - Throws: What keeps the checks from being run, or their report from being written.
  package func play<Context>(
    _ suite: CheckSuite<Context>, simulatorURL: String?,
    in context: (CurlTransport, ServiceConfiguration) async throws -> Context
  ) async throws -> Int32 {
    if let simulatorURL {
      Console.say(
        "Checking the built-in simulator at \(simulatorURL); --base-url names a real service.",
        readByProgram: output.json)
    }
    try output.check()
    var service = try target.service(target.baseURL ?? simulatorURL ?? "")
    // What is asked before the first check, such as for the model, must not take longer than a check may.
    service.timeouts.total = choice.limits.timeout
    let transport = try CurlTransport(configuration: target.transport)
    defer { transport.shutDown() }
    let report = await watched(suite, try await context(transport, service))
    // Saved first: whoever reads the standard output may leave before its end.
    try output.save(report)
    print(try output.text(of: report))
    fflush(nil)
    return report.exitStatus
  }

  /// Runs the checks, until they have ended or somebody presses Control-C.
  private func watched<Context>(_ suite: CheckSuite<Context>, _ context: Context) async -> ConformanceReport {
    let limits = choice.limits
    let running = Task {
      await suite.run(in: context, limits: limits) { result in
        Console.note("\(result.check.identifier): \(result.finding.verdict.rawValue)")
      }
    }
    let interruption = Interruption { running.cancel() }
    defer { interruption.end() }
    return await running.value
  }
}
