public import ArgumentParser
public import NPUTestKit
import ToolSupport

/// How many NPUs a model needs, how its server is started, and whether a machine can run it.
@main
struct NPUPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-plan",
    abstract: "Plan on how many NPUs a model is served, print start scripts, check a machine.",
    discussion: """
      With --model or --config, prints a plan: from the tables of the guides where they have the model, else an \
      estimate that says how sure it is. With --launch, prints the start script of a server. With --check-environment, \
      looks whether a machine can run one. With --tables, prints what the guides plan with.

      Exit status 0 for a plan that fits, a script, or a machine on which a service can run (warnings included); 1 for \
      a model that does not fit into --npus, or a machine on which something is wrong; 2 for what cannot be planned, or \
      found out.
      """)

  @OptionGroup(title: "Plan") var plan: PlanOptions
  @OptionGroup(title: "Start script") var start: StartOptions
  @OptionGroup(title: "Environment") var environment: EnvironmentOptions
  @Flag(help: "Print the planning tables of the guides and the kinds of NPU, and exit.") var tables = false
  @Flag(help: "Print one JSON object.") var json = false

  static func main() async { await runAsTool(rules: rules) }

  func run() async throws {
    if environment.checkEnvironment { return try await check() }
    try Failure.told(by: "npu-plan", json: json) {
      do {
        if tables { return try Console.write(json ? PlanTables().json() + "\n" : PlanTables().text) }
        if let server = start.launch { return try launch(server) }
        try show(try plan.suggested(devices: environment.devices))
      } catch let error as PlanningError {
        throw Failure(kind: error.kind.rawValue, message: "\(flag(of: error)): \(error.message)")
      }
    }
  }

  private func show(_ plan: DeploymentPlan) throws {
    try Console.write(json ? Console.json(plan) + "\n" : PlanText(plan).text)
    if !plan.fits { throw ExitCode(1) }
  }

  private func launch(_ server: GuideServer) throws {
    let script = try StartScript(server, plan, start, devices: environment.devices)
    try Console.write(json ? Console.json(script) + "\n" : script.script)
  }

  private func check() async throws {
    let report = try await TerminationSignals.cancelling { await environment.checks.run() }
    try Console.write(
      json
        ? Console.json(EnvironmentText(report, environment.host)) + "\n"
        : EnvironmentText(report, environment.host).text)
    if !report.passes { throw ExitCode(report.hasFailures ? 1 : 2) }
  }

  /// The flag by which the matter can be changed.
  private func flag(of error: PlanningError) -> String {
    switch error.kind {
    case .badConfiguration: "--config"
    case .badParallelism: environment.devices == nil ? "--npus" : "--devices"
    case .wrongServer: start.launch == nil ? "--server" : "--launch"
    default: "--model"
    }
  }
}

extension GuideServer: ExpressibleByArgument {}
