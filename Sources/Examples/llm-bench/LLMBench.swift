import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import NPUWebSocket
import ToolSupport

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
      nothing could be measured or written. Requests that failed change it only through --slo, as with \
      'failure_rate<1%'.
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "openai-chat for chats, openai for completions, mindie for continuations by MindIE, modelarts for services of "
        + "one's own on ModelArts."))
  var wireProtocol = WireProtocol.chat
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Prompts") var prompts: PromptOptions
  @OptionGroup(title: "Telemetry") var telemetry: TelemetryOptions
  @OptionGroup(title: "Media") var media: MediaOptions
  @OptionGroup(title: "Quality") var quality: QualityOptionGroup
  @OptionGroup(title: "Output") var output: BenchReportOptions
  @OptionGroup(title: "Result file") var results: ResultFileOptions

  static func main() async { await runAsTool(rules: rules) }

  func run() async throws {
    try results.check(output)
    let contents = try results.contents(output)
    if let path = results.replay {
      var file = try results.file(output)
      let files = try output.files()
      let report = try LoadReport(replaying: path, options: contents) { file?.add($0) }
      try QualityOptionGroup.check(replayed: report, quality.quality)
      try results.prepare(output)
      return try BenchResult(report, file: file).finish("llm-bench", files, .languageModel)
    }
    try prompts.check()
    try telemetry.check(overwrite: output.overwrite)
    try media.check()
    try quality.check()
    if quality.quality, prompts.ignoreEos == true { Console.note(QualityOptionGroup.noteOnIgnoredEnds) }
    let plan = try load.plan()
    if prompts.isFullLengthWanted(isExamined: quality.quality), !wireProtocol.canIgnoreEnd {
      Console.note(
        "Note: \(wireProtocol.rawValue) cannot tell the model to go on past its end; responses may be shorter than asked."
      )
    }
    let given = try prompts.given(plan, for: wireProtocol.promptTarget)
    let files = try output.files()
    let behaviour = Behaviour.demonstration.with {
      $0.repeatsQuotes = quality.quality
      if wireProtocol.mindIE != nil { $0.wireProtocol = .mindie }
    }
    var target = target
    if wireProtocol == .messages { target.baseURL = target.baseURL.map(Endpoint.httpAddress(ofWebSocket:)) }
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: behaviour) : nil
    let bench = try ServiceBench(target, simulatorURL: simulator?.baseURL, load: load, plan: plan, output: output)
    let messages = try messageTransport(bench)
    let carrier: any Transport = if let messages { messages } else { bench.transport }
    let model = wireProtocol.isPrediction ? target.model : try await bench.chooseModel(target.model)
    let source = try await source(bench, plan, model, given: given)
    let watch = quality.watch(bench.plan, temperature: prompts.temperature)
    let sent = try workload(bench, model, prompts: watch?.prompts(source) ?? source, watch)
    try results.prepare(output)
    let watching = try await Telemetry(
      telemetry, target, overwrite: output.overwrite, baseURL: target.baseURL ?? simulator?.baseURL ?? "", model: model)
    try await watch?.tryCanaries(over: carrier) { try workload(bench, model, prompts: $0, watch) }
    var result = try await bench.run(
      sent, over: messages, kind: wireProtocol.rawValue, model: model, contents: contents,
      tokens: results.journalTokens == .all ? .all : .none, file: try results.file(output),
      keepsRecords: media.compareWithoutImage, telemetry: watching.watched,
      sends: { media.compareWithoutImage ? ($0 + 1) / 2 : $0 })
    result.outputErrors += watching.finish()
    if let watch, result.errors.isEmpty, result.report.incompleteReason == nil {
      result.report.quality?.aloneVersusLoad =
        await bench.afterwards("the comparison of requests alone") { _ in
          try await watch.compareAlone(sent, over: carrier)
        } ?? nil
    }
    messages?.shutDown()
    bench.transport.shutDown()
    try await simulator?.shutDown()
    try result.finish(
      "llm-bench", files, .languageModel,
      figures: media.compareWithoutImage ? EncodeShare(result.records).figures : [])
  }
}
