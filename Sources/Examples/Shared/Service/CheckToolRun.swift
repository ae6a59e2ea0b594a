package import ArgumentParser
import Foundation
package import NPUTestKit
import ToolSupport

/// One run of a suite as the work of a process.
package struct CheckToolRun {
  /// Which service.
  package var target: ServiceOptions
  /// Which checks.
  package var choice: CheckToolChoice
  /// What to report.
  package var output: CheckReportOptions

  package init(_ target: ServiceOptions, _ choice: CheckToolChoice, _ output: CheckReportOptions) {
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
  ) async throws -> ExitCode {
    let files = try output.files()
    if let simulatorURL {
      Console.say(
        "Checking the built-in simulator at \(simulatorURL); --base-url names a real service.",
        readByProgram: output.report.isReadByProgram)
    }
    var service = try target.service(target.baseURL ?? simulatorURL ?? "")
    if let exposure = target.exposure(of: service) { Console.note("Warning: \(exposure)") }
    // What is asked before the first check, such as for the model, must not take longer than a check may.
    service.timeouts.total = [service.timeouts.total, choice.limits.timeout].compactMap(\.self).min()
    let transport = try target.transport()
    defer { transport.shutDown() }
    let prepared = try await Waiting.noted("an answer of \(service.endpoint)") { try await context(transport, service) }
    let report = try await watched(suite, prepared)
    return try files.write(ReportForms(report)) ? ExitCode(report.exitStatus) : ExitCode(2)
  }

  /// Runs the checks, until they have ended or somebody presses Control-C.
  private func watched<Context>(_ suite: CheckSuite<Context>, _ context: Context) async throws -> ConformanceReport {
    let limits = choice.limits
    return try await TerminationSignals.cancelling(
      notice: "Interrupted: the checks that run are cancelled. Press Control-C again to leave at once."
    ) {
      await suite.run(in: context, limits: limits) { result in
        Console.note("\(result.check.identifier): \(result.word)")
      }
    }
  }
}
