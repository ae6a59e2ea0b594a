import ArgumentParser
import ExampleSupport
import Foundation
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Any service for hours: a journal that survives, snapshots, and verdicts on what drifts.
@main
struct SoakTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak", abstract: "Load services for hours or days, and judge what drifts.",
    discussion: """
      Without --base-url a simulated service is soaked.

        soak --base-url URL --duration 86400 --pause 2 --journal soak.jsonl
        soak --base-url URL --duration 86400 --request-rate 5 --journal soak.jsonl --resume
        soak --service mixed --llm-url URL --image-url URL --mix llm=9,image=1 --requests 10000
        soak --service image --base-url URL --npu --leak-loop 100

      A soak that was interrupted, whatever the reason, goes on with --resume: the same requests, those that have a \
      line in the journal left out, and verdicts over all of it.

      Exit status: 0 when all went as asked and nothing drifts, 1 when a limit was missed, something drifts, or the \
      soak ended before its time, 2 when nothing was completed or something could not be written.
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Services") var services: SoakServiceOptions
  @OptionGroup(title: "Load") var load: SoakLoadOptions
  @OptionGroup(title: "Requests") var content: SoakContentOptions
  @OptionGroup(title: "Telemetry") var telemetry: TelemetryOptions
  @OptionGroup(title: "Output") var output: SoakReportOptions

  static func main() async { await runAsTool(rules: rules) }

  static let rules: [FlagRule] =
    ServiceOptions.rules + SoakLoadOptions.rules + TelemetryOptions.rules + SoakReportOptions.rules + [
      .needs(["--mix"] + SoakServiceOptions.urls, "--service", in: ["mixed"], byDefault: "llm"),
      .needs(["--decode", "--image-protocol"], "--service", in: ["image", "mixed"], byDefault: "llm"),
      .needs(["--size", "--steps"], "--service", in: ["image", "tasks", "mixed"], byDefault: "llm"),
      .needs(["--protocol"], "--service", in: ["asr", "tts", "mixed"], byDefault: "llm"),
      .needs(["--audio", "--language", "--max-wer"], "--service", in: ["asr", "mixed"], byDefault: "llm"),
      .needs(["--output-len"], "--service", in: ["llm", "mixed"], byDefault: "llm"),
      .needs(["--poll-longest", "--deadline"], "--service", in: ["tasks", "mixed"], byDefault: "llm"),
    ]

  func run() async throws {
    try telemetry.check(overwrite: output.overwrite)
    try target.refuseEndpoint("/v1/chat/completions, /generate, /health and so on")
    let plan = try load.plan(try output.limits(telemetry))
    let weights = try services.weights()
    let journal = try output.journalOptions()
    let files = try ReportFiles(output.report)
    let needsSimulator = target.baseURL == nil && !services.namesAddress
    let simulator = needsSimulator ? try await Simulator.start(behaviour: Self.demonstration) : nil
    if let simulator {
      Console.say(
        "Soaking the built-in simulator at \(simulator.baseURL); --base-url names a real service.",
        readByProgram: output.report.isReadByProgram)
    }
    let transport = try target.transport(
      networkThreads: plan.load.networkThreads(cores: ProcessInfo.processInfo.activeProcessorCount))
    try checkLimits(plan.load, ends: simulator == nil ? 1 : 2)
    let base = target.baseURL ?? simulator?.baseURL
    var parts: [ServiceMix.Part] = []
    var watch = SoakWatch(processes: try output.memory)
    var model: String?
    for (kind, weight) in weights {
      let service = try target.service(try services.address(of: kind, base: base))
      if let exposure = target.exposure(of: service) { Console.note("Warning: \(exposure)") }
      model = try await chooseModel(kind, service, transport)
      let workload = try content.workload(
        kind, service, over: transport, services, model: model, isAlone: weights.count == 1, seed: load.seed)
      parts.append(
        ServiceMix.Part(
          kind.rawValue, weight: weight, workload, wordErrorLimit: kind == .asr ? content.maxWer : nil))
      if load.health || load.stopUnhealthy != nil {
        watch.health[kind.rawValue] = HealthClient(transport: transport, service: service)
      }
    }
    if let generations = load.leakLoop {
      let loop = LeakLoopRun(
        generations: generations, limit: load.leakLoopLimit, workload: try ServiceMix(parts, seed: load.seed),
        transport: transport, telemetry: telemetry)
      return try await loop.run(files)
    }
    // A slip would show after a day.
    for (process, reason) in await watch.unreadProcesses().sorted(by: { $0.key < $1.key }) {
      Console.note("Warning: the memory of --process \(process) cannot be read: \(reason)")
    }
    let watching = try await Telemetry(
      telemetry, target, overwrite: output.overwrite, baseURL: base ?? "", model: weights.count == 1 ? model : nil)
    watch.telemetry = watching.watched
    var soak = Soak(try ServiceMix(parts, seed: load.seed), plan, over: transport)
    soak.journal = journal
    soak.watch = watch
    soak.description.label = output.label
    soak.description.host = ProcessInfo.processInfo.hostName
    let told = SoakConsole()
    let report = try await TerminationSignals.cancelling(
      notice: "Interrupted: the requests in flight are cancelled. Press Control-C again to leave at once."
    ) { [soak] in
      try await soak.run(told.tell)
    }
    told.finish()
    let logErrors = watching.finish()
    transport.shutDown()
    try await simulator?.shutDown()
    try finish(report, files, logErrors)
  }

  /// The model to ask for, where the protocol has one.
  private func chooseModel(
    _ kind: SoakServiceKind, _ service: ServiceConfiguration, _ transport: any Transport
  ) async throws -> String? {
    let isNamed =
      switch kind {
      case .llm: true
      case .image: services.imageProtocol == .openAI
      case .asr: services.audioProtocols.transcription == .openAI
      case .tts: services.audioProtocols.speech == .openAI
      case .tasks: false
      }
    guard isNamed else { return nil }
    let asked = service.with(patience: .seconds(60))
    let choice = try await Waiting.noted("an answer of \(asked.endpoint)") {
      try await HealthClient(transport: transport, service: asked).chooseModel(target.model)
    }
    if let warning = choice.warning { Console.note("Warning: \(warning)") }
    return choice.name
  }

  private func checkLimits(_ plan: LoadPlan, ends: Int) throws {
    let preflight = try Preflight.prepare(for: plan, ends: ends)
    guard preflight.verdict == .insufficient else { return }
    let advice = preflight.advice.joined(separator: " ")
    // Without a limit in the plan the number is a guess, and no reason to refuse a load.
    guard plan.concurrencyLimit == nil else { throw Failure(kind: "insufficient_limits", message: advice) }
    Console.note("Warning: \(advice)")
  }

  private func finish(_ report: SoakReport, _ files: ReportFiles, _ logErrors: [any Error]) throws {
    for error in logErrors { Console.note("soak: \(Failure.text(of: error))") }
    let forms = ReportForms(
      json: { try report.summaryJSON() }, markdown: { SoakText(report).markdown },
      console: { SoakText(report, style: .ofDescriptor(1)).console })
    let isWritten = try files.write(forms)
    let isWhole = isWritten && report.journalError == nil && logErrors.isEmpty
    if report.requests.completed == 0 || !isWhole { throw ExitCode(2) }
    if !report.passes { throw ExitCode(1) }
  }

  /// Services of moderate speed.
  private static var demonstration: Behaviour {
    Behaviour(timeToFirstToken: .milliseconds(20), interTokenLatency: .milliseconds(2), outputTokens: 16).with {
      $0.images.stepLatency = .milliseconds(2)
      $0.audio.transcriptionFactor = 0.01
      $0.audio.speechFactor = 0.01
      $0.tasks.workers = 4
    }
  }
}
