import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Performance of an image service: latency, images per minute, batch scaling.
@main
struct ImageBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-bench", abstract: "Measure the performance of an image service.",
    discussion: """
      Without --base-url a simulated service is measured.

        image-bench --base-url URL --num-prompts 20 --max-concurrency 4 --steps 30
        image-bench --base-url URL --batch-scaling 4 --slo 'e2e:p99<5s'
        image-bench --base-url URL --max-concurrency 4 --image-seed 42 --quality

      Exit status: 0 when all went as asked, 1 when a limit of --slo was missed, the run was interrupted or the batch \
      scaling could not be measured, 2 when nothing could be measured or written. Requests that failed change it only \
      through --slo, as with 'failure_rate<1%'.
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Images") var images: ImageOptions
  @OptionGroup(title: "Quality") var quality: MediaQualityOptionGroup
  @OptionGroup(title: "Telemetry") var telemetry: TelemetryOptions
  @OptionGroup(title: "Output") var output: BenchReportOptions

  static func main() async { await runAsTool(rules: rules) }

  func run() async throws {
    try output.check()
    try telemetry.check(overwrite: output.overwrite)
    var request = try images.request(target.model)
    let prompts = try images.prompts(load.seed)
    let plan = try load.plan(requests: 20, concurrency: 1)
    let files = try output.files()
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: Self.demonstration) : nil
    let bench = try ServiceBench(target, simulatorURL: simulator?.baseURL, load: load, plan: plan, output: output)
    if images.wireProtocol == .openAI { request.model = try await bench.chooseModel(target.model) }
    let client = ImageClient(
      transport: bench.transport, service: bench.service, wireProtocol: images.wireProtocol, route: target.endpoint)
    let watch = quality.watch(bench.plan)
    var workload = ImageWorkload(
      client: client.recipe, pattern: request, prompts: prompts, variesSeed: images.varySeed,
      decodesPixels: images.decode)
    workload.examiner = watch
    try await quality.askAlone(watch, workload, bench)
    let watching = try await Telemetry(
      telemetry, target, overwrite: output.overwrite, baseURL: target.baseURL ?? simulator?.baseURL ?? "",
      model: request.model)
    var result = try await bench.run(
      workload, kind: "image-\(images.wireProtocol.rawValue)", model: request.model, telemetry: watching.watched)
    result.outputErrors += watching.finish()
    result.report.quality?.aloneVersusLoad = try watch?.comparison()
    // Whoever interrupted the load wants no more of it.
    let isPossible = result.report.requests.completed > 0 && result.report.incompleteReason == nil
    let scaling = isPossible ? await scaling(bench, client, request, prompts) : nil
    bench.transport.shutDown()
    try await simulator?.shutDown()
    try result.finish(
      "image-bench", files, .service,
      figures: result.report.imageFigures(scaling: scaling, scalingCount: images.batchScaling),
      isWhole: images.batchScaling == nil || scaling?.ratio != nil)
  }

  /// Measures batches after the load, so that neither disturbs the other.
  private func scaling(
    _ bench: ServiceBench, _ client: ImageClient, _ request: ImageRequest, _ prompts: PromptList
  ) async -> BatchScaling? {
    guard let count = images.batchScaling else { return nil }
    return await bench.afterwards("batch scaling") { service in
      var (client, request) = (client, request)
      client.service = service
      if case .text(let text) = try await prompts.prompt(at: 0).content { request.prompt = text }
      return try await BatchScaling.measure(client, request, count: count)
    }
  }

  /// A service of moderate speed, with some gain from batches.
  private static var demonstration: Behaviour {
    Behaviour().with {
      $0.images.overhead = .milliseconds(20)
      $0.images.stepLatency = .milliseconds(8)
      $0.images.batchShare = 0.8
      $0.jitter = 0.1
    }
  }
}
