public import ArgumentParser
public import NPUSimulator
import ToolSupport

/// Runs the simulated service until it is interrupted.
@main
struct NPUSimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-simulator",
    abstract: "Runs a simulated OpenAI-compatible inference service until it is interrupted.",
    discussion: "Flags win over the behaviour file. The first line of output is the base URL.")

  @Option(help: "The address to listen on.") var host = "127.0.0.1"
  @Option(help: "The port; 0 for a free one.") var port = 8000
  @Option(help: "A Unix-domain socket to listen on instead.") var unixSocket: String?
  @Option(help: "Event loop threads.") var threads = 1
  @Option(help: "A JSON file with the members of a behaviour.") var behaviour: String?
  @Flag(
    help: """
      Do what the conformance checks ask for: repeat quoted text, tell images apart, refuse what is wrong. What is drawn \
      in an image is not read: pass --skip semantic to llm-check --suite multimodal.
      """)
  var exemplary = false
  @Option(help: "The model's name.") var model: String?
  @Option(name: .customLong("protocol"), help: "Whose responses to give: vllm or mindie.") var wireProtocol:
    WireProtocol?
  @Option(help: "Time to the first token, in milliseconds.") var ttft: Double?
  @Option(help: "Time between tokens, in milliseconds.") var itl: Double?
  @Option(help: "The fraction by which both vary, 0 to 1.") var jitter: Double?
  @Option(help: "Tokens of a response.") var outputTokens: Int?
  @Option(help: "Reasoning tokens before the content.") var reasoningTokens: Int?
  @Option(help: "Requests answered at once; others wait.") var maxConcurrency: Int?
  @Option(help: "Time of one denoising step of an image, in milliseconds.") var imageStep: Double?
  @Option(help: "By how much samples of an image differ from the reference, 0 to 255.") var imagePerturbation: Int?
  @Option(name: .customLong("task-protocol"), help: "Whose responses the task service gives: readme or code.")
  var taskProtocol: TaskBehaviour.WireProtocol?
  @Option(help: "The key that requests must bear.") var apiKey: String?
  @Option(help: "A fault by its kind; parameters go into a behaviour file.") var fault: Fault.Kind?
  @Option(help: "The fraction of requests that meet the fault.") var faultRate: Double?
  @Option(help: "Decides texts, jitter and faults.") var seed: UInt64?

  static func main() async {
    await runAsTool(rules: [
      .excludes(["--host", "--port"], ["--unix-socket"], "it listens in one place"),
      .excludes(["--exemplary"], ["--behaviour"], "both are a whole behaviour"),
      .needs(["--fault-rate"], oneOf: ["--fault", "--behaviour"], "there is no fault that requests could meet"),
    ])
  }

  func validate() throws {
    try ValidationError.unless("--port", port, isIn: 0...65_535)
    try ValidationError.unless("--threads", threads, isIn: 1...1024)
    for (name, time) in [("--ttft", ttft), ("--itl", itl), ("--image-step", imageStep)] {
      try ValidationError.unless(name, time, isIn: 0...3.2e10)
    }
    try ValidationError.unless("--jitter", jitter, isIn: 0...1)
    try ValidationError.unless("--fault-rate", faultRate, isIn: 0...1)
    try ValidationError.unless("--image-perturbation", imagePerturbation, isIn: 0...255)
    try ValidationError.unless("--output-tokens", outputTokens, isIn: 0...Behaviour.mostTokens)
    try ValidationError.unless("--reasoning-tokens", reasoningTokens, isIn: 0...Behaviour.mostTokens)
    try ValidationError.unless("--max-concurrency", maxConcurrency, isIn: 1...Int.max)
  }

  func run() async throws {
    var options = Simulator.Options()
    options.threads = threads
    let behaviour = try composedBehaviour()
    let signals = await TerminationSignals.caught()
    let simulator =
      if let unixSocket {
        try await Simulator.start(behaviour: behaviour, unixSocket: unixSocket, options: options)
      } else {
        try await Simulator.start(behaviour: behaviour, host: host, port: port, options: options)
      }
    try Console.write(simulator.baseURL + "\n")
    await signals.first()
    try await simulator.shutDown()
  }

  private func composedBehaviour() throws -> Behaviour {
    var result = try behaviour.map { try Behaviour(contentsOf: $0) } ?? (exemplary ? .exemplary : Behaviour())
    if let model { result.models = [model] }
    if let ttft { result.timeToFirstToken = .microseconds(Int64(ttft * 1000)) }
    if let itl { result.interTokenLatency = .microseconds(Int64(itl * 1000)) }
    if let imageStep { result.images.stepLatency = .microseconds(Int64(imageStep * 1000)) }
    result.images.perturbation = imagePerturbation ?? result.images.perturbation
    result.tasks.wireProtocol = taskProtocol ?? result.tasks.wireProtocol
    if let fault { result.fault = Fault(fault) }
    result.wireProtocol = wireProtocol ?? result.wireProtocol
    result.jitter = jitter ?? result.jitter
    result.outputTokens = outputTokens ?? result.outputTokens
    result.reasoningTokens = reasoningTokens ?? result.reasoningTokens
    result.maxConcurrency = maxConcurrency ?? result.maxConcurrency
    result.apiKey = apiKey ?? result.apiKey
    result.faultRate = faultRate ?? result.faultRate
    result.seed = seed ?? result.seed
    return result
  }
}

extension WireProtocol: ExpressibleByArgument {}

extension TaskBehaviour.WireProtocol: ExpressibleByArgument {}

extension Fault.Kind: ExpressibleByArgument {
  /// Takes the names of earlier versions too.
  public init?(argument: String) {
    self.init(name: argument)
  }
}
