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
  ///   - connections: The most connections that one check opens at once.
  ///   - context: Makes the context of the checks.
  /// - Returns: The exit status of the process.
  /// - Throws: What keeps the checks from being run, or their report from being written.
  package func play<Context>(
    _ suite: CheckSuite<Context>, simulatorURL: String?, connections: Int = 1,
    in context: (CurlTransport, ServiceConfiguration) async throws -> Context
  ) async throws -> ExitCode {
    let files = try output.files()
    if let simulatorURL {
      Console.say(
        "Checking the built-in simulator at \(simulatorURL); --base-url names a real service.",
        readByProgram: output.report.isReadByProgram)
    }
    let service = try self.service(target.baseURL ?? simulatorURL ?? "")
    if let exposure = target.exposure(of: service) { Console.note("Warning: \(exposure)") }
    try preflight(connections, service, ends: simulatorURL == nil ? 1 : 2)
    let transport = try target.transport()
    defer { transport.shutDown() }
    let prepared = try await Waiting.noted("an answer of \(service.endpoint)") { try await context(transport, service) }
    let report = try await watched(suite, prepared)
    return try files.write(ReportForms(report)) ? ExitCode(report.exitStatus) : ExitCode(2)
  }

  /// The service at an address; no call of it takes longer than a check may, which is for what is asked before the first.
  package func service(_ address: String) throws -> ServiceConfiguration {
    let service = try target.service(address)
    return choice.limits.timeout.map { service.with(patience: $0) } ?? service
  }

  /// Refuses checks that need more connections than this machine can hold: it would be laid at the service's door.
  private func preflight(_ connections: Int, _ service: ServiceConfiguration, ends: Int) throws {
    let preflight = try Preflight.prepare(
      connections: max(connections, choice.concurrency), ends: ends, usesPorts: service.endpoint.unixSocketPath == nil)
    guard preflight.verdict == .insufficient else { return }
    throw Failure(kind: "insufficient_limits", message: preflight.advice.joined(separator: " "))
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
