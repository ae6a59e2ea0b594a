internal import ArgumentParser
import Foundation
package import NPUTestKit

/// What the tools that measure calls of a service do alike: reach it, run the load with progress, print, and say how it went.
package struct ServiceBench: Sendable {
  /// What carries the requests.
  package let transport: CurlTransport
  /// Where they go.
  package let service: ServiceConfiguration
  private let options: ReportOptions
  private let name: String

  /// Prepares everything that comes before the first request.
  ///
  /// - Parameters:
  ///   - name: The name of the tool.
  ///   - target: Which service.
  ///   - simulatorURL: The address of the simulator that is measured where no service is named.
  ///   - plan: The load.
  ///   - options: What is reported.
  /// - Throws: What keeps the service from being spoken to as the options say.
  package init(
    _ name: String, target: TargetOptions, simulatorURL: String?, plan: LoadPlan, options: ReportOptions
  ) throws {
    self.name = name
    self.options = options
    if let simulatorURL {
      Console.say(
        "Measuring the built-in simulator at \(simulatorURL); --base-url names a real service.",
        readByProgram: options.isReadByProgram)
    }
    if SoftwareVersions.isDebugBuild {
      Console.note("Warning: this is a debug build, whose own delays are larger; measure with swift run -c release.")
    }
    service = try target.service(target.baseURL ?? simulatorURL ?? "")
    transport = try CurlTransport(configuration: try target.transport)
    let preflight = try Preflight.prepare(connections: plan.concurrencyLimit ?? plan.stop.requests ?? 1024)
    for advice in preflight.advice + [target.exposure(of: service)].compactMap(\.self) {
      Console.note("Warning: \(advice)")
    }
  }

  /// The model to ask for: a service that lists none is asked without one.
  ///
  /// - Parameters:
  ///   - name: The model that was named.
  ///   - other: Another service than the one that is measured.
  /// - Returns: Its name, if there is one.
  /// - Throws: ``ServiceError`` if nobody answers.
  package func chooseModel(_ name: String?, of other: ServiceConfiguration? = nil) async throws -> String? {
    let choice = try await HealthClient(transport: transport, service: other ?? service).chooseModel(name)
    if let warning = choice.warning { Console.note("Warning: \(warning)") }
    return choice.name
  }

  /// Runs a load, with progress, until it ends or somebody interrupts it.
  package func run(
    _ plan: LoadPlan, _ workload: any Workload, kind: String, model: String?, rate: Double?
  ) async throws -> LoadSession.Result {
    let description = RunDescription(
      model: model, baseURL: service.endpoint.description, endpointType: kind, label: options.label, plan: "\(plan)",
      plannedRequests: plan.stop.requests, requestRate: rate, maxConcurrency: plan.concurrencyLimit, seed: plan.seed,
      host: ProcessInfo.processInfo.hostName, versions: SoftwareVersions.current)
    let session = LoadSession(
      plan: plan, workload: workload, transport: transport, description: description, options: try options.report,
      journal: try options.journal(description))
    let console = Console()
    let running = Task { try await session.run(progress: console.show) }
    let interruption = Interruption { running.cancel() }
    defer { interruption.end() }
    defer { console.finish() }
    return try await running.value
  }

  /// Prints the report with the figures of the service, and ends with the status that they ask for.
  ///
  /// - Parameters:
  ///   - result: What the load gave.
  ///   - figures: The figures of the service.
  ///   - isWhole: Whether everything else that was asked for was measured too.
  /// - Throws: `ExitCode` 2 if nothing could be measured, 1 if a limit was missed or the run is not whole.
  package func finish(_ result: LoadSession.Result, _ figures: [ServiceFigure], isWhole: Bool = true) throws {
    transport.shutDown()
    let report = result.report
    if options.json {
      print(try report.summaryJSON(of: figures))
    } else {
      let style = options.markdown ? nil : Console.style(of: 1)
      print(style.map { ReportText(report, style: $0).console } ?? ReportText(report).markdown)
      print(ServiceFigure.text(figures, isMarkdown: options.markdown))
    }
    let errors = [result.workloadError, result.journalError].compactMap(\.self)
    for error in errors { Console.note("\(name): \(error)") }
    if report.requests.completed == 0 { throw ExitCode(2) }
    if !report.passes || report.incompleteReason != nil || !errors.isEmpty || !isWhole { throw ExitCode(1) }
  }
}
