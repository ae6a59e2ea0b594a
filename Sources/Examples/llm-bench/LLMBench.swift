import ArgumentParser
import ExampleSupport
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
      Without --base-url a simulated service is measured. Flags follow vllm bench serve.

        llm-bench --base-url URL --num-prompts 500 --max-concurrency 64
        llm-bench --base-url URL --request-rate 10 --slo 'ttft:p99<500ms'

      Exit status: 0 when all went as asked, 1 when a limit of --slo was missed or the run was interrupted, 2 when \
      nothing could be measured. Requests that failed change it only through --slo, as with 'failure_rate<1%'.
      """)

  @OptionGroup(title: "Service") var target: TargetOptions
  @Option(help: "openai-chat for chats, openai for completions.") var backend = Backend.chat
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Prompts") var prompts: PromptOptions
  @OptionGroup(title: "Telemetry") var telemetry: TelemetryOptions
  @OptionGroup(title: "Media") var media: MediaOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  enum Backend: String, ExpressibleByArgument, CaseIterable {
    case chat = "openai-chat"
    case completions = "openai"
  }

  static func main() async { await runAsTool() }

  func run() async throws {
    try output.check()
    if let path = output.replay {
      var file = output.saveResult ? try VLLMResultBuilder(options: try output.resultFile) : nil
      return try finish(try LoadReport(replaying: path, options: try output.report) { file?.add($0) }, file)
    }
    try prompts.check()
    try telemetry.check()
    try media.check(isChat: backend == .chat)
    let plan = try load.plan()
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .demonstration) : nil
    if let simulator {
      Console.say(
        "Measuring the built-in simulator at \(simulator.baseURL); --base-url names a real service.",
        readByProgram: output.json || output.markdown)
    }
    if SoftwareVersions.isDebugBuild {
      Console.note("Warning: this is a debug build, whose own delays are larger; measure with swift run -c release.")
    }
    let service = try target.service(target.baseURL ?? simulator?.baseURL ?? "")
    let transport = try CurlTransport(
      configuration: try target.transport)
    let model = try await HealthClient(transport: transport, service: service).chooseModel(target.model)
    let preflight = try Preflight.prepare(connections: plan.concurrencyLimit ?? plan.stop.requests ?? 1024)
    let warnings = [model.warning, target.exposure(of: service)].compactMap(\.self)
    for advice in preflight.advice + warnings { Console.note("Warning: \(advice)") }

    let description = describe(plan, service.endpoint.description, model.name)
    let journal = try output.journal(description)
    let source = try await prompts.source(
      plan,
      counter: { try await ServiceTokenCounter.find(transport: transport, service: service, model: model.name) },
      note: Console.note)
    var session = LoadSession(
      plan: plan, workload: try workload(service, model.name, source), transport: transport,
      description: description, options: try output.report, journal: journal)
    let watching = try await Telemetry(
      telemetry, target, baseURL: target.baseURL ?? simulator?.baseURL ?? "", model: model.name)
    session.telemetry = watching.telemetry
    let (result, file, records) = try await run(session)
    watching.finish()
    transport.shutDown()
    try await simulator?.shutDown()
    try finish(
      result.report, file, errors: [result.workloadError, result.journalError].compactMap(\.self),
      figures: media.compareWithoutImage ? EncodeShare(records).figures : [])
  }

  /// Runs the session with progress, until it ends or somebody interrupts it.
  private func run(
    _ session: LoadSession
  ) async throws -> (LoadSession.Result, VLLMResultBuilder?, [RequestRecord]) {
    let console = Console()
    let builder = output.saveResult ? try VLLMResultBuilder(options: try output.resultFile) : nil
    let keepsRecords = media.compareWithoutImage
    let running = Task {
      var (file, records) = (builder, [RequestRecord]())
      let result = try await session.run(progress: console.show) { record in
        file?.add(record)
        if keepsRecords { records.append(record) }
      }
      return (result, file, records)
    }
    let interruption = Interruption { running.cancel() }
    defer { interruption.end() }
    defer { console.finish() }
    return try await running.value
  }

  private func describe(_ plan: LoadPlan, _ address: String, _ model: String?) -> RunDescription {
    RunDescription(
      model: model, baseURL: address, endpointType: backend.rawValue, label: output.label,
      plan: "\(plan)", plannedRequests: plan.stop.requests, requestRate: load.requestRate,
      burstiness: load.requestRate == nil ? nil : load.burstiness, maxConcurrency: plan.concurrencyLimit,
      seed: plan.seed, host: ProcessInfo.processInfo.hostName, versions: SoftwareVersions.current)
  }

  /// Prints the report first, so that a full disk cannot take it away.
  private func finish(
    _ report: LoadReport, _ file: VLLMResultBuilder? = nil, errors: [any Error] = [], figures: [ServiceFigure] = []
  ) throws {
    if output.json {
      print(try report.summaryJSON(adding: figures))
    } else {
      print(output.markdown ? ReportText(report).markdown : ReportText(report, style: Console.style(of: 1)).console)
      if !figures.isEmpty { print(ServiceFigure.text(figures, isMarkdown: output.markdown)) }
    }
    if let file {
      let file = VLLMResultFile(
        builder: file, report: report, date: Console.date, metadata: try output.metadataEntries)
      fflush(nil)
      Console.note("Result file: \(try file.save(in: output.resultDir, as: output.resultFilename))")
    }
    for error in errors { Console.note("llm-bench: \(error)") }
    if report.requests.completed == 0 { throw ExitCode(2) }
    if !report.passes || report.incompleteReason != nil || !errors.isEmpty { throw ExitCode(1) }
  }
}
