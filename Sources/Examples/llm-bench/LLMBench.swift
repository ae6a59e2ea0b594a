import ArgumentParser
import Foundation
import NPUMetrics
import NPUSimulator
import NPUTestKit

/// Performance of an LLM service: TTFT, TPOT, ITL, throughput, goodput, and verdicts on limits.
@main
struct LLMBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "llm-bench", abstract: "Measure the performance of an LLM service.",
    discussion: """
      Without --base-url a simulated service is measured. Flags follow vllm bench serve. Exit status: 0 when all went as \
      asked, 1 when a limit of --slo was missed or the run was interrupted, 2 when nothing could be measured.
      """)

  @OptionGroup(title: "Service") var target: TargetOptions
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Prompts") var prompts: PromptOptions
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
          ? fullMessage(for: error) : "llm-bench: \(error)")
      Foundation.exit(2)
    }
  }

  func run() async throws {
    if let path = output.replay {
      return try finish(try LoadReport(replaying: path, options: try output.reportOptions()))
    }
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .demonstration) : nil
    let address = target.baseURL ?? simulator?.baseURL ?? ""
    if simulator != nil {
      Console.say("Measuring the built-in simulator at \(address); --base-url names a real service.", output)
    }
    let service = try target.service(address)
    let transport = try CurlTransport(configuration: target.transport(service.endpoint))
    let model = try await target.checkedModel(of: service, transport)
    let plan = try load.plan(target.timeouts)
    try warnAboutLimits(of: plan)
    let source = try await prompts.source(plan, service, transport, model) { Console.say($0, output) }
    var session = LoadSession(
      plan: plan, workload: try workload(service, transport, model, source), transport: transport,
      description: describe(plan, address, model), options: try output.reportOptions())
    session.resultFile = output.saveResult ? try output.resultOptions() : nil
    session.journal = try output.journal(session.description)
    let result = try await run(session)
    transport.shutDown()
    try await simulator?.shutDown()
    if let file = result.resultFile {
      try save(
        VLLMResultFile(builder: file, report: result.report, date: Console.date, metadata: try output.metadataEntries())
      )
    }
    try finish(result.report)
  }

  /// Runs the session with progress, until it ends or somebody presses Control-C.
  private func run(_ session: LoadSession) async throws -> LoadSession.Result {
    let console = Console()
    let running = Task { try await session.run(progress: console.show) }
    let interruption = Console.onInterrupt { running.cancel() }
    defer { interruption.cancel() }
    defer { console.finish() }
    return try await running.value
  }

  private func workload(
    _ service: ServiceConfiguration, _ transport: any Transport, _ model: String?, _ source: any PromptSource
  ) throws -> any Workload {
    let extras = try prompts.extraMembers()
    switch target.backend {
    case .chat:
      let client = ChatClient(transport: transport, service: service, route: target.endpoint ?? "/v1/chat/completions")
      var pattern = ChatRequest(model: model, messages: [], sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = extras
      return ChatWorkload(client: client, pattern: pattern, prompts: source, keepsText: output.saveDetailed)
    case .completions:
      let client = CompletionClient(transport: transport, service: service, route: target.endpoint ?? "/v1/completions")
      var pattern = CompletionRequest(model: model, prompt: "", sampling: prompts.sampling, streamOptions: .usage)
      pattern.extras = extras
      return CompletionWorkload(client: client, pattern: pattern, prompts: source, keepsText: output.saveDetailed)
    }
  }

  private func describe(_ plan: LoadPlan, _ address: String, _ model: String?) -> RunDescription {
    RunDescription(
      model: model, baseURL: address, endpointType: target.backend.rawValue, label: output.label,
      plan: "\(plan.arrival)", plannedRequests: plan.stop.requests, requestRate: load.requestRate,
      burstiness: load.requestRate == nil ? nil : load.burstiness, maxConcurrency: plan.concurrencyLimit,
      seed: plan.seed, host: ProcessInfo.processInfo.hostName)
  }

  private func warnAboutLimits(of plan: LoadPlan) throws {
    let preflight = try Preflight.prepare(connections: plan.concurrencyLimit ?? plan.stop.requests ?? 1024)
    for advice in preflight.advice { Console.note("Warning: \(advice)") }
  }

  private func save(_ file: VLLMResultFile) throws {
    let folder = URL(filePath: output.resultDir)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let place = folder.appending(path: output.resultFilename ?? file.name)
    try Data(try file.json().utf8).write(to: place)
    Console.note("Result file: \(place.path)")
  }

  private func finish(_ report: LoadReport) throws {
    if output.json {
      print(try report.summaryJSON())
    } else {
      print(output.markdown ? ReportText(report).markdown : ReportText(report, style: Console.style(of: 1)).console)
    }
    if report.requests.completed == 0 { throw ExitCode(2) }
    if !report.passes || report.incompleteReason != nil { throw ExitCode(1) }
  }
}

extension Behaviour {
  /// What is measured when no service is named: a service of moderate speed.
  static let demonstration = Behaviour(timeToFirstToken: .milliseconds(120), interTokenLatency: .milliseconds(12))
    .with { $0.jitter = 0.2 }
}
