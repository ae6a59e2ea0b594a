import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Faults of a service under steady traffic: what is lost, what is wrong, how long it takes to recover.
@main
struct FaultDrillTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault-drill",
    abstract: "Bring faults about while probes run, and tell how a service takes them.",
    discussion: """
      Without --base-url a simulated service is drilled. With --command the drill starts the service itself and can \
      kill, stop and restart it.

        fault-drill --list
        fault-drill --base-url URL --scenario disconnects oom-tokens
        fault-drill --base-url http://127.0.0.1:8000 --command 'vllm serve /data/model --port 8000' --json
        fault-drill --base-url http://npu:1025 --metrics-url http://npu:1027/metrics --npu-command 'ssh npu npu-smi'
        fault-drill --base-url URL --scenario device-error --inject device-error='...' --restore device-error='...'

      Exit status: 0 when every scenario that applies passed, 1 when one failed or could not be judged, 2 when none \
      could be judged, or the report could not be written.
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Process") var process: ProcessOptions
  @OptionGroup(title: "Drill") var options: DrillOptions
  @OptionGroup(title: "State") var state: StateOptions
  @OptionGroup(title: "Output") var output: CheckReportOptions

  static func main() async { await runAsTool(rules: rules) }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ServiceOptions.rules + StateOptions.rules + [
      .excludes(
        ServiceOptions.flags
          + [
            "--command", "--ready-path", "--metrics-url", "--npu", "--npu-command", "--json", "--junit", "--markdown",
          ],
        ["--list"],
        "the list of scenarios is the same for every service, and plain text"),
      FlagRule([
        "--connect-timeout", "--first-byte-timeout", "--idle-timeout", "--content-timeout", "--timeout",
        "--fresh-connections",
      ]) { flag, _ in
        "\(flag) changes nothing: --probe-timeout, --canary-timeout and --request-timeout limit the requests of a "
          + "drill, and each has a connection of its own; leave it out."
      },
      .needs(["--command"], oneOf: ["--base-url"], "the drill must know where the command listens"),
      .needs(["--ready-path", "--ready-timeout"], oneOf: ["--command"], "nothing is started without it"),
      .filesApart(outputs: ["--junit", "--markdown"], inputs: ["--cacert", "--cert", "--key"]),
    ]

  func run() async throws {
    try target.refuseEndpoint("/v1/models, /v1/chat/completions, /metrics")
    let scenarios = try options.chosen
    if options.list { return try Console.line(scenarios.map(\.about.listing).joined(separator: "\n\n")) }
    let files = try output.files()
    let embedded = target.baseURL == nil ? try await EmbeddedService.start(.drilled) : nil
    let configuration = try target.service(target.baseURL ?? embedded?.baseURL ?? "")
    if let exposure = target.exposure(of: configuration) { Console.note("Warning: \(exposure)") }
    let transport = try target.transport()
    defer { transport.shutDown() }
    let probe = try state.probe(target, at: configuration.endpoint.description)
    let started = try await process.start(at: configuration)
    let path = try await ProxyPath.start(before: configuration)
    if let embedded {
      Console.say(
        "Drilling the built-in simulator at \(embedded.baseURL); --base-url names a real service.",
        readByProgram: output.report.isReadByProgram)
    }
    let underTest: (any ServiceUnderTest)? = if let started { started.underTest } else { embedded }
    let drill = FaultDrill(
      Service(configuration, model: target.model, transport: transport), kind: options.service,
      protocols: options.protocols, process: underTest, network: path, commands: try options.commands,
      limits: options.limits(ofSimulator: embedded != nil), state: probe)
    let report = try await TerminationSignals.cancelling(
      notice: "Interrupted: the fault is taken away and the drill ends. Press Control-C again to leave at once."
    ) {
      await drill.run(scenarios) { Console.note($0.line) }
    }
    try await path?.proxy.shutDown()
    try await embedded?.shutDown()
    await started?.stop()
    let isWritten = try files.write(ReportForms(report))
    let status = isWritten ? ExitCode(report.exitStatus) : ExitCode(2)
    if !status.isSuccess { throw status }
  }
}

extension Behaviour {
  /// A service that repeats what it is asked to, at a pace at which streams overlap, with a limit on its context, and that
  /// has stories to tell which are long enough for a slow reader.
  static let drilled = Behaviour.exemplary.with {
    $0.interTokenLatency = .milliseconds(5)
    $0.outputTokens = 1024
  }
}
