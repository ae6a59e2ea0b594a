import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Performance of a service that works through a queue: time to finish, wait against work, lost and stuck tasks.
@main
struct TaskBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task-bench", abstract: "Measure the performance of an asynchronous image task service.",
    discussion: """
      Without --base-url a simulated service is measured. The latency of a request is the time until its task has finished.

        task-bench --base-url URL --num-prompts 20 --max-concurrency 4
        task-bench --base-url URL --batch-size 8 --steps 20 --size 512x512

      Exit status: 0 when all went as asked, 1 when a limit of --slo was missed or the run was interrupted, 2 when \
      nothing could be measured or written. Requests that failed change it only through --slo, as with \
      'failure_rate<1%'.
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Tasks") var tasks: TaskOptions
  @OptionGroup(title: "Telemetry") var telemetry: TelemetryOptions
  @OptionGroup(title: "Output") var output: BenchReportOptions

  static func main() async { await runAsTool(rules: rules) }

  func run() async throws {
    try output.check()
    try telemetry.check(overwrite: output.overwrite)
    try target.refuseEndpoint("/submit, /status, /download")
    let policy = try tasks.policy(load.seed)
    let prompts = try tasks.prompts(load.seed)
    let plan = try load.plan(requests: 20, concurrency: 4)
    let files = try output.files()
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: Self.demonstration) : nil
    let bench = try ServiceBench(
      target, simulatorURL: simulator?.baseURL, load: load, plan: plan, output: output,
      // Each task of a batch is looked at on its own.
      connectionsPerRequest: tasks.batchSize)
    let client = TaskClient(transport: bench.transport, service: bench.service)
    let health = try? await bench.ask {
      try await TaskClient(transport: bench.transport, service: $0).health()
    }
    if health?.isReady == false {
      Console.note("Warning: the service says that its pipeline is not ready; submissions may be refused.")
    }
    let workload = TaskWorkload(
      client: client.recipe, pattern: tasks.task, prompts: prompts, policy: policy, batchSize: tasks.batchSize,
      downloads: tasks.download)
    let watching = try await Telemetry(
      telemetry, target, overwrite: output.overwrite, baseURL: target.baseURL ?? simulator?.baseURL ?? "",
      model: nil)
    var result = try await bench.run(
      workload, kind: "tasks", model: nil, telemetry: watching.watched, sends: { $0 * tasks.batchSize })
    result.outputErrors += watching.finish()
    bench.transport.shutDown()
    try await simulator?.shutDown()
    try result.finish("task-bench", files, .service, figures: result.report.taskFigures(batchSize: tasks.batchSize))
  }

  /// A service with two workers, of moderate speed.
  private static var demonstration: Behaviour {
    Behaviour().with {
      $0.images.stepLatency = .milliseconds(10)
      $0.tasks.workers = 2
      $0.tasks.ownsHealth = true
    }
  }
}
